// When an entry counts as committed, and what must be on disk before anyone is told: Raft §5.4.2, thesis 10.2.1.
import t from 'tap'
import { bytesOf, CoreCluster } from './core-cluster.js'
import { emptyDisk, membershipOf } from './core-node.js'
import {
  accepted,
  append,
  drain,
  electAlone,
  entriesOf,
  heartbeat,
  nodeWithLog,
  vote,
  voteResponse,
} from './messages.js'

t.test('§5.4.2: a new leader appends an empty entry at once', async t => {
  const node = nodeWithLog([1, 1])
  electAlone(node, [2])
  t.match(node.disk.entries.at(-1), { index: 3, term: 2, kind: 'empty', data: { length: 0 } })
})

t.test('§5.4.2, figure 8: an entry of an older term is not committed by counting', async t => {
  const node = nodeWithLog([1, 2], { term: 3, voters: [1, 2, 3] })
  electAlone(node, [2])
  t.match(node.core.status(), { term: 4, lastIndex: 3 })
  node.core.step(accepted(2, 4, 2))
  t.equal(node.core.status().commit, 0, 'a majority holds entry 2, of term 2')
  node.core.step(accepted(2, 4, 3))
  t.equal(node.core.status().commit, 3, 'with an entry of its own term all before it are committed')
})

t.test(
  '§5.3: an entry is committed when a majority of voters holds it, learners aside',
  async t => {
    const disk = emptyDisk(membershipOf([1, 2, 3, 4, 5], { learners: [6, 7] }))
    const node = nodeWithLog([])
    Object.assign(node.disk, disk)
    node.crash()
    electAlone(node, [2, 3])
    for (const from of [6, 7, 2]) node.core.step(accepted(from, 1, 1))
    t.equal(node.core.status().commit, 0)
    node.core.step(accepted(3, 1, 1))
    t.equal(node.core.status().commit, 1)
  },
)

t.test(
  '4.3: while joint, leaders are elected and entries committed by both majorities',
  async t => {
    const node = nodeWithLog([])
    const disk = emptyDisk(membershipOf([1, 4, 5], { votersOutgoing: [1, 2, 3] }))
    Object.assign(node.disk, disk)
    node.crash()
    for (const pre of [true, false]) {
      if (pre) node.core.campaign()
      drain(node)
      for (const from of [4, 5]) node.core.step(voteResponse({ from, term: 1, pre }))
      t.equal(node.core.status().role, pre ? 'pre-candidate' : 'candidate', 'one majority')
      node.core.step(voteResponse({ from: 2, term: 1, pre }))
    }
    t.equal(node.core.status().role, 'leader', 'both')
    drain(node)
    for (const from of [4, 5]) node.core.step(accepted(from, 1, 1))
    t.equal(node.core.status().commit, 0, 'one majority')
    node.core.step(accepted(3, 1, 1))
    t.equal(node.core.status().commit, 1, 'both')
  },
)

t.test(
  "10.2.1: the leader's appends leave before its own disk has them, and it counts itself only after",
  async t => {
    const node = nodeWithLog([])
    electAlone(node, [2])
    node.core.step(accepted(2, 1, 1))
    drain(node)
    node.core.propose([bytesOf('a')], 0)
    const { messages, write } = node.take()
    t.match(messages, [{ type: 'append', to: 2, entries: { length: 1 } }])
    t.equal(write?.entries.length, 1)
    node.core.step(accepted(2, 1, 2))
    t.equal(node.core.status().commit, 1, 'one disk of three')
    node.persist()
    t.equal(node.core.status().commit, 2, 'two')
  },
)

t.test('an acknowledgement of an older term counts for nothing', async t => {
  const node = nodeWithLog([1, 1], { commit: 1 })
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 3))
  t.match(node.core.status(), { commit: 1, progress: [{}, { nodeId: 2, match: 0 }, {}] })
})

t.test('an entry is given out only when it is committed and on the own disk', async t => {
  const node = nodeWithLog([])
  electAlone(node, [2, 3])
  const firstWrite = node.write
  t.equal(firstWrite, null)
  node.core.propose([bytesOf('a')], 0)
  node.take()
  for (const from of [2, 3]) node.core.step(accepted(from, 1, 2))
  t.equal(node.core.status().commit, 2, 'committed by the others')
  t.same(
    node.take().committed.map(entry => entry.index),
    [1],
  )
  node.persist()
  t.same(
    node.take().committed.map(entry => entry.index),
    [2],
  )
})

t.test(
  'appends are acknowledged when they are on disk, all that gathered meanwhile with one write',
  async t => {
    const node = nodeWithLog([])
    node.core.step(append({ from: 2, term: 1, entries: entriesOf([1]) }))
    const first = node.take()
    t.same(first.messages, [])
    t.match(first.write, { mustSync: true, entries: { length: 1 }, messages: { length: 1 } })
    for (const index of [2, 3]) {
      const entries = entriesOf([1], index)
      node.core.step(
        append({ from: 2, term: 1, previousIndex: index - 1, previousTerm: 1, entries }),
      )
    }
    t.equal(node.take().write, null, 'one write at a time')
    t.match(node.persist(), [{ matchIndex: 1 }])
    t.match(node.take().write, { entries: { length: 2 }, messages: [{ matchIndex: 3 }] })
  },
)

