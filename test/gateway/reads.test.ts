// Reads through the door of whole nodes: what each level promises, and what it refuses to promise.
import t from 'tap'
import type { ReadContext } from '../../src/gateway/index.js'
import {
  allocate,
  allocationOf,
  GatewayCluster,
  type GatewayNode,
  watch,
} from '../support/gateway-cluster.js'

async function begin(options: ConstructorParameters<typeof GatewayCluster>[0] = {}) {
  const cluster = new GatewayCluster(options)
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const [follower, other] = cluster.followersOf(leader)
  if (follower === undefined || other === undefined) throw new Error('three nodes')
  /** Reads at that level, and gives what the node's state holds in that moment. */
  const hostnames = (node: GatewayNode, set: Partial<ReadContext>) =>
    cluster.outcome(node.read(set).then(() => node.allocations().map(({ hostname }) => hostname)))
  return { cluster, networkId, leader, follower, other, hostnames }
}

t.test('a linearizable read on any node sees what was acknowledged on any other', async t => {
  const { cluster, networkId, hostnames } = await begin({ network: { delayMaxMs: 30 } })
  const acknowledged: string[] = []
  for (let round = 0; round < 4; round++)
    for (const writer of cluster.nodes)
      for (const reader of cluster.nodes) {
        const hostname = `host-${round}-${writer.nodeId}-${reader.nodeId}`
        allocationOf(await cluster.outcome(writer.submit(allocate(networkId, hostname))))
        acknowledged.push(hostname)
        t.strictSame(await hostnames(reader, { level: 'linearizable' }), acknowledged)
      }
})

t.test('a linearizable read on a leader that was cut off gives nothing', async t => {
  const { cluster, networkId, leader, follower, hostnames } = await begin()
  cluster.network.isolate(leader.nodeId)
  const early = leader.read({ timeoutMs: 100 })
  const late = leader.read({ timeoutMs: 20_000 })
  const watched = watch(late)
  await t.rejects(cluster.outcome(early), { code: 'timeout', outcome: 'known' })
  t.equal(leader.driver.status().role, 'leader', 'it still believes that it leads')
  await cluster.leader(leader.driver.status().term)
  allocationOf(await cluster.outcome(follower.submit(allocate(networkId, 'new'))))
  t.equal(watched.ending, null)
  t.strictSame(leader.allocations(), [], 'a read now would be stale')
  await t.rejects(cluster.outcome(late), { code: 'no-leader', outcome: 'known' })
  cluster.network.heal()
  t.strictSame(await hostnames(leader, { level: 'linearizable' }), ['new'])
})

t.test('a linearizable read that began before the cut is answered by the new state', async t => {
  const { cluster, networkId, leader, follower } = await begin()
  cluster.network.isolate(leader.nodeId)
  const read = leader.read({ timeoutMs: 20_000 }).then(() => leader.named('new').length)
  await cluster.leader(leader.driver.status().term)
  await cluster.outcome(follower.submit(allocate(networkId, 'new')))
  cluster.network.heal()
  t.equal(await cluster.outcome(read), 1)
})

t.test('a weak read takes the word of who believes that it leads', async t => {
  const { cluster, networkId, leader, follower, hostnames } = await begin()
  await cluster.outcome(leader.submit(allocate(networkId, 'old')))
  t.strictSame(await hostnames(follower, { level: 'weak' }), ['old'], 'a follower asks the leader')
  cluster.network.isolate(leader.nodeId)
  t.equal(leader.driver.status().role, 'leader')
  t.strictSame(await hostnames(leader, { level: 'weak', timeoutMs: 50 }), ['old'])
  await cluster.clock.runUntil(() => leader.driver.status().role !== 'leader')
  const read = leader.read({ level: 'weak', timeoutMs: 1_000 })
  await t.rejects(cluster.outcome(read), { code: 'no-leader', outcome: 'known' })
})

t.test('a read of level none asks nobody', async t => {
  const { cluster, networkId, leader, follower, other, hostnames } = await begin()
  await cluster.outcome(follower.submit(allocate(networkId, 'old')))
  await leader.crash()
  await other.crash()
  await cluster.clock.run(60_000)
  const revision = await follower.read({ level: 'none' })
  t.equal(revision, follower.store.appliedIndex(), 'without any time passing')
  t.strictSame(await hostnames(follower, { level: 'none' }), ['old'])
})

t.test(
  'a read with freshness is refused on a node that has heard of no leader for longer',
  async t => {
    const { cluster, leader, follower } = await begin()
    const fresh = { level: 'none', freshnessMs: 1_000 } as const
    const stale = { code: 'too-stale', outcome: 'known' }
    for (const node of cluster.nodes) t.equal(await node.read(fresh), node.store.appliedIndex())
    cluster.network.isolate(follower.nodeId)
    await cluster.clock.run(900)
    await follower.read(fresh)
    await cluster.clock.run(300)
    await t.rejects(follower.read(fresh), stale)
    await follower.read({ level: 'none', freshnessMs: 2_000 })
    await follower.read({ level: 'none', freshnessMs: null })
    cluster.network.heal()
    await cluster.clock.run(5_000)
    await follower.read(fresh)
    await leader.crash()
    await leader.start()
    await t.rejects(leader.read(fresh), stale, 'who just started has heard of none')
  },
)

t.test('min_revision waits until that revision is applied here', async t => {
  const { cluster, networkId, leader, follower } = await begin({ core: { electionTicks: 1000 } })
  cluster.network.cut(leader.nodeId, follower.nodeId)
  const { revision } = await cluster.outcome(leader.submit(allocate(networkId, 'new')))
  for (const level of ['none', 'weak'] as const) {
    const early = follower.read({ level, minRevision: revision, timeoutMs: 300 })
    await t.rejects(cluster.outcome(early), { code: 'timeout', outcome: 'known' }, level)
  }
  const read = follower.read({ level: 'none', minRevision: revision })
  const watched = watch(read)
  await cluster.clock.run(1_000)
  t.equal(watched.ending, null)
  cluster.network.heal()
  t.ok((await cluster.outcome(read)) >= revision)
  t.equal(follower.named('new').length, 1)
  const future = follower.read({ level: 'none', minRevision: 1_000_000, timeoutMs: 500 })
  await t.rejects(cluster.outcome(future), { code: 'timeout', outcome: 'known' })
})

t.test('a node that stops answers the reads that wait', async t => {
  const { cluster, follower } = await begin()
  const reads = [
    follower.read({ level: 'none', minRevision: 1_000_000 }),
    follower.read({ level: 'linearizable' }),
  ].map(watch)
  await cluster.outcome(follower.driver.stop())
  await cluster.clock.run(0)
  for (const { ending } of reads) t.match(ending, { error: { code: 'stopping', outcome: 'known' } })
})
