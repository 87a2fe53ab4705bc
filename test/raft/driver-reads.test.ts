// Reads at whole nodes: no stale answer from a leader that was cut off, stopped or deposed.
import t from 'tap'
import { type ClusterNode, RaftCluster } from '../support/raft-cluster.js'

/** A read as the gateway does it; gives what the state holds in that moment. */
async function read(cluster: RaftCluster, node: ClusterNode, timeoutMs: number): Promise<string[]> {
  const deadlineMs = node.process.monotonicMs() + timeoutMs
  const state = node.driver
    .readIndex(true, deadlineMs)
    .then(index => node.driver.waitApplied(index, deadlineMs))
    .then(() => node.state.texts)
  return cluster.outcome(state)
}

t.test('every node reads what was acknowledged before', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  for (let number = 0; number < 5; number++) {
    leader.propose(`command ${number}`)
    await cluster.applied(`command ${number}`, [leader])
    for (const node of cluster.nodes)
      t.ok((await read(cluster, node, 1_000)).includes(`command ${number}`), `node ${node.nodeId}`)
  }
})

t.test('reads of one turn share one question to the leader', async t => {
  const cluster = await new RaftCluster().start()
  const [follower] = cluster.followersOf(await cluster.leader())
  if (follower === undefined) throw new Error('three nodes have a follower')
  const contexts: number[] = []
  cluster.network.onSend = (_, __, messages) => {
    for (const message of messages)
      if (message.type === 'read-index') contexts.push(message.context)
  }
  const reads = Array.from({ length: 100 }, () => follower.readIndex(1_000))
  const indices = await cluster.outcome(Promise.all(reads))
  t.equal(contexts.length, 1)
  t.equal(new Set(indices).size, 1)
})

t.test('a leader that is cut off serves no linearizable read, and steps down', async t => {
  const cluster = await new RaftCluster().start()
  const old = await cluster.leader()
  old.propose('old')
  await cluster.applied('old')
  cluster.network.isolate(old.nodeId)
  const stale = old.readIndex(5_000)
  const early = old.readIndex(50)
  await t.rejects(cluster.outcome(early), { code: 'deadline' }, 'it still believes that it leads')
  const young = await cluster.leader(old.driver.status().term)
  young.propose('new')
  await cluster.applied('new', cluster.followersOf(old))
  await t.rejects(cluster.outcome(stale), { code: 'no-leader' })
  t.not(old.driver.status().role, 'leader')
  cluster.network.heal()
  t.same(await read(cluster, old, 5_000), ['old', 'new'])
})

t.test('a leader stopped for ten seconds serves no stale read when it wakes', async t => {
  const cluster = await new RaftCluster().start()
  const old = await cluster.leader()
  old.propose('old')
  await cluster.applied('old')
  old.process.pause()
  const young = await cluster.leader(old.driver.status().term)
  young.propose('new')
  await cluster.applied('new', cluster.followersOf(old))
  await cluster.clock.run(10_000)
  old.process.resume()
  // The first thing that it is asked, before it has heard anything of what happened.
  t.equal(old.driver.status().role, 'leader')
  const texts = await read(cluster, old, 5_000)
  t.same(texts, ['old', 'new'])
  t.equal(old.counts.stalls, 1)
  t.ok(old.logged('this process stood still'))
})

t.test('a read begun before a stop is answered from no older state than its beginning', async t => {
  const cluster = await new RaftCluster().start()
  const old = await cluster.leader()
  old.propose('old')
  await cluster.applied('old')
  const reading = read(cluster, old, 60_000)
  await cluster.clock.run(1)
  old.process.pause()
  const young = await cluster.leader(old.driver.status().term)
  young.propose('new')
  await cluster.applied('new', cluster.followersOf(old))
  const afterwards = old.readIndex(60_000)
  old.process.resume()
  t.ok((await reading).includes('old'))
  const index = await cluster.outcome(afterwards)
  t.ok(index >= (young.state.commands.at(-1)?.index ?? 0), 'asked while it stood still')
})

t.test('reads that wait through an election are answered by the new leader', async t => {
  const cluster = await new RaftCluster().start()
  const old = await cluster.leader()
  old.propose('old')
  await cluster.applied('old')
  const [follower] = cluster.followersOf(old)
  if (follower === undefined) throw new Error('three nodes have a follower')
  old.crash()
  const reading = read(cluster, follower, 10_000)
  t.same(await reading, ['old'])
})

t.test('a read whose question or answer was lost is asked again', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  const [follower] = cluster.followersOf(leader)
  if (follower === undefined) throw new Error('three nodes have a follower')
  const contexts = new Set<number>()
  cluster.network.onSend = (_, __, messages) => {
    for (const message of messages) if (message.type === 'read-index') contexts.add(message.context)
  }
  cluster.network.cut(follower.nodeId, leader.nodeId)
  const reading = follower.readIndex(5_000)
  await cluster.clock.run(150)
  cluster.network.heal()
  await cluster.outcome(reading)
  t.equal(contexts.size, 2, 'with a fresh context')
})

t.test('the word of the leader alone needs no round, but a leader', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  leader.propose('old')
  await cluster.applied('old')
  await cluster.clock.run(100)
  const [follower] = cluster.followersOf(leader)
  const { commit } = leader.driver.status()
  t.equal(await cluster.outcome(leader.readIndex(1_000, false)), commit)
  t.equal(await cluster.outcome(follower?.readIndex(1_000, false) ?? Promise.resolve(0)), commit)
  for (const node of cluster.followersOf(leader)) node.crash()
  await cluster.clock.run(1_000)
  await t.rejects(cluster.outcome(leader.readIndex(500, false)), { code: 'no-leader' })
})

t.test('a node knows how long ago it heard its leader', async t => {
  const cluster = await new RaftCluster().start()
  t.equal(cluster.node(1).driver.status().leaderHeardMs, null, 'never')
  const leader = await cluster.leader()
  leader.propose('told')
  await cluster.applied('told')
  await cluster.clock.run(100)
  const [follower] = cluster.followersOf(leader)
  if (follower === undefined) throw new Error('three nodes have a follower')
  t.equal(leader.driver.status().leaderHeardMs, 0)
  t.ok((follower.driver.status().leaderHeardMs ?? 1_000) < 60, 'about a heartbeat')
  t.equal(follower.driver.status().leaderCommit, leader.driver.status().commit)
  cluster.network.isolate(follower.nodeId)
  await cluster.clock.run(3_000)
  t.ok((follower.driver.status().leaderHeardMs ?? 0) > 2_900)
})
