// Membership changes through whole nodes, and what the driver tells whoever asked for one.
import t from 'tap'
import type { MemberChange, MembershipChange } from '../../src/raft/core/index.js'
import { type ClusterNode, RaftCluster } from '../support/raft-cluster.js'

function change(
  transition: MembershipChange['transition'],
  ...changes: readonly MemberChange[]
): MembershipChange {
  return { transition, changes, context: new Uint8Array() }
}

function ask(node: ClusterNode, wanted: MembershipChange, timeoutMs = 5_000): Promise<void> {
  return node.driver.changeMembership(wanted, node.process.monotonicMs() + timeoutMs)
}

async function growing(): Promise<{ cluster: RaftCluster; leader: ClusterNode }> {
  const cluster = await new RaftCluster({ spareIds: [4] }).start()
  const leader = await cluster.leader()
  leader.propose('before')
  await cluster.applied('before', [leader])
  return { cluster, leader }
}

t.test('a learner is added, catches up, and becomes a voter', async t => {
  const { cluster, leader } = await growing()
  await cluster.outcome(ask(leader, change('auto', { type: 'learner', nodeId: 4 })))
  t.same(leader.driver.status().membership.learners, [4])
  await cluster.applied('before')
  await cluster.outcome(ask(leader, change('auto', { type: 'voter', nodeId: 4 })))
  t.same(leader.driver.status().membership.voters, [1, 2, 3, 4])
  t.same(leader.state.applied.membership, leader.driver.status().membership, 'and it is kept')
})

t.test('a joint replacement is done when the joint configuration was left', async t => {
  const { cluster, leader } = await growing()
  const [gone] = cluster.followersOf(leader)
  if (gone === undefined) throw new Error('three nodes have a follower')
  const replace = change(
    'implicit',
    { type: 'voter', nodeId: 4 },
    { type: 'remove', nodeId: gone.nodeId },
  )
  await cluster.outcome(ask(leader, replace))
  const { membership } = leader.driver.status()
  t.same(membership.votersOutgoing, [])
  t.notOk(membership.voters.includes(gone.nodeId))
  t.ok(membership.voters.includes(4))
  leader.propose('with the new one')
  await cluster.applied('with the new one', [cluster.node(4)])
})

t.test('an explicit joint configuration is entered, and left by a second change', async t => {
  const { cluster, leader } = await growing()
  await cluster.outcome(ask(leader, change('explicit', { type: 'voter', nodeId: 4 })))
  t.same(leader.driver.status().membership.votersOutgoing, [1, 2, 3])
  await cluster.outcome(ask(leader, change('auto')))
  t.same(leader.driver.status().membership.votersOutgoing, [])
})

t.test('a follower refuses a change and names the leader', async t => {
  const { cluster, leader } = await growing()
  const follower = cluster.nodes.find(node => node !== leader && node.nodeId !== 4)
  if (follower === undefined) throw new Error('three nodes have a follower')
  await t.rejects(ask(follower, change('auto', { type: 'learner', nodeId: 4 })), {
    code: 'change-refused',
    message: `only the leader changes members: it is node ${leader.nodeId}`,
  })
})

t.test(
  'a second change while one is in flight is refused, and so is an impossible one',
  async t => {
    const { cluster, leader } = await growing()
    const first = ask(leader, change('auto', { type: 'learner', nodeId: 4 }))
    await t.rejects(ask(leader, change('auto', { type: 'remove', nodeId: 2 })), {
      code: 'change-refused',
      message: /another change/,
    })
    await cluster.outcome(first)
    const nobody = change('auto', ...[1, 2, 3].map(nodeId => ({ type: 'remove', nodeId }) as const))
    await t.rejects(ask(leader, nobody), { code: 'change-refused', message: /impossible/ })
  },
)

t.test('a change that a new leader overwrote is reported as lost, not as done', async t => {
  const { cluster, leader } = await growing()
  cluster.network.isolate(leader.nodeId)
  const lost = ask(leader, change('auto', { type: 'learner', nodeId: 4 }), 60_000)
  const next = await cluster.leader(leader.driver.status().term)
  next.propose('instead')
  cluster.network.heal()
  await t.rejects(cluster.outcome(lost), { code: 'no-leader' })
  t.same(leader.driver.status().membership.learners, [])
})

t.test('a change without a quorum ends at its deadline', async t => {
  const { cluster, leader } = await growing()
  for (const node of cluster.followersOf(leader)) node.crash()
  const hopeless = ask(leader, change('auto', { type: 'learner', nodeId: 4 }), 300)
  await t.rejects(cluster.outcome(hopeless), { code: 'deadline' })
})
