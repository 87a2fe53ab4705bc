// What clients of a node hear whose disk hangs: nothing that takes long, and where else to go.
import t from 'tap'
import { readinessChecks } from '../../src/node/readiness.js'
import {
  allocate,
  allocationOf,
  GatewayCluster,
  type GatewayNode,
  watch,
} from '../support/gateway-cluster.js'

const STALL_MS = 1_000

/** What /readyz of a node would find wrong, whenever it is asked; the node has caught up by now. */
function readinessOf({ driver: raft, store, process: clock }: GatewayNode): () => string[] {
  const checks = readinessChecks({ raft, store, clock, unavailable: () => null })
  const faults = () => checks.map(({ check }) => check()).filter(fault => fault !== null)
  faults()
  return faults
}

t.test('a leader whose disk hangs: its clients are sent on, all others are served', async t => {
  const cluster = new GatewayCluster()
  const { networkId } = await cluster.begin()
  const hung = await cluster.leader()
  const [other] = cluster.followersOf(hung)
  if (other === undefined) throw new Error('three nodes')
  const faults = readinessOf(hung)
  t.same(faults(), [])
  hung.disk.hang()
  const taken = watch(hung.submit(allocate(networkId, 'taken before it was noticed')))
  const meanwhile = other.submit(allocate(networkId, 'elsewhere'), { timeoutMs: STALL_MS })
  allocationOf(await cluster.outcome(meanwhile))
  await cluster.leader(hung.driver.status().term)
  await cluster.clock.runUntil(() => hung.driver.roleStatus().role === 'follower')

  const refused = { code: 'disk-stalled', outcome: 'known' }
  const startMs = cluster.clock.nowMs
  await t.rejects(cluster.outcome(hung.submit(allocate(networkId, 'late'))), refused)
  allocationOf(await cluster.outcome(other.submit(allocate(networkId, 'after'))))
  await t.rejects(cluster.outcome(hung.read({ minRevision: 1_000, level: 'none' })), refused)
  await t.rejects(cluster.outcome(hung.read()), refused)
  t.ok(cluster.clock.nowMs - startMs < 1_000, 'nobody waited for a deadline')
  t.ok(await cluster.outcome(hung.read({ level: 'none' })), 'its own state may still be read')
  const waitedS = Math.round(hung.driver.status().diskWaitMs / 1_000)
  t.same(faults(), [`a write to the log has waited ${waitedS} s for the disk`])
  t.same(readinessOf(other)(), [])

  hung.disk.answer()
  await cluster.level()
  t.same(faults(), [])
  t.match(taken.ending, { value: { ok: true } }, 'what it took is answered, once it can be')
  t.equal(hung.named('taken before it was noticed').length, 1)
  t.equal(hung.named('late').length, 0, 'what was refused did not happen')
  allocationOf(await cluster.outcome(hung.submit(allocate(networkId, 'again'))))
})

t.test('a node alone whose disk hangs takes requests, and answers when it recovers', async t => {
  const cluster = new GatewayCluster({ nodeIds: [1] })
  const { networkId } = await cluster.begin()
  const node = cluster.node(1)
  const faults = readinessOf(node)
  node.disk.hang()
  const slow = node.submit(allocate(networkId, 'slow'))
  await cluster.clock.run(2 * STALL_MS)
  t.match(faults(), [/waited 2 s for the disk/])
  const second = node.submit(allocate(networkId, 'second'))
  node.disk.answer()
  allocationOf(await cluster.outcome(slow))
  allocationOf(await cluster.outcome(second))
  t.same(faults(), [])
})
