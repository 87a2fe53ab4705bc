// Commands through the door of whole nodes: whoever leads and however often that changes, each is applied once.
import t from 'tap'
import { encodeForwardFrame } from '../../src/gateway/forward-frame.js'
import {
  allocate,
  allocationOf,
  GatewayCluster,
  type GatewayNode,
  release,
  watch,
} from '../support/gateway-cluster.js'

function first(nodes: readonly GatewayNode[]): GatewayNode {
  const [node] = nodes
  if (node === undefined) throw new Error('three nodes have a follower')
  return node
}

t.test(
  'a command submitted at any node is decided once, and its outcome is in the own state',
  async t => {
    const cluster = new GatewayCluster()
    const { networkId } = await cluster.begin()
    for (const node of cluster.nodes) {
      const hostname = `at-${node.nodeId}`
      const outcome = await cluster.outcome(node.submit(allocate(networkId, hostname)))
      const { id } = allocationOf(outcome)
      t.equal(outcome.originalRevision, outcome.revision)
      t.equal(node.store.reads.allocation(id)?.hostname, hostname, 'at once, at any level')
      t.ok(node.store.appliedIndex() >= outcome.revision)
    }
    await cluster.level()
    for (const node of cluster.nodes) {
      const addresses = node.allocations().map(({ first }) => first & 0xffn)
      t.strictSame(addresses, [1n, 2n, 3n])
    }
    t.ok(cluster.nodes.every(node => node.gateway.pendingCount() === 0))
  },
)

t.test('a refusal of the ledger is an outcome, for a follower as for the leader', async t => {
  const cluster = new GatewayCluster()
  await cluster.begin()
  for (const node of cluster.nodes) {
    const outcome = await cluster.outcome(node.submit(release(77)))
    t.equal(outcome.ok, false)
    t.match(outcome, { refusal: { code: 'allocation-not-found', id: 77 } })
  }
})

t.test('commands of one turn travel in one frame', async t => {
  const cluster = new GatewayCluster()
  const { networkId } = await cluster.begin()
  const follower = first(cluster.followersOf(await cluster.leader()))
  let frames = 0
  cluster.network.onSendApplication = () => {
    frames += 1
  }
  const submits = Array.from({ length: 100 }, (_, at) =>
    follower.submit(allocate(networkId, `host-${at}`)),
  )
  await cluster.outcome(Promise.all(submits))
  t.equal(frames, 1)
  t.equal(follower.allocations().length, 100)
})

t.test('what one turn hands over is split into frames that the peer link can carry', async t => {
  const cluster = new GatewayCluster({ core: { uncommittedBytesMax: 64 << 20 } })
  const { networkId } = await cluster.begin()
  const follower = first(cluster.followersOf(await cluster.leader()))
  const sizes: number[] = []
  cluster.network.onSendApplication = (_, __, frame) => sizes.push(frame.length)
  const long = 'x'.repeat(400_000)
  const submits = [
    follower.submit(allocate(networkId, 'huge', long.repeat(4))),
    ...Array.from({ length: 10 }, (_, at) =>
      follower.submit(allocate(networkId, `long-${at}`, long)),
    ),
  ]
  await cluster.outcome(Promise.all(submits))
  const rounded = sizes.map(size => Math.round(size / 100_000))
  t.strictSame(rounded, [16, 8, 8, 8, 8, 8], 'what is larger than the bound travels alone')
  t.equal(follower.allocations().length, 11)
})

t.test('a write at a follower survives the death of the leader that it was handed to', async t => {
  for (const delayMs of [0, 1, 2, 3, 4, 5, 6, 8]) {
    const cluster = new GatewayCluster({ seed: 100 + delayMs })
    const { networkId } = await cluster.begin()
    const leader = await cluster.leader()
    const follower = first(cluster.followersOf(leader))
    const submit = follower.submit(allocate(networkId, 'survivor'))
    await cluster.clock.run(delayMs)
    await leader.crash()
    const { id } = allocationOf(await cluster.outcome(submit))
    await leader.start()
    await cluster.level()
    for (const node of cluster.nodes)
      t.strictSame(
        node.named('survivor').map(allocation => allocation.id),
        [id],
        `one allocation on node ${node.nodeId} after ${delayMs} ms`,
      )
  }
})

t.test('a write at a leader that is deposed comes true under the next one', async t => {
  const cluster = new GatewayCluster()
  const { networkId } = await cluster.begin()
  const old = await cluster.leader()
  cluster.network.isolate(old.nodeId)
  const submit = old.submit(allocate(networkId, 'patient'), { timeoutMs: 30_000 })
  await cluster.leader(old.driver.status().term)
  cluster.network.heal()
  allocationOf(await cluster.outcome(submit))
  await cluster.level()
  for (const node of cluster.nodes) t.equal(node.named('patient').length, 1)
})

t.test('frames that come twice, out of order, are applied once', async t => {
  const network = { duplicateRate: 1, applicationDuplicateRate: 1, ordered: false }
  const cluster = new GatewayCluster({ network })
  const { networkId } = await cluster.begin()
  const submits = cluster.nodes.flatMap(node =>
    Array.from({ length: 20 }, (_, at) =>
      node.submit(allocate(networkId, `host-${node.nodeId}-${at}`)),
    ),
  )
  const ids = (await cluster.outcome(Promise.all(submits))).map(outcome => allocationOf(outcome).id)
  t.equal(new Set(ids).size, 60)
  await cluster.level()
  for (const node of cluster.nodes) t.equal(node.allocations().length, 60)
})

