// Where snapshots do not travel, the log is cut only where every member holds it, at the leader and at followers alike.
import t from 'tap'
import { compactionCut } from '../../src/raft/compaction.js'
import { RaftCluster } from '../support/raft-cluster.js'

const OPTIONS = { driver: { compactEntries: 20, tailEntries: 5 } }

async function proposeMany(cluster: RaftCluster, count: number): Promise<void> {
  const leader = await cluster.leader()
  for (let number = 0; number < count; number++) {
    leader.propose(`command ${number}`)
    await cluster.clock.run(5)
  }
  const living = cluster.nodes.filter(node => node.alive)
  await cluster.applied(`command ${count - 1}`, living)
  await cluster.clock.run(500)
}

t.test('all nodes cut their logs, and keep a tail', async t => {
  const cluster = await new RaftCluster(OPTIONS).start()
  await proposeMany(cluster, 100)
  for (const node of cluster.nodes) {
    const { firstIndex, lastIndex } = node.driver.status()
    t.ok(firstIndex > 70, `node ${node.nodeId} has cut`)
    t.ok(lastIndex - firstIndex >= OPTIONS.driver.tailEntries, 'and kept its tail')
    t.equal(node.disk.loaded().compacted.index, firstIndex - 1, 'on disk, too')
  }
})

t.test('what a dead member lacks stays with all the others until it is back', async t => {
  const cluster = await new RaftCluster(OPTIONS).start()
  const leader = await cluster.leader()
  await proposeMany(cluster, 3)
  const [dead] = cluster.followersOf(leader)
  if (dead === undefined) throw new Error('three nodes have a follower')
  dead.crash()
  const held = dead.disk.loaded().entries.length
  await proposeMany(cluster, 100)
  const living = cluster.nodes.filter(node => node.alive)
  for (const node of living) t.ok(node.driver.status().firstIndex <= held + 1)
  // Whoever leads now can serve the one that was away.
  leader.crash()
  await dead.start()
  await cluster.applied('command 99', [dead])
  t.same(dead.fatal, [])
  await leader.start()
  await cluster.leader()
  await proposeMany(cluster, 30)
  for (const node of cluster.nodes) t.ok(node.driver.status().firstIndex > 70, 'then all cut')
})

t.test('nothing is cut that a power cut could take from the state', async t => {
  const cluster = new RaftCluster(OPTIONS)
  for (const node of cluster.nodes) node.state.durable = 40
  await cluster.start()
  await proposeMany(cluster, 100)
  for (const node of cluster.nodes) {
    const { firstIndex } = node.driver.status()
    t.ok(firstIndex > 20 && firstIndex <= 36, `node ${node.nodeId} begins at ${firstIndex}`)
  }
  for (const node of cluster.nodes) node.crash()
  for (const node of cluster.nodes) await node.start()
  await cluster.applied('command 99')
  for (const node of cluster.nodes) t.equal(node.state.texts.length, 100)
})

t.test('the cut keeps a tail below the least of applied, durable and held', async t => {
  const options = { compactEntries: 10, tailEntries: 5 }
  const facts = { firstIndex: 1, applied: 100, durable: 100, held: 100 }
  t.equal(compactionCut(facts, options), 95)
  t.equal(compactionCut({ ...facts, held: null }, options), 95, 'nobody is waited for')
  t.equal(compactionCut({ ...facts, applied: 50 }, options), 45)
  t.equal(compactionCut({ ...facts, durable: 40 }, options), 35)
  t.equal(compactionCut({ ...facts, held: 30 }, options), 25)
  t.equal(compactionCut({ ...facts, held: 15 }, options), 10, 'just worth it')
  t.equal(compactionCut({ ...facts, held: 14 }, options), null, 'not worth it')
  t.equal(compactionCut({ ...facts, held: 0 }, options), null)
  t.equal(compactionCut({ ...facts, firstIndex: 96 }, { ...options, compactEntries: 0 }), null)
})
