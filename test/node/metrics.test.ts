// What a node measures: peers come and go with their series, and docs/metrics.md names all there is.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { HttpMetrics } from '../../src/http/metrics.js'
import { comparisonMetrics } from '../../src/node/comparison.js'
import {
  addNodeGauges,
  addWebhookGauge,
  mailMetrics,
  raftMetrics,
  webhookMetrics,
} from '../../src/node/node-metrics.js'
import { addPeerMetrics, type PeerMetricsParts } from '../../src/node/peer-metrics.js'
import { createRegistry } from '../../src/observe/index.js'
import type { PeerLinkTraffic, RaftStatus } from '../../src/raft/index.js'
import { FakeGateway } from '../support/fake-gateway.js'
import { allocate, GatewayCluster } from '../support/gateway-cluster.js'

type PeerProgress = RaftStatus['progress'][number]

const progressOf = (nodeId: number, set: Partial<PeerProgress> = {}): PeerProgress => ({
  nodeId,
  state: 'replicate',
  match: 90,
  next: 101,
  learner: false,
  active: true,
  inflightMessages: 0,
  inflightBytes: 0,
  ...set,
})
const trafficOf = (nodeId: number, heardMs: number | null): PeerLinkTraffic => ({
  nodeId,
  framesSent: 7,
  bytesSent: 700,
  framesReceived: 5,
  bytesReceived: 500,
  heardMs,
  connected: heardMs !== null,
})

/** `name{labels}` → value, of one scrape. */
async function scrape(registry: ReturnType<typeof createRegistry>): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter(line => /^[a-z]/.test(line))
  return new Map(lines.map(line => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]))
}

t.test('a leader shows each peer; a removed one leaves nothing behind', async t => {
  let progress: readonly PeerProgress[] = [
    progressOf(1, { match: 100 }),
    progressOf(2, { inflightMessages: 3, inflightBytes: 4_096 }),
    progressOf(3, { state: 'snapshot', active: false, match: 0 }),
  ]
  let traffic = [trafficOf(2, 8_000), trafficOf(3, null)]
  let sending = [{ nodeId: 3, bytes: 10, bytesTotal: 40 }]
  const raft = {
    status: () => ({ nodeId: 1, lastIndex: 100, progress }) as RaftStatus,
    snapshotsUnderWay: () => ({ sending, receiving: null }),
  }
  const registry = createRegistry()
  addPeerMetrics(registry, { raft, traffic: () => traffic, clock: { monotonicMs: () => 10_000 } })
  const leading = Object.fromEntries(await scrape(registry))
  t.match(leading, {
    'raft_peer_match_index{peer="2"}': 90,
    'raft_peer_lag_entries{peer="2"}': 10,
    'raft_peer_lag_entries{peer="3"}': 100,
    'raft_peer_state{peer="2",state="replicate"}': 1,
    'raft_peer_state{peer="3",state="replicate"}': 0,
    'raft_peer_state{peer="3",state="snapshot"}': 1,
    'raft_peer_active{peer="3"}': 0,
    'raft_peer_inflight_messages{peer="2"}': 3,
    'raft_peer_inflight_bytes{peer="2"}': 4_096,
    'peer_frames_sent_total{peer="2"}': 7,
    'peer_bytes_received_total{peer="3"}': 500,
    'peer_last_contact_seconds{peer="2"}': 2,
    'peer_connected{peer="3"}': 0,
    'raft_snapshot_sending_bytes{peer="3"}': 10,
    'raft_snapshot_sending_size_bytes{peer="3"}': 40,
    raft_snapshot_receiving_bytes: 0,
  })
  t.notOk('raft_peer_match_index{peer="1"}' in leading, 'it is no peer of its own')
  t.notOk('peer_last_contact_seconds{peer="3"}' in leading, 'never heard')

  progress = progress.slice(0, 2)
  traffic = traffic.slice(0, 1)
  sending = []
  const removed = [...(await scrape(registry)).keys()]
  t.same(
    removed.filter(name => name.includes('peer="3"')),
    [],
  )
  t.ok(removed.includes('peer_frames_sent_total{peer="2"}'))
  progress = []
  const following = [...(await scrape(registry)).keys()]
  t.same(
    following.filter(name => name.startsWith('raft_peer_')),
    [],
    'only a leader knows',
  )
})

t.test('the driver tells how far a snapshot on its way is, on both sides', async t => {
  const options = { snapshots: true, driver: { compactEntries: 20, tailEntries: 10 } }
  const cluster = new GatewayCluster({ ...options, network: { delayMaxMs: 20 } })
  const { networkId } = await cluster.begin('10.0.0.0/16')
  const leader = await cluster.leader()
  const [away] = cluster.followersOf(leader)
  if (away === undefined) throw new Error('three nodes have a follower')
  await away.crash()
  while (leader.driver.status().firstIndex < 30)
    await cluster.outcome(leader.submit(allocate(networkId, 'host')))
  await away.start()
  await cluster.clock.runUntil(() => leader.driver.snapshotsUnderWay().sending.length > 0)
  t.match(leader.driver.snapshotsUnderWay().sending, [{ nodeId: away.nodeId }])
  await cluster.clock.runUntil(() => away.driver.snapshotsUnderWay().receiving !== null)
  const { bytesTotal } = away.driver.snapshotsUnderWay().receiving ?? { bytesTotal: 0 }
  t.ok(bytesTotal > 10_000, `the size is known: ${bytesTotal}`)
  await cluster.clock.runUntil(() => leader.driver.snapshotsUnderWay().sending.length === 0)
  await cluster.clock.runUntil(() => away.driver.snapshotsUnderWay().receiving === null)
  await cluster.level()
})

t.test('docs/metrics.md names every metric, and no other', async t => {
  const registry = createRegistry()
  const { store } = new FakeGateway()
  raftMetrics(registry)
  const raft = {} as Parameters<typeof addNodeGauges>[1]['raft'] & PeerMetricsParts['raft']
  addNodeGauges(registry, { raft, store, pendingCount: () => 0 })
  addPeerMetrics(registry, { raft, traffic: () => [], clock: { monotonicMs: () => 0 } })
  new HttpMetrics(registry)
  comparisonMetrics(registry)
  mailMetrics(registry)
  webhookMetrics(registry)
  addWebhookGauge(registry, () => 0)
  const names = registry
    .getMetricsAsArray()
    .map(({ name }) => name)
    .filter(name => !/^(process|nodejs)_/.test(name))
  const page = readFileSync('docs/metrics.md', 'utf8')
  const rows = page.split('\n').filter(line => line.startsWith('| `'))
  const named = rows.flatMap(row => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)])
  t.same(named.map(([, name]) => name).sort(), names.sort())
})
