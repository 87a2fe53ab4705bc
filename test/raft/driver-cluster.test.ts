// Three real drivers and cores over virtual time: elections, replication, failures of whole nodes.
import t from 'tap'
import { RaftCluster } from '../support/raft-cluster.js'

t.test('three nodes elect one leader, and what it takes is applied everywhere', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  t.equal(leader.propose('first'), 'accepted')
  await cluster.applied('first')
  for (const node of cluster.nodes) {
    t.same(node.state.texts, ['first'])
    t.equal(node.driver.status().leaderId, leader.nodeId)
  }
  const leaders = cluster.nodes.filter(node => node.driver.status().role === 'leader')
  t.same(leaders, [leader])
})

t.test('a follower takes no proposals', async t => {
  const cluster = await new RaftCluster().start()
  const [follower] = cluster.followersOf(await cluster.leader())
  t.equal(follower?.propose('not here'), 'not-leader')
})