t.test('what was sent again while the answer was cut off is applied once', async t => {
  const cluster = new GatewayCluster({ core: { electionTicks: 1000 } })
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const follower = first(cluster.followersOf(leader))
  cluster.network.cut(leader.nodeId, follower.nodeId)
  const submit = follower.submit(allocate(networkId, 'again'))
  let frames = 0
  cluster.network.onSendApplication = () => {
    frames += 1
  }
  await cluster.clock.run(5_000)
  t.ok(frames >= 3, `sent ${frames} times`)
  t.ok(frames <= 6, 'ever more seldom')
  t.equal(leader.named('again').length, 1)
  cluster.network.heal()
  const { id } = allocationOf(await cluster.outcome(submit))
  await cluster.level()
  for (const node of cluster.nodes)
    t.strictSame(
      node.named('again').map(allocation => allocation.id),
      [id],
    )
})

t.test(
  'a node that has lost its leadership refuses, and the command goes to the new leader',
  async t => {
    const cluster = new GatewayCluster()
    const { networkId } = await cluster.begin()
    const leader = await cluster.leader()
    const [heir, follower] = cluster.followersOf(leader)
    if (heir === undefined || follower === undefined) throw new Error('three nodes')
    // The follower does not hear of the heir, and goes on to take the old leader for the leader.
    cluster.network.cut(heir.nodeId, follower.nodeId)
    leader.driver.transferLeadership(heir.nodeId)
    await cluster.clock.runUntil(() => leader.driver.status().leaderId === heir.nodeId)
    const refusals: number[] = []
    cluster.network.onSendApplication = (from, to) => {
      if (to === follower.nodeId) refusals.push(from)
    }
    const submit = watch(follower.submit(allocate(networkId, 'refused'), { timeoutMs: 30_000 }))
    t.equal(follower.driver.status().leaderId, leader.nodeId)
    await cluster.clock.runUntil(() => refusals.length > 0)
    t.strictSame(refusals, [leader.nodeId])
    t.equal(submit.ending, null, 'the caller hears nothing of it')
    cluster.network.heal()
    await cluster.clock.runUntil(() => submit.ending !== null)
    t.match(submit.ending, { value: { ok: true } })
    await cluster.level()
    for (const node of cluster.nodes) t.equal(node.named('refused').length, 1)
  },
)

t.test('a node that was restarted takes no outcome of its earlier life for its own', async t => {
  const cluster = new GatewayCluster({ core: { electionTicks: 1000 } })
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const follower = first(cluster.followersOf(leader))
  // Applied by the leader, and by the follower only in its next life: entries 1 to 3 of the earlier one.
  cluster.network.cut(leader.nodeId, follower.nodeId)
  for (const name of ['a', 'b', 'c']) watch(follower.submit(allocate(networkId, `early-${name}`)))
  await cluster.clock.runUntil(() => leader.named('early-c').length === 1)
  await follower.crash()
  await follower.start()
  const hostnames = ['late-a', 'late-b', 'late-c']
  const late = hostnames.map(hostname => follower.submit(allocate(networkId, hostname)))
  cluster.network.heal()
  const outcomes = await cluster.outcome(Promise.all(late))
  t.strictSame(
    outcomes.map(outcome => allocationOf(outcome).hostname),
    hostnames,
  )
  t.equal(follower.named('early-a').length, 1)
})

t.test('commands of an earlier life that come late are applied as nothing', async t => {
  const cluster = new GatewayCluster({ core: { electionTicks: 1000 } })
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const follower = first(cluster.followersOf(leader))
  let frame: Uint8Array | null = null
  cluster.network.onSendApplication = (_, __, bytes) => {
    frame = bytes
  }
  await cluster.outcome(follower.submit(allocate(networkId, 'first')))
  if (frame === null) throw new Error('the command was forwarded')
  const early: Uint8Array = frame
  await follower.crash('log')
  await follower.start()
  await cluster.outcome(follower.submit(allocate(networkId, 'second'), { timeoutMs: 30_000 }))
  leader.gateway.onFrame(follower.nodeId, early)
  await cluster.outcome(follower.submit(allocate(networkId, 'third')))
  await cluster.level()
  for (const node of cluster.nodes)
    t.strictSame(
      node.allocations().map(allocation => allocation.hostname),
      ['first', 'second', 'third'],
    )
})

t.test('a refusal that was meant for an earlier life is not taken', async t => {
  const cluster = new GatewayCluster({ core: { electionTicks: 1000 } })
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const follower = first(cluster.followersOf(leader))
  await follower.crash()
  await follower.start()
  await cluster.clock.runUntil(() => follower.driver.status().leaderId !== 0)
  const submit = follower.submit(allocate(networkId, 'mine'))
  await cluster.clock.run(0)
  const refused = { type: 'refused', reason: 'overloaded', sequences: [1] } as const
  follower.gateway.onFrame(leader.nodeId, encodeForwardFrame({ ...refused, start: 1 }))
  t.equal(follower.gateway.pendingCount(), 1)
  allocationOf(await cluster.outcome(submit))
})

t.test('a frame that cannot be read is logged and harms nobody', async t => {
  const cluster = new GatewayCluster()
  const { networkId } = await cluster.begin()
  const leader = await cluster.leader()
  const follower = first(cluster.followersOf(leader))
  for (const garbage of [[], [0xc1], [0xff, 1, 2], [0x93, 1, 2, 3]]) {
    const lines = leader.record.lines.length
    follower.driver.sendApplication(leader.nodeId, Uint8Array.from(garbage))
    await cluster.clock.runUntil(() => leader.record.lines.length > lines)
    const line = leader.record.lines.at(-1)
    t.equal(line?.level, 'warn')
    t.match(line?.fields, { from: follower.nodeId, bytes: garbage.length })
  }
  allocationOf(await cluster.outcome(follower.submit(allocate(networkId, 'after'))))
  t.strictSame(leader.record.fatal, [])
})
