// The log against the marks outside: each way in which it can have forgotten something, and each in which it has not.
import t from 'tap'
import type { Entry } from '../../../src/raft/core/index.js'
import type { Identity } from '../../../src/raft/data-directory/identity.js'
import {
  checkMarks,
  loadedAbove,
  type Marks,
  type RefusalCode,
  RefusalToVote,
} from '../../../src/raft/data-directory/verify-start.js'
import type { LoadedLog } from '../../../src/raft/ports.js'

const FRESH: Identity = {
  nodeId: 1,
  dataUuid: 'd-1',
  clusterUuid: null,
  startCount: 1,
  term: 0,
  vote: 0,
  bootstrap: null,
  installing: null,
}
const KNOWN: Identity = { ...FRESH, clusterUuid: 'c-1', startCount: 5, term: 4, vote: 2 }

function entry(index: number, term: number): Entry {
  return { index, term, kind: 'command', timeMs: index, data: new Uint8Array() }
}

const EMPTY: LoadedLog = {
  hardState: { term: 0, vote: 0, commit: 0 },
  compacted: { index: 0, term: 0, timeMs: 0 },
  entries: [],
}
/** Cut at 10 (term 2), then 11 and 12 of term 2, 13 and 14 of term 4; voted for node 2 in term 4. */
const LOG: LoadedLog = {
  hardState: { term: 4, vote: 2, commit: 12 },
  compacted: { index: 10, term: 2, timeMs: 10 },
  entries: [entry(11, 2), entry(12, 2), entry(13, 4), entry(14, 4)],
}

function marks(change: Partial<Marks>): Marks {
  const applied = { index: 12, term: 2 }
  return { loaded: LOG, identity: KNOWN, applied, clusterUuid: 'c-1', ...change }
}

function withVote(term: number, vote: number): LoadedLog {
  return { ...LOG, hardState: { term, vote, commit: 12 } }
}

t.test('a fresh node may vote', async t => {
  const applied = { index: 0, term: 0 }
  t.equal(checkMarks({ loaded: EMPTY, identity: FRESH, applied, clusterUuid: null }), 'sound')
})

t.test('a log that holds all it promised may vote', async t => {
  const cases: [string, Partial<Marks>][] = [
    ['in the middle', {}],
    ['at its end', { applied: { index: 14, term: 4 } }],
    ['at the mark', { applied: { index: 10, term: 2 } }],
    ['all compacted', { loaded: { ...LOG, entries: [] }, applied: { index: 10, term: 2 } }],
    ['a term that the copy has not seen yet', { loaded: withVote(6, 3) }],
    ['a vote that the copy has not seen yet', { identity: { ...KNOWN, vote: 0 } }],
    ['a cluster that only the state knows yet', { identity: { ...KNOWN, clusterUuid: null } }],
    ['a cluster that only the directory knows yet', { clusterUuid: null }],
    [
      'an install that was never begun',
      { identity: { ...KNOWN, installing: { index: 99, term: 4 } } },
    ],
    [
      'a state that fell back to nothing, with the whole log there',
      {
        loaded: { ...LOG, compacted: EMPTY.compacted, entries: [entry(1, 2), entry(2, 4)] },
        applied: { index: 0, term: 0 },
      },
    ],
  ]
  for (const [what, change] of cases) t.equal(checkMarks(marks(change)), 'sound', what)
})

t.test('a log that has forgotten something must not vote, and says what to do', async t => {
  const cases: [string, RefusalCode, Partial<Marks>][] = [
    ['an empty log', 'term-behind', { loaded: EMPTY }],
    ['a term below the copy', 'term-behind', { loaded: withVote(3, 2) }],
    [
      'a term below the last entry',
      'term-behind',
      { loaded: withVote(3, 2), identity: { ...KNOWN, term: 2 } },
    ],
    ['another vote', 'vote-differs', { loaded: withVote(4, 3) }],
    ['a lost vote', 'vote-differs', { loaded: withVote(4, 0) }],
    ['an end below the state', 'log-behind-state', { applied: { index: 15, term: 4 } }],
    ['another term in the log', 'log-differs-from-state', { applied: { index: 12, term: 3 } }],
    ['another term at the mark', 'log-differs-from-state', { applied: { index: 10, term: 1 } }],
    ['a lost state', 'hole-below-log', { applied: { index: 0, term: 0 } }],
    ['a state below the mark', 'hole-below-log', { applied: { index: 9, term: 2 } }],
    ["another cluster's state", 'another-cluster', { clusterUuid: 'c-2' }],
    [
      'an install of another index',
      'log-behind-state',
      {
        identity: { ...KNOWN, installing: { index: 29, term: 4 } },
        applied: { index: 30, term: 4 },
      },
    ],
  ]
  for (const [what, code, change] of cases) {
    let error: unknown = null
    try {
      checkMarks(marks(change))
    } catch (thrown) {
      error = thrown
    }
    t.ok(error instanceof RefusalToVote, what)
    if (!(error instanceof RefusalToVote)) continue
    t.equal(error.code, code, what)
    t.match(error.message, /Remove this node from the cluster and add it again under a new id/)
  }
})

t.test('a snapshot whose install broke off before the log followed is finished', async t => {
  const cases: [string, { index: number; term: number }][] = [
    ['beyond the log', { index: 30, term: 4 }],
    ['where the log holds another entry', { index: 12, term: 4 }],
  ]
  for (const [what, applied] of cases) {
    const change = { identity: { ...KNOWN, installing: applied }, applied }
    t.equal(checkMarks(marks(change)), 'finish-install', what)
    const above = loadedAbove(LOG, { ...applied, timeMs: 77 })
    t.same(above.compacted, { ...applied, timeMs: 77 }, what)
    t.same(above.entries, [], what)
  }
  const identity = { ...KNOWN, installing: { index: 12, term: 2 } }
  t.equal(checkMarks(marks({ identity })), 'sound', 'a log that agrees')
  const mark = { index: 12, term: 2, timeMs: 12 }
  const expected = { ...LOG, compacted: mark, entries: LOG.entries.slice(2) }
  t.same(loadedAbove(LOG, mark), expected, 'keeps what is above')
})
