// What a caller is told when there is no outcome: `known` only where nothing happened and nothing ever will.
import t from 'tap'
import { GatewayError } from '../../src/gateway/index.js'
import {
  allocate,
  allocationOf,
  createNetwork,
  GatewayCluster,
  type GatewayNode,
  release,
  watch,
} from '../support/gateway-cluster.js'

/** A leader, and a follower that knows it. */
async function begin(cluster: GatewayCluster) {
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const [follower, other] = cluster.followersOf(leader)
  if (follower === undefined || other === undefined) throw new Error('three nodes')
  return { networkId, leader, follower, other }
}

/** Longer than any deadline, resend and election. */
const LONG_MS = 20_000

function hostnames(node: GatewayNode): (string | null)[] {
  return node.allocations().map(allocation => allocation.hostname)
}

t.test(
  'without a leader until the deadline nothing happens, and nothing happens later',
  async t => {
    const cluster = new GatewayCluster()
    const { networkId, leader, follower, other } = await begin(cluster)
    await leader.crash()
    await other.crash()
    await cluster.clock.runUntil(() => follower.driver.status().leaderId === 0)
    const beganMs = cluster.clock.nowMs
    const submit = follower.submit(allocate(networkId, 'nobody'), { timeoutMs: 2_000 })
    await t.rejects(cluster.outcome(submit), { code: 'no-leader', outcome: 'known' })
    t.ok(cluster.clock.nowMs - beganMs >= 2_000, 'not before the deadline')
    t.ok(cluster.clock.nowMs - beganMs < 2_100, 'and soon after it')
    await leader.start()
    await other.start()
    const later = await cluster.outcome(follower.submit(allocate(networkId, 'later')))
    allocationOf(later)
    await cluster.clock.run(LONG_MS)
    for (const node of cluster.nodes) t.strictSame(hostnames(node), ['later'])
  },
)

t.test('handed over and cut off: unknown, and it may have happened', async t => {
  const cluster = new GatewayCluster()
  const { networkId, leader, follower } = await begin(cluster)
  cluster.network.cut(leader.nodeId, follower.nodeId)
  const submit = follower.submit(allocate(networkId, 'happened'), { timeoutMs: 200 })
  await t.rejects(cluster.outcome(submit), { code: 'timeout', outcome: 'unknown' })
  cluster.network.heal()
  await cluster.clock.run(LONG_MS)
  for (const node of cluster.nodes) t.strictSame(hostnames(node), ['happened'])
  t.equal(follower.gateway.pendingCount(), 0)
})

t.test('handed over and cut off: unknown, and it may have not', async t => {
  const cluster = new GatewayCluster()
  const { networkId, follower } = await begin(cluster)
  cluster.network.isolate(follower.nodeId)
  const submit = follower.submit(allocate(networkId, 'lost'), { timeoutMs: 200 })
  await t.rejects(cluster.outcome(submit), { code: 'timeout', outcome: 'unknown' })
  cluster.network.heal()
  await cluster.clock.run(LONG_MS)
  for (const node of cluster.nodes) t.strictSame(hostnames(node), [])
})

t.test(
  'appended by a leader that is cut off: unknown, and overwritten by the next one',
  async t => {
    const cluster = new GatewayCluster()
    const { networkId, leader, follower } = await begin(cluster)
    cluster.network.isolate(leader.nodeId)
    const submit = leader.submit(allocate(networkId, 'lost'), { timeoutMs: 200 })
    await t.rejects(cluster.outcome(submit), { code: 'timeout', outcome: 'unknown' })
    await cluster.leader(leader.driver.status().term)
    allocationOf(await cluster.outcome(follower.submit(allocate(networkId, 'found'))))
    cluster.network.heal()
    await cluster.clock.run(LONG_MS)
    for (const node of cluster.nodes) t.strictSame(hostnames(node), ['found'])
  },
)

