// A disk, a state or an assertion that fails: nothing is acknowledged any more, and it is told once.
import t from 'tap'
import { type ClusterNode, RaftCluster } from '../support/raft-cluster.js'

function watchMessagesOf(cluster: RaftCluster, node: ClusterNode): string[] {
  const types: string[] = []
  cluster.network.onSend = (from, _, messages) => {
    if (from === node.nodeId) for (const message of messages) types.push(message.type)
  }
  return types
}

t.test('a follower whose disk fails acknowledges nothing, and the others go on', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  const [broken, sound] = cluster.followersOf(leader)
  if (broken === undefined || sound === undefined) throw new Error('three nodes, two followers')
  leader.propose('before')
  await cluster.applied('before')
  await cluster.clock.run(100)
  broken.disk.failWith(new Error('no space left on device'))
  const sent = watchMessagesOf(cluster, broken)
  leader.propose('after')
  await cluster.applied('after', [leader, sound])
  await cluster.clock.run(2_000)
  t.notOk(sent.includes('append-response'), 'the entry was not acknowledged')
  t.same(
    broken.fatal.map(error => error.message),
    ['no space left on device'],
  )
  t.equal(broken.lines.filter(line => line.level === 'error').length, 1)
  sent.length = 0
  await cluster.clock.run(2_000)
  t.same(sent, [], 'it has fallen silent')
})

t.test(
  'a leader whose disk fails leads no more: what it had taken is decided by the others',
  async t => {
    const cluster = await new RaftCluster().start()
    const broken = await cluster.leader()
    broken.propose('before')
    await cluster.applied('before')
    const statuses: string[] = []
    broken.driver.onStatus(({ role, leaderId }) => statuses.push(`${role} of ${leaderId}`))
    broken.disk.failWith(new Error('input/output error'))
    const waiting = broken.driver.waitApplied(1_000, 1_000_000)
    t.equal(broken.propose('never synced here'), 'accepted')
    await t.rejects(cluster.outcome(waiting), { code: 'stopped' })
    await t.rejects(broken.readIndex(1_000), { code: 'stopped' })
    t.equal(broken.propose('after'), 'not-leader')
    t.equal(broken.driver.status().role, 'follower')
    t.same(statuses, ['follower of 0'])
    const next = await cluster.leader(broken.driver.status().term)
    next.propose('goes on')
    await cluster.applied('goes on', cluster.followersOf(broken))
    t.notOk(broken.state.texts.includes('never synced here'), 'not applied without its own sync')
    t.equal(broken.fatal.length, 1)
    await cluster.outcome(broken.driver.stop())
    t.equal(broken.fatal.length, 1, 'closing the broken store says nothing new')
  },
)

t.test('a state machine that throws stops its node before it can diverge', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  const [broken, sound] = cluster.followersOf(leader)
  if (broken === undefined || sound === undefined) throw new Error('three nodes, two followers')
  broken.state.failure = new Error('a rule is broken')
  leader.propose('poison')
  await cluster.applied('poison', [leader, sound])
  await cluster.clock.run(1_000)
  t.same(
    broken.fatal.map(error => error.message),
    ['a rule is broken'],
  )
  t.same(broken.state.texts, [])
})

t.test(
  'an assertion of the core stops the node: committed entries are not overwritten',
  async t => {
    const cluster = await new RaftCluster().start()
    const leader = await cluster.leader()
    const [victim] = cluster.followersOf(leader)
    if (victim === undefined) throw new Error('three nodes have a follower')
    leader.propose('before')
    await cluster.applied('before')
    const { term } = leader.driver.status()
    const lost = { type: 'heartbeat', from: leader.nodeId, to: victim.nodeId, term } as const
    leader.transport.send(victim.nodeId, [{ ...lost, commit: 1_000, round: 0, compactable: 0 }])
    await cluster.clock.run(100)
    t.equal(victim.fatal.length, 1)
    t.match(victim.fatal[0]?.message, /commit 1000/)
  },
)

t.test('a message that names another sender than its link is not heard', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  const [victim, other] = cluster.followersOf(leader)
  if (victim === undefined || other === undefined) throw new Error('three nodes, two followers')
  const forged = { type: 'heartbeat', from: leader.nodeId, to: victim.nodeId, term: 99 } as const
  other.transport.send(victim.nodeId, [{ ...forged, commit: 1_000, round: 0, compactable: 0 }])
  await cluster.clock.run(100)
  t.equal(victim.fatal.length, 0)
  t.equal(victim.driver.status().term, leader.driver.status().term)
})
