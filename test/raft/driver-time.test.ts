// Time at whole nodes: stalls elect nobody, and clocks that are hours off do not move the entries' time.
import t from 'tap'
import { RaftCluster } from '../support/raft-cluster.js'
import { SIM_EPOCH_MS } from '../support/sim-clock.js'

const HOUR_MS = 3_600_000

t.test('a follower that stood still for a minute starts no election when it wakes', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  const { term } = leader.driver.status()
  const [sleeper] = cluster.followersOf(leader)
  if (sleeper === undefined) throw new Error('three nodes have a follower')
  for (const sleepMs of [250, 1_000, 5_000, 60_000]) {
    const votes: string[] = []
    cluster.network.onSend = (from, _, messages) => {
      for (const message of messages) if (message.type === 'vote') votes.push(`vote of ${from}`)
    }
    sleeper.process.pause()
    await cluster.clock.run(sleepMs)
    leader.propose(`after ${sleepMs}`)
    sleeper.process.resume()
    await cluster.applied(`after ${sleepMs}`)
    await cluster.clock.run(1_000)
    t.same(votes, [], `asleep for ${sleepMs} ms`)
    t.equal(leader.driver.status().term, term)
  }
  t.equal(sleeper.counts.stalls, 4)
})

t.test('when all stood still together, they go on under the leader they had', async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  const { term } = leader.driver.status()
  await cluster.clock.run(500)
  for (const node of cluster.nodes) node.process.pause()
  await cluster.clock.run(HOUR_MS)
  for (const node of cluster.nodes) node.process.resume()
  leader.propose('awake')
  await cluster.applied('awake')
  t.equal(leader.driver.status().term, term)
})

t.test('one clock hours off, even the leader, does not move the time of entries', async t => {
  for (const offsetMs of [5 * HOUR_MS, -5 * HOUR_MS])
    for (const wrong of [1, 2, 3]) {
      const cluster = new RaftCluster({ seed: wrong })
      cluster.node(wrong).wallOffsetMs = offsetMs
      await cluster.start()
      for (let handed = 1; handed <= 3; handed++) {
        const leader = await cluster.leader()
        leader.propose(`by ${leader.nodeId}`)
        await cluster.clock.run(200)
        leader.propose(`again by ${leader.nodeId}`)
        await cluster.applied(`again by ${leader.nodeId}`)
        leader.driver.transferLeadership((leader.nodeId % 3) + 1)
        await cluster.leader(leader.driver.status().term)
      }
      const trueMs = SIM_EPOCH_MS + cluster.clock.nowMs
      const times = cluster.node(1).state.commands.map(command => command.timeMs)
      t.ok(times.length >= 6)
      t.same(times, times.slice().sort(), 'time never goes back')
      for (const timeMs of times)
        t.ok(Math.abs(trueMs - timeMs) < 10_000, `node ${wrong} is off by ${offsetMs} ms`)
    }
})

t.test('a leader that is hours fast and alone may not carry its clock into the log', async t => {
  const cluster = new RaftCluster()
  for (const node of cluster.nodes) if (node.nodeId === 3) node.wallOffsetMs = 9 * HOUR_MS
  await cluster.start()
  const first = await cluster.leader()
  const three = cluster.node(3)
  if (first !== three) {
    first.driver.transferLeadership(3)
    await cluster.clock.runUntil(() => three.driver.status().role === 'leader')
  }
  // Before any heartbeat of its own was answered: what it knows of the others came with their votes.
  t.equal(three.propose('at once'), 'accepted')
  await cluster.applied('at once')
  const timeMs = three.state.commands.at(-1)?.timeMs ?? 0
  t.ok(Math.abs(SIM_EPOCH_MS + cluster.clock.nowMs - timeMs) < 10_000)
})

t.test('the leader tells how far the clocks of the voters are apart', async t => {
  const cluster = new RaftCluster()
  cluster.node(2).wallOffsetMs = 7_000
  await cluster.start()
  const leader = await cluster.leader()
  await cluster.clock.run(500)
  const skewMs = leader.driver.status().clockSkewMs ?? 0
  t.ok(Math.abs(skewMs - 7_000) < 100)
  const [follower] = cluster.followersOf(leader)
  t.equal(follower?.driver.status().clockSkewMs, undefined)
})

t.test("when all clocks jump back, the entries' time waits for them", async t => {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  leader.propose('before')
  await cluster.applied('before')
  for (const node of cluster.nodes) node.process.wallOffsetMs = -HOUR_MS
  await cluster.clock.run(500)
  leader.propose('after')
  await cluster.applied('after')
  const [before, after] = leader.state.commands
  t.equal(after?.timeMs, before?.timeMs)
})