t.test(
  'a client that asks again after an unknown outcome, with its key, gets one allocation',
  async t => {
    const cluster = new GatewayCluster()
    const { networkId, leader, follower, other } = await begin(cluster)
    const idempotency = { scopeHash: 'key-1', requestHash: 'body' }
    cluster.network.cut(leader.nodeId, follower.nodeId)
    const first = follower.submit(allocate(networkId, 'once'), { timeoutMs: 200, idempotency })
    await t.rejects(cluster.outcome(first), { code: 'timeout', outcome: 'unknown' })
    const again = await cluster.outcome(other.submit(allocate(networkId, 'once'), { idempotency }))
    t.ok(again.originalRevision < again.revision, 'a replay of what was decided at first')
    cluster.network.heal()
    await cluster.level()
    for (const node of cluster.nodes)
      t.strictSame(
        node.allocations().map(allocation => allocation.id),
        [allocationOf(again).id],
      )
  },
)

t.test(
  'a command that waited in a process that stood still is not sent after its answer',
  async t => {
    const cluster = new GatewayCluster()
    const { networkId, follower } = await begin(cluster)
    const submit = watch(follower.submit(allocate(networkId, 'too-late'), { timeoutMs: 100 }))
    follower.process.pause()
    await cluster.clock.run(150)
    follower.process.resume()
    await cluster.clock.runUntil(() => submit.ending !== null)
    t.match(submit.ending, { error: { outcome: 'known' } })
    await cluster.clock.run(LONG_MS)
    for (const node of cluster.nodes) t.strictSame(hostnames(node), [])
  },
)

t.test('what the leader has no room for is refused, known, and the rest is done', async t => {
  for (const where of ['leader', 'follower'] as const) {
    const cluster = new GatewayCluster({ diskMs: 50, core: { uncommittedBytesMax: 1_000 } })
    const parts = await begin(cluster)
    const submits = Array.from({ length: 60 }, (_, at) =>
      watch(parts[where].submit(allocate(parts.networkId, `host-${at}`))),
    )
    await cluster.clock.runUntil(() => submits.every(submit => submit.ending !== null))
    const done: (string | null)[] = []
    for (const { ending } of submits) {
      if (ending !== null && 'value' in ending) done.push(allocationOf(ending.value).hostname)
      else t.match(ending, { error: { code: 'overloaded', outcome: 'known' } })
    }
    t.ok(done.length > 1 && done.length < 60, `${done.length} of 60 found room, from the ${where}`)
    await cluster.clock.run(LONG_MS)
    for (const node of cluster.nodes) t.strictSame(hostnames(node), done)
  }
})

t.test('a new leader without room for what it has in its log already waits for that', async t => {
  const cluster = new GatewayCluster({ core: { uncommittedBytesMax: 1_000 } })
  const { networkId, leader, follower, other } = await begin(cluster)
  const submits = Array.from({ length: 60 }, (_, at) =>
    watch(follower.submit(allocate(networkId, `host-${at}`))),
  )
  const { lastIndex } = follower.driver.status()
  await cluster.clock.runUntil(() => leader.driver.status().lastIndex > lastIndex)
  // What the leader had room for goes to the follower's log, and nobody learns that it is there.
  cluster.network.cut(leader.nodeId, other.nodeId)
  cluster.network.cut(follower.nodeId, leader.nodeId)
  await cluster.clock.runUntil(() => follower.driver.status().lastIndex > lastIndex)
  const inherited = follower.driver.status().lastIndex - lastIndex
  await leader.crash()
  t.equal((await cluster.leader(follower.driver.status().term)).nodeId, follower.nodeId)
  await cluster.clock.runUntil(() => submits.every(submit => submit.ending !== null))
  cluster.network.heal()
  await leader.start()
  await cluster.level()
  const refused = submits.map(({ ending }) => ending !== null && 'error' in ending)
  t.equal(refused.filter(isRefused => !isRefused).length, inherited)
  t.ok(inherited > 4 && inherited < 60, `${inherited} of 60 were in the log`)
  for (const [at, isRefused] of refused.entries()) {
    if (isRefused) t.match(submits[at]?.ending, { error: { outcome: 'known' } })
    t.equal(follower.named(`host-${at}`).length, isRefused ? 0 : 1, `host-${at}`)
  }
})

