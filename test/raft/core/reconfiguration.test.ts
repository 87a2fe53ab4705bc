// Membership changes on a running cluster: thesis 4.
import t from 'tap'
import type { MemberChange, MembershipChange } from '../../../src/raft/core/index.js'
import { CoreCluster } from './core-cluster.js'
import { CoreNode, emptyDisk, membershipOf } from './core-node.js'
import { parseChange } from './etcd-cases.js'
import { accepted, drain, electAlone, entriesOf, nodeWithLog } from './messages.js'

function changeOf(
  words: string,
  transition: MembershipChange['transition'] = 'auto',
): MembershipChange {
  const changes: MemberChange[] = words.split(' ').filter(Boolean).map(parseChange)
  return { transition, changes, context: new Uint8Array() }
}

/** Nodes 1 to 3 under leader 1, behind a first snapshot; nodes 4 and 5 exist and are empty. */
function cluster(): CoreCluster {
  const disks = Object.fromEntries(
    [1, 2, 3].map(id => {
      const disk = emptyDisk(membershipOf([1, 2, 3]))
      disk.compacted = { index: 1, term: 1, timeMs: 0 }
      disk.hardState = { term: 1, vote: 0, commit: 1 }
      disk.applied = { ...disk.compacted, membership: disk.applied.membership }
      return [id, disk]
    }),
  )
  const empty = () => emptyDisk(membershipOf([]))
  return new CoreCluster([1, 2, 3, 4, 5], {}, { ...disks, 4: empty(), 5: empty() }).elect(1)
}

function propose(on: CoreCluster, words: string, transition?: MembershipChange['transition']) {
  const result = on.core(1).proposeChange(changeOf(words, transition), 0)
  on.settle()
  return result
}

t.test('a node joins as a learner, catches up by a snapshot, and is promoted', async t => {
  const on = cluster()
  t.equal(propose(on, 'l4'), 'accepted')
  on.tick(2)
  t.match(on.core(4).status(), { commit: 3, membership: { voters: [1, 2, 3], learners: [4] } })
  const [, , , progress] = on.core(1).status().progress
  t.match(progress, { nodeId: 4, state: 'replicate', match: 3, learner: true })
  t.equal(propose(on, 'v4'), 'accepted')
  t.match(on.core(4).status().membership, { voters: [1, 2, 3, 4], learners: [] })
})

t.test('several voters change through a joint configuration that is left by itself', async t => {
  const on = cluster()
  on.drop = ({ type }) => type === 'append-response'
  t.equal(propose(on, 'r2 r3 v4 v5'), 'accepted')
  t.same(
    on.core(1).status().membership.votersOutgoing,
    [],
    'not before it is committed and applied',
  )
  on.heal()
  on.tick(2)
  for (const id of [1, 4, 5]) {
    t.same(on.core(id).status().membership, membershipOf([1, 4, 5]), `node ${id}`)
  }
})

t.test('an explicit joint configuration lasts until it is left', async t => {
  const on = cluster()
  t.equal(propose(on, 'r2 v4', 'explicit'), 'accepted')
  on.tick(5)
  t.match(on.core(1).status().membership, { voters: [1, 3, 4], votersOutgoing: [1, 2, 3] })
  t.equal(propose(on, 'v5'), 'change-in-flight')
  t.equal(propose(on, ''), 'accepted')
  t.same(on.core(1).status().membership, membershipOf([1, 3, 4]))
})

t.test('an implicit one is joint even for a single change', async t => {
  const on = cluster()
  on.core(1).proposeChange(changeOf('l2', 'implicit'), 0)
  const seen = new Set<number>()
  const { core } = on.node(1)
  const apply = core.applyMembershipChange.bind(core)
  core.applyMembershipChange = entry => {
    const membership = apply(entry)
    seen.add(membership.votersOutgoing.length)
    return membership
  }
  on.settle()
  on.tick(2)
  t.same([...seen], [3, 0])
  t.same(on.core(1).status().membership, membershipOf([1, 3], { learners: [2] }))
})

t.test('a joint configuration whose leader died is left by the next leader', async t => {
  const dying = cluster()
  // Leader 1 dies as it has told of the joint configuration, before it can propose to leave it.
  dying.core(1).proposeChange(changeOf('r1 v4'), 0)
  dying.drop = message => message.type === 'append' && message.entries.length > 0 && joint(dying, 1)
  dying.settle()
  t.ok(joint(dying, 1) && joint(dying, 2))
  dying.isolate(1)
  dying.tick(60, [2, 3, 4, 5])
  const [leader] = [2, 3, 4].filter(id => dying.core(id).status().role === 'leader')
  t.ok(leader)
  t.same(dying.core(leader ?? 2).status().membership, membershipOf([2, 3, 4]))
})