t.test('votes are answered, and asked for, when term and vote are on disk', async t => {
  const node = nodeWithLog([])
  node.core.step(vote({ from: 2, term: 1 }))
  const { messages, write } = node.take()
  t.same(messages, [])
  t.match(write, { mustSync: true, hardState: { term: 1, vote: 2 }, messages: [{ granted: true }] })
  node.persist()
  node.core.campaign()
  drain(node)
  node.core.step(voteResponse({ from: 2, term: 2, pre: true }))
  const asking = node.take()
  t.same(asking.messages, [])
  t.match(asking.write, {
    mustSync: true,
    hardState: { term: 2, vote: 1 },
    messages: [
      { type: 'vote', pre: false, to: 2 },
      { type: 'vote', pre: false, to: 3 },
    ],
  })
})

t.test(
  'a commit index alone owes no write; one that comes with a promise owes no fsync',
  async t => {
    const node = nodeWithLog([1, 1])
    node.core.step(append({ from: 2, term: 1, previousIndex: 2, previousTerm: 1 }))
    drain(node)
    node.core.step(heartbeat({ from: 2, term: 1, commit: 1 }))
    t.equal(node.take().write, null)
    node.core.step(append({ from: 2, term: 1, previousIndex: 2, previousTerm: 1, commit: 2 }))
    t.match(node.take().write, { mustSync: false, entries: [], hardState: { commit: 2 } })
  },
)

t.test(
  'promises of an older term are void: the entries may be gone before they were on disk',
  async t => {
    const node = nodeWithLog([])
    node.core.step(append({ from: 2, term: 1, entries: entriesOf([1, 1]) }))
    node.core.step(append({ from: 3, term: 2, entries: entriesOf([2]) }))
    t.match(node.take().write?.messages, [{ to: 3, term: 2, matchIndex: 1 }])
  },
)

t.test('ABA: a write that a truncation has overtaken acknowledges nothing', async t => {
  const node = nodeWithLog([])
  node.core.step(append({ from: 2, term: 1, entries: entriesOf([1, 1, 1]) }))
  node.take()
  node.core.step(append({ from: 3, term: 2, entries: entriesOf([2, 2, 2]), commit: 3 }))
  node.persist()
  t.same(node.take({ write: false, apply: true }).committed, [], 'the disk still has term 1')
  node.take()
  node.persist()
  t.same(
    node.take().committed.map(entry => entry.term),
    [2, 2, 2],
  )
  t.same(
    node.disk.entries.map(entry => entry.term),
    [2, 2, 2],
  )
})

t.test('a write is acknowledged in its turn and once', async t => {
  const node = nodeWithLog([])
  node.core.step(vote({ from: 2, term: 1 }))
  const { write } = node.take()
  if (write === null) throw new Error('a vote is written')
  t.throws(() => node.core.persisted({ ...write, sequence: write.sequence + 1 }), /in flight/)
  node.persist()
  t.throws(() => node.core.persisted(write), /in flight/)
})

t.test('committed entries are given out in slices of bounded size', async t => {
  const disk = nodeWithLog([1, 1, 1, 1], { commit: 4 }).disk
  const cluster = new CoreCluster([1], { applyBytesMax: 70 }, { 1: disk })
  const sizes: number[] = []
  while (cluster.core(1).hasReady({ write: false, apply: true })) {
    sizes.push(cluster.node(1).take().committed.length)
  }
  t.same(sizes, [2, 2])
})

t.test('a restart gives out again what was committed and not applied', async t => {
  const node = nodeWithLog([1, 1, 1], { commit: 2 })
  t.same(
    node.take().committed.map(entry => entry.index),
    [1, 2],
  )
})

t.test('what cannot be is a lost or damaged log, and stops the node', async t => {
  t.throws(() => nodeWithLog([1, 1], { commit: 3 }), /3 was committed, but the log ends at 2/)
  t.throws(() => nodeWithLog([1, 2], { term: 1 }), /term on disk is not behind/)
  t.throws(() => nodeWithLog([2, 1], { term: 2 }), /terms of a log do not decrease/)
  const holed = nodeWithLog([1, 1, 1]).disk
  holed.entries.splice(1, 1)
  t.throws(() => new CoreCluster([1], {}, { 1: holed }), /contiguous/)
  const node = nodeWithLog([1, 1])
  t.throws(
    () => node.core.step(heartbeat({ from: 2, term: 1, commit: 3 })),
    /commit 3 is out of range/,
  )
  const behind = nodeWithLog([1, 1], { commit: 2 })
  const conflict = append({ from: 2, term: 2, entries: entriesOf([2, 2, 2]) })
  behind.core.step(conflict)
  t.same(behind.disk.entries.length, 2, 'below the commit index nothing is touched')
})