t.test('above pendingMax a request is refused at once, and later ones find room again', async t => {
  const cluster = new GatewayCluster({ gateway: { pendingMax: 3 } })
  const { networkId, follower } = await begin(cluster)
  const taken = ['a', 'b', 'c'].map(name => follower.submit(allocate(networkId, name)))
  t.equal(follower.gateway.pendingCount(), 3)
  const above = follower.submit(allocate(networkId, 'd'))
  await t.rejects(above, { code: 'overloaded', outcome: 'known' })
  await cluster.outcome(Promise.all(taken))
  allocationOf(await cluster.outcome(follower.submit(allocate(networkId, 'e'))))
  await cluster.level()
  for (const node of cluster.nodes) t.strictSame(hostnames(node), ['a', 'b', 'c', 'e'])
})

t.test('closing answers everything that waits: unknown where it was handed over', async t => {
  const cluster = new GatewayCluster()
  const { networkId, leader, follower, other } = await begin(cluster)
  const handed = watch(follower.submit(allocate(networkId, 'handed')))
  await cluster.clock.run(0)
  // Not sent yet: it would go with the next turn's frame.
  const waiting = watch(follower.submit(allocate(networkId, 'waiting')))
  follower.gateway.close()
  t.equal(follower.gateway.pendingCount(), 0)
  await cluster.clock.run(LONG_MS)
  t.match(handed.ending, { error: { code: 'stopping', outcome: 'unknown' } })
  t.match(waiting.ending, { error: { code: 'stopping', outcome: 'known' } })
  for (const node of [leader, other]) t.strictSame(hostnames(node), ['handed'])
  const refused = { code: 'stopping', outcome: 'known' }
  await t.rejects(follower.submit(allocate(networkId, 'after')), refused)
  await t.rejects(follower.read(), refused)
})

t.test('a node that takes no requests refuses them, and finishes what it took before', async t => {
  const cluster = new GatewayCluster()
  const { networkId, follower } = await begin(cluster)
  for (const availability of ['waiting', 'stopping'] as const) {
    const before = follower.submit(allocate(networkId, `before-${availability}`))
    follower.gateway.setAvailability(availability)
    const refused = { name: 'GatewayError', code: availability, outcome: 'known' }
    await t.rejects(follower.submit(allocate(networkId, 'refused')), refused)
    for (const level of ['linearizable', 'weak', 'none'] as const)
      await t.rejects(follower.read({ level }), refused)
    allocationOf(await cluster.outcome(before))
    follower.gateway.setAvailability(null)
  }
  allocationOf(await cluster.outcome(follower.submit(allocate(networkId, 'taken'))))
  t.strictSame(follower.named('refused'), [])
})

t.test(
  'a node that was removed gives up what it took: no more of the log will reach it',
  async t => {
    const cluster = new GatewayCluster()
    const { networkId, follower } = await begin(cluster)
    const unsent = follower.submit(allocate(networkId, 'unsent'))
    follower.gateway.setAvailability('removed')
    await t.rejects(unsent, { code: 'removed', outcome: 'known' })
    follower.gateway.setAvailability(null)
    const sent = watch(follower.submit(allocate(networkId, 'sent')))
    await cluster.clock.run(1)
    follower.gateway.setAvailability('removed')
    await cluster.clock.run(1)
    t.match(sent.ending, { error: { code: 'removed', outcome: 'unknown' } })
    t.equal(follower.gateway.pendingCount(), 0)
  },
)

t.test('a request that nobody could read in the log harms its caller alone', async t => {
  const cluster = new GatewayCluster()
  const { follower } = await begin(cluster)
  const unreadable = follower.submit({ ...createNetwork('10.1.0.0/24'), holdHours: 'one' } as never)
  const error = await unreadable.catch((error: unknown) => error)
  t.ok(error instanceof Error && !(error instanceof GatewayError))
  t.equal(follower.gateway.pendingCount(), 0)
  t.match(await cluster.outcome(follower.submit(release(1))), { ok: false })
})