function joint(on: CoreCluster, nodeId: number): boolean {
  return on.core(nodeId).status().membership.votersOutgoing.length > 0
}

t.test('a learner is added while one of three voters is down', async t => {
  const on = cluster()
  on.isolate(3)
  t.equal(propose(on, 'l4'), 'accepted')
  on.tick(3, [1, 2, 4])
  const { membership, progress } = on.core(1).status()
  t.same(membership, membershipOf([1, 2, 3], { learners: [4] }))
  const [leader, , , learner] = progress
  t.equal(learner?.match, leader?.match, 'and it catches up')
})

t.test('no change before the leader has committed an entry of its term (Ongaro, 2015)', async t => {
  const node = nodeWithLog([1, 1])
  electAlone(node, [2])
  t.equal(node.core.proposeChange(changeOf('v4'), 0), 'term-not-committed')
  node.core.step(accepted(2, 2, 3))
  t.equal(
    node.core.proposeChange(changeOf('v4'), 0),
    'change-in-flight',
    'nor before it is applied',
  )
  drain(node)
  t.equal(node.core.proposeChange(changeOf('v4'), 0), 'accepted')
})

t.test('no change while another is in flight, until that is applied', async t => {
  const node = nodeWithLog([])
  electAlone(node, [2])
  node.core.step(accepted(2, 1, 1))
  drain(node)
  t.equal(node.core.proposeChange(changeOf('v4'), 0), 'accepted')
  t.equal(node.core.proposeChange(changeOf('r3'), 0), 'change-in-flight')
  drain(node)
  node.core.step(accepted(2, 1, 2))
  t.equal(node.core.proposeChange(changeOf('r3'), 0), 'change-in-flight', 'committed only')
  drain(node)
  t.equal(node.core.proposeChange(changeOf('r3'), 0), 'accepted')
})

t.test('a change that cannot be is refused, and only the leader takes any', async t => {
  const on = cluster()
  for (const words of ['r1 r2 r3', '', 'v0']) t.equal(propose(on, words), 'invalid', words)
  t.equal(on.core(2).proposeChange(changeOf('v4'), 0), 'not-leader')
})

t.test('a change takes force where it is applied, not where it is appended', async t => {
  const on = cluster()
  on.isolate(1)
  propose(on, 'r2')
  t.same(on.core(1).status().membership.voters, [1, 2, 3])
})

t.test(
  'a leader that removes itself leads until that is applied, does not count itself, and steps down',
  async t => {
    const on = cluster()
    t.equal(propose(on, 'r1'), 'accepted')
    t.match(on.core(1).status(), { role: 'follower', membership: { voters: [2, 3] } })
    t.equal(on.propose(1, 'x'), 'not-leader')
    t.match(on.core(2).status(), { commit: 3, membership: { voters: [2, 3] } }, 'the others know')
    on.tick(100)
    t.equal(on.core(1).status().role, 'follower', 'and it never campaigns again')
    t.match(on.core(2).status(), { role: 'leader' })
  },
)

t.test('a leader that demotes itself steps down as well', async t => {
  const on = cluster()
  propose(on, 'l1')
  t.match(on.core(1).status(), { role: 'follower', membership: { voters: [2, 3], learners: [1] } })
})

t.test('a removed voter is not waited for: what the rest holds is committed at once', async t => {
  const on = cluster()
  on.isolate(3)
  propose(on, 'r3')
  on.isolate(2, 3)
  on.propose(1, 'a')
  on.settle()
  t.equal(on.core(1).status().commit, 3, 'one of two')
  on.isolate(3)
  on.tick(1)
  t.equal(on.core(1).status().commit, 4)
})

t.test('replayed changes of before the applied membership alter nothing', async t => {
  const membership = membershipOf([1, 2, 3])
  const disk = emptyDisk(membership)
  disk.entries = entriesOf([1, 1, 1])
  disk.hardState = { term: 1, vote: 0, commit: 3 }
  disk.applied = { index: 3, term: 1, timeMs: 0, membership }
  const node = new CoreNode(1, disk)
  const old = { index: 2, term: 1, kind: 'membership', timeMs: 0, data: new Uint8Array() } as const
  t.equal(node.core.applyMembershipChange(old), membership)
})

t.test('an unsound membership is not started with', async t => {
  const unsound = [
    membershipOf([2, 1]),
    membershipOf([1, 2], { learners: [2] }),
    membershipOf([1, 2], { learnersNext: [3] }),
    membershipOf([1, 2], { votersOutgoing: [1], learnersNext: [1] }),
    membershipOf([1], { autoLeave: true }),
  ]
  for (const membership of unsound) {
    t.throws(() => new CoreNode(1, emptyDisk(membership)), /membership is sound/)
  }
})
