// Followers that are too far behind, and compaction: Raft §7.
import t from 'tap'
import type { Message, SnapshotMark } from '../../../src/raft/core/index.js'
import { CoreCluster, commandsOf } from './core-cluster.js'
import { membershipOf } from './core-node.js'
import { accepted, append, drain, electAlone, entriesOf, nodeWithLog, vote } from './messages.js'

const markAt = (index: number, term: number, voters = [1, 2, 3]): SnapshotMark => ({
  index,
  term,
  timeMs: 5,
  membership: membershipOf(voters),
})

function snapshotOf(snapshot: SnapshotMark): Message {
  return { type: 'snapshot', from: 2, to: 1, term: 3, snapshot }
}

function compactAll(on: CoreCluster, nodeId: number): void {
  const node = on.node(nodeId)
  node.checkpoint()
  node.compact(node.state.index)
}

t.test(
  'a follower that missed what was compacted is brought level by a snapshot, then by entries',
  async t => {
    const on = new CoreCluster([1, 2, 3]).elect(1)
    on.isolate(3)
    on.propose(1, 'a', 'b')
    on.settle()
    compactAll(on, 1)
    on.propose(1, 'c')
    on.heal()
    on.tick(2)
    t.match(
      on.sent.find(message => message.type === 'snapshot'),
      { to: 3, snapshot: { index: 3, term: 1, membership: membershipOf([1, 2, 3]) } },
    )
    t.same(commandsOf(on.node(3)), ['c'], 'the rest came with the state')
    t.match(on.core(3).status(), { commit: 4, firstIndex: 4 })
    t.match(on.core(1).status().progress[2], { state: 'replicate', match: 4 })
  },
)

t.test('nothing is sent to a follower while a snapshot is on its way to it', async t => {
  const node = nodeWithLog([1, 1, 1], { commit: 3 })
  drain(node)
  node.checkpoint()
  node.compact(2)
  electAlone(node, [2])
  for (const from of [2, 3]) {
    const beat = { type: 'heartbeat-response', to: 1, term: 2, round: 0, clockMs: 0 } as const
    node.core.step({ ...beat, from })
  }
  const refusal = { type: 'append-response', from: 3, to: 1, term: 2, accepted: false } as const
  node.core.step({ ...refusal, rejectedIndex: 3, hintIndex: 0, hintTerm: 0 })
  t.match(
    drain(node).filter(message => message.to === 3),
    [{ type: 'snapshot', snapshot: { index: 3 } }],
  )
  t.match(node.core.status().progress[2], { state: 'snapshot', next: 4 })
  node.core.propose([new Uint8Array(1)], 0)
  t.same(
    drain(node).filter(message => message.to === 3),
    [],
  )
  node.core.step(accepted(3, 2, 3))
  t.match(node.core.status().progress[2], { state: 'replicate', match: 3 })
  t.match(
    drain(node)
      .filter(message => message.to === 3)
      .at(-1),
    { type: 'append', previousIndex: 3 },
  )
})

t.test('a snapshot that could not be sent is tried again once the follower is heard', async t => {
  const on = new CoreCluster([1, 2, 3]).elect(1)
  on.isolate(3)
  on.propose(1, 'a')
  on.settle()
  compactAll(on, 1)
  on.drop = message => message.type === 'snapshot'
  on.tick(2)
  t.equal(on.core(1).status().progress[2]?.state, 'snapshot')
  on.heal()
  on.tick(5)
  t.equal(on.core(1).status().progress[2]?.state, 'snapshot', 'it may take its time')
  on.core(1).snapshotReported(3, 'failed')
  t.match(on.core(1).status().progress[2], { state: 'probe', match: 1, next: 2 })
  on.tick(2)
  t.match(on.core(1).status().progress[2], { state: 'replicate', match: 2 })
})

t.test('one that was sent is taken for installed until the follower says otherwise', async t => {
  const on = new CoreCluster([1, 2, 3]).elect(1)
  on.isolate(3)
  on.propose(1, 'a')
  on.settle()
  compactAll(on, 1)
  on.drop = ({ from, type }) => from === 3 && type === 'append-response' && commitOf(on, 3) === 2
  on.tick(3)
  t.equal(commitOf(on, 3), 2)
  t.equal(on.core(1).status().progress[2]?.state, 'snapshot', 'its answer was lost')
  on.heal()
  on.core(1).snapshotReported(3, 'sent')
  t.match(on.core(1).status().progress[2], { state: 'probe', next: 3 })
  on.tick(1)
  t.match(on.core(1).status().progress[2], { state: 'replicate', match: 2 })
})

