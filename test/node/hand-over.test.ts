// A node that stops gives its lead away first, in virtual time.
import t from 'tap'
import { handOver } from '../../src/node/hand-over.js'
import { type ClusterNode, RaftCluster } from '../support/raft-cluster.js'

const ELECTION_MS = 400

/** @returns virtual ms until the node says that it has handed over */
async function timeOf(cluster: RaftCluster, node: ClusterNode): Promise<number> {
  const startedMs = cluster.clock.nowMs
  let done = false
  void handOver({ electionMs: ELECTION_MS }, { raft: node.driver, clock: node.process }).then(
    () => {
      done = true
    },
  )
  await cluster.clock.runUntil(() => done)
  return cluster.clock.nowMs - startedMs
}

t.test('the lead is another node’s by the time that it has been handed over', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  leader.propose('first')
  await cluster.applied('first')
  const tookMs = await timeOf(cluster, leader)
  t.ok(tookMs < ELECTION_MS, `${tookMs} ms, and no election timeout`)
  const { role, leaderId } = leader.driver.roleStatus()
  t.equal(role, 'follower')
  t.ok(cluster.followersOf(leader).some(node => node.nodeId === leaderId))
})

t.test('when the first heir does not take over, the next one does', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  leader.propose('first')
  await cluster.applied('first')
  const [deaf, heir] = cluster.followersOf(leader) as [ClusterNode, ClusterNode]
  // Its log is the longest known, and then it hears nothing any more.
  cluster.network.cut(leader.nodeId, heir.nodeId)
  leader.propose('only there')
  await cluster.applied('only there', [leader, deaf])
  cluster.network.heal()
  cluster.network.cut(leader.nodeId, deaf.nodeId)
  const tookMs = await timeOf(cluster, leader)
  t.ok(tookMs >= ELECTION_MS, `${tookMs} ms: the first was waited for`)
  t.equal(leader.driver.roleStatus().leaderId, heir.nodeId)
})

t.test('who does not lead has nothing to hand over, nor has who is alone', async t => {
  const cluster = await new RaftCluster().start()
  const [follower] = cluster.followersOf(await cluster.leader())
  t.equal(await timeOf(cluster, follower as ClusterNode), 0)
  const alone = await new RaftCluster({ nodeIds: [1] }).start()
  const leader = await alone.leader()
  t.equal(await timeOf(alone, leader), 0)
})
