// A disk that hangs instead of failing (RAFT_NOTES §2.8, B7): who leads hands over, who follows waits for it quietly.
import t from 'tap'
import { type ClusterNode, RaftCluster } from '../support/raft-cluster.js'

const STALL_MS = 1_000

async function begun(): Promise<{ cluster: RaftCluster; leader: ClusterNode }> {
  const cluster = await new RaftCluster().start()
  const leader = await cluster.leader()
  leader.propose('before')
  await cluster.applied('before')
  await cluster.clock.run(100)
  return { cluster, leader }
}

t.test('a leader whose disk hangs hands over, and leads again once it answers', async t => {
  const { cluster, leader: hung } = await begun()
  const { term } = hung.driver.status()
  hung.disk.hang()
  hung.propose('only on the others')
  await cluster.applied('only on the others', cluster.followersOf(hung))
  await cluster.clock.run(STALL_MS / 2)
  t.equal(hung.driver.status().role, 'leader', 'a slow write is no reason')
  await cluster.clock.run(STALL_MS)
  const next = await cluster.leader(term)
  t.not(next, hung)
  t.equal(next.driver.status().term, term + 1, 'in one election, for it was handed over')
  t.match(hung.driver.status(), { role: 'follower', diskStalled: true, leaderId: next.nodeId })
  t.ok(hung.driver.status().diskWaitMs >= STALL_MS)
  t.ok(hung.logged('the disk of the log does not answer'))
  next.propose('goes on')
  await cluster.applied('goes on', cluster.followersOf(hung))
  t.notOk(hung.state.texts.includes('only on the others'), 'not applied without its own disk')

  hung.disk.answer()
  await cluster.applied('goes on')
  t.match(hung.driver.status(), { diskStalled: false, diskWaitMs: 0 })
  t.ok(hung.logged('the disk of the log answers again'))
  t.equal(hung.counts.diskStalls, 1)
  t.equal(hung.fatal.length, 0)
  next.driver.transferLeadership(hung.nodeId)
  t.equal(await cluster.leader(next.driver.status().term), hung)
})

t.test('a follower whose disk hangs does not campaign when its leader is gone', async t => {
  const { cluster, leader } = await begun()
  const [hung, other] = cluster.followersOf(leader)
  if (hung === undefined || other === undefined) throw new Error('three nodes, two followers')
  hung.disk.hang()
  leader.propose('after')
  await cluster.applied('after', [leader, other])
  await cluster.clock.run(2 * STALL_MS)
  t.match(hung.driver.status(), { diskStalled: true, leaderId: leader.nodeId })
  const sent: string[] = []
  cluster.network.onSend = (from, _, messages) => {
    if (from === hung.nodeId) for (const message of messages) sent.push(message.type)
  }
  const { term } = leader.driver.status()
  leader.crash()
  await cluster.clock.run(5_000)
  t.notOk(sent.includes('vote'), 'it asks nobody for a vote')
  t.equal(other.driver.status().role === 'leader', false, 'one of three is no quorum')
  hung.disk.answer()
  await cluster.leader(term)
})

t.test('leadership stays where nobody else could be elected', async t => {
  const { cluster, leader } = await begun()
  for (const node of cluster.nodes) node.disk.hang()
  leader.propose('waits for all disks')
  await cluster.clock.run(5_000)
  t.match(leader.driver.status(), { role: 'leader', diskStalled: true })
  t.ok((await cluster.outcome(leader.readIndex(1_000))) > 0, 'it still answers reads')
  for (const node of cluster.nodes) node.disk.answer()
  await cluster.applied('waits for all disks')

  const [down, other] = cluster.followersOf(leader)
  if (down === undefined || other === undefined) throw new Error('three nodes, two followers')
  down.crash()
  leader.disk.hang()
  leader.propose('of one disk')
  await cluster.clock.run(5_000)
  t.match(leader.driver.status(), { role: 'leader', diskStalled: true })
  leader.disk.answer()
  await cluster.applied('of one disk', [leader, other])
})

t.test('a process that stood still does not blame its disk', async t => {
  const { cluster, leader } = await begun()
  const [asleep] = cluster.followersOf(leader)
  if (asleep === undefined) throw new Error('three nodes have a follower')
  for (let nap = 0; nap < 20; nap++) {
    leader.propose(`before nap ${nap}`)
    await cluster.clock.run(1)
    asleep.process.pause()
    await cluster.clock.run(10 * STALL_MS)
    asleep.process.resume()
    await cluster.applied(`before nap ${nap}`)
  }
  t.ok(asleep.counts.stalls > 0, 'it did stand still')
  t.equal(asleep.counts.diskStalls, 0)
})

t.test('a cut of the log that hangs is a stall, too', async t => {
  const options = { compactEntries: 10, tailEntries: 5, diskStallMs: 500 }
  const cluster = await new RaftCluster({ driver: options }).start()
  const leader = await cluster.leader()
  const [follower] = cluster.followersOf(leader)
  if (follower === undefined) throw new Error('three nodes have a follower')
  const compact = follower.disk.compact.bind(follower.disk)
  let cuts = 0
  follower.disk.compact = mark => {
    cuts += 1
    compact(mark)
    follower.disk.hang()
  }
  for (let at = 0; at < 40; at++) leader.propose(`entry ${at}`)
  await cluster.clock.runUntil(() => cuts > 0)
  leader.propose('behind the cut')
  await cluster.clock.run(1_000)
  t.equal(follower.counts.diskStalls, 1)
  follower.disk.answer()
  await cluster.applied('behind the cut')
})
