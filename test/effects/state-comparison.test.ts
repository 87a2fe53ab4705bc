// States are compared at one entry while clients write; whoever differs from the majority is found, the leader too.
import t from 'tap'
import { StateComparison } from '../../src/effects/index.js'
import { Store } from '../../src/store/index.js'
import { openImage } from '../../src/store/open.js'
import { allocate, GatewayCluster, type GatewayNode } from '../support/gateway-cluster.js'

const EVERY_MS = 1000

class Compared {
  readonly cluster = new GatewayCluster({ seed: 7, nodeIds: [1, 2, 3] })
  readonly diverged = new Map<number, number>()
  readonly comparedAt = new Map<number, number>()
  readonly #comparisons = new Map<number, StateComparison>()
  /** Schema of a node's state, where it is not 1. */
  readonly schemas = new Map<number, number>()
  mismatches = 0
  networkId = 0

  async begin(): Promise<this> {
    this.networkId = (await this.cluster.begin('10.0.0.0/16')).networkId
    for (const node of this.cluster.nodes) this.watch(node)
    return this
  }

  /** As a daemon does it, at each start. */
  watch(node: GatewayNode): void {
    const { nodeId, driver, process, record } = node
    const comparison = new StateComparison(
      {
        nodeId,
        schema: this.schemas.get(nodeId) ?? 1,
        everyMs: EVERY_MS,
        answerMs: EVERY_MS / 2,
      },
      {
        raft: driver,
        hashAt: index => node.store.hashAt(index),
        clock: process,
        log: record.log,
        metrics: {
          compared: index => this.comparedAt.set(nodeId, index),
          mismatch: () => {
            this.mismatches++
          },
        },
        onDiverged: index => this.diverged.set(nodeId, index),
      },
    )
    this.#comparisons.set(nodeId, comparison)
    const { gateway } = node
    const onFrame = gateway.onFrame.bind(gateway)
    gateway.onFrame = (from, bytes) => {
      if (!this.#comparisons.get(nodeId)?.onFrame(from, bytes)) onFrame(from, bytes)
    }
  }

  /** A byte of a claim is another one than it was, as a broken disk or a bug would have it. */
  async corrupt(node: GatewayNode): Promise<void> {
    const db = openImage(node.store.serialize(), 1 << 20)
    db.prepare("UPDATE claims SET hostname = 'other' WHERE id = 1").run()
    const image = db.serialize()
    db.close()
    this.#comparisons.get(node.nodeId)?.close()
    await node.crash(image)
    await node.start()
    this.watch(node)
  }

  async write(count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      const node = this.cluster.nodes[at % 3] as GatewayNode
      await this.cluster.outcome(node.submit(allocate(this.networkId, `host-${at}`)))
    }
  }
}

t.test('equal states are compared at one entry while writes go on', async t => {
  const compared = await new Compared().begin()
  const { clock } = compared.cluster
  for (let round = 0; round < 5; round++) {
    await compared.write(30)
    await clock.run(EVERY_MS)
  }
  t.equal(compared.comparedAt.size, 3, 'every node was told')
  t.equal(new Set(compared.comparedAt.values()).size, 1)
  t.ok(Number(compared.comparedAt.get(1)) > 60, `at entry ${compared.comparedAt.get(1)}`)
  t.equal(compared.mismatches, 0)
  t.equal(compared.diverged.size, 0)
})

for (const whom of ['follower', 'leader'] as const) {
  t.test(`a ${whom} whose state differs from the others' is found, and nobody else`, async t => {
    const compared = await new Compared().begin()
    const { cluster } = compared
    await compared.write(10)
    await cluster.level()
    const leader = await cluster.leader()
    const bad = whom === 'leader' ? leader : cluster.nodes.find(node => node !== leader)
    if (bad === undefined) throw new Error('there are three nodes')
    await compared.corrupt(bad)
    await cluster.level()
    if (whom === 'leader') {
      const now = await cluster.leader()
      if (now !== bad) now.driver.transferLeadership(bad.nodeId)
      await cluster.clock.runUntil(() => bad.driver.status().role === 'leader')
    }
    await cluster.clock.runUntil(() => compared.diverged.size > 0)
    await cluster.clock.run(EVERY_MS)
    t.same([...compared.diverged.keys()], [bad.nodeId])
    t.ok(compared.mismatches >= 1)
  })
}

t.test('during an upgrade states of two schemas are no difference', async t => {
  const compared = await new Compared().begin()
  const { cluster } = compared
  await compared.write(10)
  await cluster.level()
  const leader = await cluster.leader()
  const [upgraded] = cluster.nodes.filter(node => node !== leader) as [GatewayNode]
  compared.schemas.set(upgraded.nodeId, 2)
  await compared.corrupt(upgraded)
  await compared.write(3)
  await cluster.clock.run(3 * EVERY_MS)
  t.ok(compared.comparedAt.size > 0, 'they were compared')
  t.equal(compared.mismatches, 0)
  t.equal(compared.diverged.size, 0)
})

t.test('without a majority nobody is taken out, and people are told', async t => {
  const compared = await new Compared().begin()
  const { cluster } = compared
  await compared.write(10)
  await cluster.level()
  const leader = await cluster.leader()
  const [bad, gone] = cluster.nodes.filter(node => node !== leader) as [GatewayNode, GatewayNode]
  await compared.corrupt(bad)
  await cluster.level()
  await gone.crash()
  await cluster.clock.runUntil(() => compared.mismatches > 0)
  await cluster.clock.run(EVERY_MS)
  t.equal(compared.diverged.size, 0)
})

t.test('a hash is of the very entry that was asked for, or none', async t => {
  const compared = await new Compared().begin()
  const [node] = compared.cluster.nodes as [GatewayNode]
  t.ok(node.store instanceof Store)
  const now = node.store.appliedIndex()
  t.equal(await node.store.hashAt(now - 1), null, 'that is over')
  t.equal(await node.store.hashAt(now), await node.stateHash())
  const first = node.store.hashAt(now + 1000)
  const second = node.store.hashAt(now + 3)
  t.equal(await first, null, 'the newer wish takes its place')
  await compared.write(6)
  t.match(await second, /^[0-9a-f]{64}$/)
})
