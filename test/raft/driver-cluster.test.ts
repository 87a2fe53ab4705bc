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

t.test('commands proposed while one write is in flight make one write', async t => {
  const cluster = await new RaftCluster({ diskMs: 20 }).start()
  const leader = await cluster.leader()
  leader.propose('settled')
  await cluster.applied('settled')
  const batchesBefore = leader.disk.batches.length
  leader.propose('opens a write')
  await cluster.clock.run(1)
  for (let number = 0; number < 100; number++) {
    t.equal(leader.propose(`command ${number}`), 'accepted')
    await cluster.clock.run(0.1)
  }
  await cluster.applied('command 99')
  const batches = leader.disk.batches.slice(batchesBefore)
  t.same(
    batches.map(batch => batch.entries.length),
    [1, 100],
  )
})

t.test('commands proposed in one turn reach each follower in one frame', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  leader.propose('settled')
  await cluster.applied('settled')
  await cluster.clock.run(5)
  const entryCounts: number[] = []
  cluster.network.onSend = (from, _, messages) => {
    for (const message of messages)
      if (from === leader.nodeId && message.type === 'append' && message.entries.length > 0)
        entryCounts.push(message.entries.length)
  }
  for (let number = 0; number < 50; number++) leader.propose(`command ${number}`)
  await cluster.applied('command 49')
  t.same(entryCounts, [50, 50])
})

t.test('when the leader is killed the others go on, without waiting for a timeout', async t => {
  const cluster = await new RaftCluster().start()
  const first = await cluster.leader()
  first.propose('before')
  await cluster.applied('before')
  first.crash()
  const killedMs = cluster.clock.nowMs
  const second = await cluster.leader(first.driver.status().term)
  t.ok(cluster.clock.nowMs - killedMs < 400, 'less than the shortest election timeout')
  second.propose('after')
  const rest = cluster.followersOf(first)
  await cluster.applied('after', rest)
  for (const node of rest) t.same(node.state.texts, ['before', 'after'])
})

t.test('a killed node comes back from its disk and catches up', async t => {
  const cluster = await new RaftCluster().start()
  const first = await cluster.leader()
  first.propose('before')
  await cluster.applied('before')
  first.crash()
  const second = await cluster.leader(first.driver.status().term)
  second.propose('while it was away')
  await cluster.applied('while it was away', cluster.followersOf(first))
  first.state.durable = 0
  first.state.fallBack()
  await first.start()
  await cluster.applied('while it was away')
  t.same(first.state.texts, ['before', 'while it was away'])
})

t.test('a cluster whose power goes keeps everything it applied', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  for (let number = 0; number < 20; number++) leader.propose(`command ${number}`)
  await cluster.applied('command 19', [leader])
  for (const node of cluster.nodes) node.state.durable = 5
  for (const node of cluster.nodes) node.crash()
  for (const node of cluster.nodes) await node.start()
  await cluster.leader()
  await cluster.applied('command 19')
  const expected = Array.from({ length: 20 }, (_, number) => `command ${number}`)
  for (const node of cluster.nodes) t.same(node.state.texts, expected)
})

t.test('the only voter leads at once, and again after a restart', async t => {
  const cluster = await new RaftCluster({ nodeIds: [1] }).start()
  const node = cluster.node(1)
  await cluster.leader()
  t.ok(cluster.clock.nowMs < 50, 'long before an election timeout')
  node.propose('alone')
  await cluster.applied('alone')
  t.equal(await cluster.outcome(node.readIndex(100)), node.driver.status().commit)
  node.crash()
  const downMs = cluster.clock.nowMs
  await node.start()
  await cluster.leader()
  t.ok(cluster.clock.nowMs - downMs < 50)
  t.same(node.state.texts, ['alone'])
})

t.test('a node that may not vote yet leads only once it is allowed to', async t => {
  const cluster = await new RaftCluster({ nodeIds: [1], core: { mayVote: false } }).start()
  const node = cluster.node(1)
  await cluster.clock.run(5_000)
  t.equal(node.driver.status().role, 'follower')
  node.driver.allowVote()
  await cluster.leader()
  t.equal(node.driver.status().role, 'leader')
})

t.test('leadership is handed over when asked, at the leader or at a follower', async t => {
  const cluster = await new RaftCluster().start()
  const first = await cluster.leader()
  const [second, third] = cluster.followersOf(first)
  if (second === undefined || third === undefined) throw new Error('three nodes have two followers')
  first.driver.transferLeadership(second.nodeId)
  t.equal(await cluster.leader(first.driver.status().term), second)
  await cluster.clock.runUntil(() => third.driver.status().leaderId === second.nodeId)
  third.driver.transferLeadership(third.nodeId)
  t.equal(await cluster.leader(second.driver.status().term), third)
})

t.test('a stopped node refuses everything, keeps silent and leaves its log closed', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  const statuses: string[] = []
  leader.driver.onStatus(status => statuses.push(`${status.role} of ${status.leaderId}`))
  leader.propose('the last')
  const waiting = leader.driver.waitApplied(1_000, 1_000_000)
  const reading = leader.readIndex(1_000_000)
  await cluster.clock.run(0)
  await Promise.all([
    t.rejects(cluster.outcome(waiting), { code: 'stopped' }),
    t.rejects(cluster.outcome(reading), { code: 'stopped' }),
    cluster.outcome(leader.driver.stop()),
  ])
  t.same(statuses, ['follower of 0'])
  t.equal(leader.propose('too late'), 'not-leader')
  t.equal(leader.driver.status().role, 'follower')
  await t.rejects(leader.readIndex(1_000), { code: 'stopped' })
  await t.rejects(leader.driver.waitApplied(0, 1_000_000), { code: 'stopped' })
  let sent = 0
  cluster.network.onSend = from => {
    if (from === leader.nodeId) sent += 1
  }
  await cluster.clock.run(1_000)
  t.equal(sent, 0)
  t.doesNotThrow(() => leader.disk.open(), 'the log store was closed')
})

t.test('a listener hears of the new leader once, and no more after it left', async t => {
  const cluster = new RaftCluster()
  await cluster.start()
  const node = cluster.node(1)
  const heard: number[] = []
  const leave = node.driver.onStatus(({ leaderId }) => {
    if (leaderId !== 0) heard.push(leaderId)
  })
  const first = await cluster.leader()
  await cluster.clock.run(100)
  t.same(heard, [first.nodeId])
  t.equal(node.counts.elections, 1)
  leave()
  first.driver.transferLeadership(cluster.followersOf(first)[0]?.nodeId ?? 0)
  await cluster.leader(first.driver.status().term)
  t.same(heard, [first.nodeId])
})