function commitOf(on: CoreCluster, nodeId: number): number {
  return on.core(nodeId).status().commit
}

t.test('a snapshot replaces the whole log, conflicting entry included, with one write', async t => {
  const node = nodeWithLog([1, 1, 2, 2], { term: 3, commit: 1 })
  drain(node)
  const snapshot = markAt(4, 3, [1, 2, 3, 4])
  node.core.step(snapshotOf(snapshot))
  const { write, committed } = node.take()
  t.match(write, { snapshot, entries: [], mustSync: true, hardState: { commit: 4 } })
  t.match(write?.messages, [{ type: 'append-response', accepted: true, matchIndex: 4 }])
  t.same(committed, [])
  t.match(
    node.core.status(),
    { membership: membershipOf([1, 2, 3]), applied: 1 },
    'until it is there',
  )
  node.persist()
  t.match(node.core.status(), {
    membership: membershipOf([1, 2, 3, 4]),
    commit: 4,
    applied: 4,
    lastIndex: 4,
    firstIndex: 5,
  })
})

t.test(
  'while one is being installed nothing is accepted, and the node does not campaign',
  async t => {
    const node = nodeWithLog([1], { term: 3 })
    node.core.step(snapshotOf(markAt(5, 3)))
    const entries = entriesOf([3], 6)
    const next = append({ from: 2, term: 3, previousIndex: 5, previousTerm: 3, entries })
    node.core.step(next)
    node.core.step(snapshotOf(markAt(9, 3)))
    t.match(node.take().write, { snapshot: { index: 5 }, messages: [{ matchIndex: 5 }] })
    node.core.campaign()
    for (let tick = 0; tick < 40; tick++) node.core.tick()
    t.equal(node.core.status().role, 'follower')
    t.same(
      node.core.compact(0),
      { index: 0, term: 0, timeMs: 0 },
      'the log on disk is still the old one',
    )
    node.persist()
    node.core.step(next)
    t.match(drain(node), [{ accepted: true, matchIndex: 6 }])
  },
)

t.test('it votes by the log that the snapshot stands for', async t => {
  const node = nodeWithLog([1], { term: 3 })
  node.core.step(snapshotOf(markAt(5, 3)))
  drain(node)
  node.core.step(vote({ from: 3, term: 4, lastTerm: 3, lastIndex: 4, force: true }))
  t.match(drain(node), [{ granted: false }])
})

t.test('a snapshot that the log already covers only commits; an old one does nothing', async t => {
  const node = nodeWithLog([1, 1, 1, 1], { term: 3, commit: 2 })
  node.core.step(snapshotOf(markAt(3, 1)))
  const { write } = node.take()
  t.match(write, { snapshot: null, messages: [{ matchIndex: 3 }] })
  node.persist()
  t.match(node.core.status(), { commit: 3, lastIndex: 4 }, 'what follows it stays')
  node.core.step(snapshotOf(markAt(1, 1)))
  t.match(drain(node), [{ matchIndex: 3 }])
})

t.test('a snapshot of a cluster that this node has no part in is not taken', async t => {
  const node = nodeWithLog([1], { term: 3 })
  node.core.step(snapshotOf(markAt(5, 3, [2, 3])))
  t.match(drain(node), [{ matchIndex: 0 }])
  node.core.step(snapshotOf({ ...markAt(5, 3), membership: membershipOf([3, 1]) }))
  t.same(drain(node), [], 'nor an unsound one')
})

t.test('a node that is cut off is not sent a snapshot', async t => {
  const on = new CoreCluster([1, 2, 3]).elect(1)
  on.isolate(3)
  on.propose(1, 'a')
  on.tick(25)
  compactAll(on, 1)
  on.core(1).peerUnreachable(3)
  on.tick(5)
  t.notOk(on.sent.some(message => message.type === 'snapshot'))
})

t.test('the log is cut where it was applied, and knows the term of the cut', async t => {
  const node = nodeWithLog([1, 1, 2], { commit: 3 })
  t.throws(() => node.core.compact(1), /below what was applied/)
  drain(node)
  t.same(node.core.compact(2), { index: 2, term: 1, timeMs: 0 })
  t.same(node.core.compact(1), { index: 2, term: 1, timeMs: 0 }, 'cutting again changes nothing')
  t.match(node.core.status(), { firstIndex: 3, lastIndex: 3 })
  node.core.step(
    append({ from: 2, term: 2, previousIndex: 3, previousTerm: 2, entries: entriesOf([2], 4) }),
  )
  t.equal(node.core.status().lastIndex, 4)
})
