// Whole nodes in virtual time: members come, go and are replaced while leaders crash at any moment and clients write.
import t from 'tap'
import { MemberJob } from '../../src/effects/index.js'
import type { Command } from '../../src/ledger/index.js'
import {
  allocate,
  allocationOf,
  createNetwork,
  GatewayCluster,
  type GatewayNode,
  watch,
} from '../support/gateway-cluster.js'
import { seededRandom } from '../support/sim-clock.js'

const options = { everyMs: 50, stableMs: 300, lagMax: 50 }

const add = (nodeId: number, replaces: number | null = null): Command => ({
  type: 'member.add',
  nodeId,
  raftAddress: `${nodeId}`,
  apiAddress: '',
  replaces,
})
const remove = (nodeId: number): Command => ({ type: 'member.remove', nodeId })

/** Three founders and two spare nodes; every node looks after the members while it leads. */
class GrowingCluster {
  readonly cluster: GatewayCluster
  networkId = 0
  readonly acknowledged: string[] = []
  #names = 0

  constructor(seed: number) {
    this.cluster = new GatewayCluster({ seed, nodeIds: [1, 2, 3], spareIds: [4, 5] })
  }

  async begin(): Promise<this> {
    const { cluster } = this
    await cluster.start()
    for (const node of cluster.nodes) this.care(node)
    const leader = await cluster.leader()
    const members = [1, 2, 3].map(nodeId => ({
      nodeId,
      raftAddress: `${nodeId}`,
      apiAddress: `${nodeId}`,
      dataUuid: `data-${nodeId}`,
    }))
    const genesis = { type: 'genesis', clusterId: 1, clusterUuid: 'c-1', members } as const
    await cluster.outcome(leader.submit(genesis))
    const outcome = await cluster.outcome(leader.submit(createNetwork('10.0.0.0/16')))
    if (outcome.ok && outcome.result.type === 'network') this.networkId = outcome.result.network.id
    return this
  }

  /** To be called at each start of a node. */
  care(node: GatewayNode): void {
    const { process, gateway, driver, store } = node
    new MemberJob(options, {
      gateway,
      raft: driver,
      book: () => store.reads.cluster()?.members ?? null,
      met: () =>
        this.cluster.nodes.flatMap(({ nodeId, alive }) => {
          const [address, dataUuid] = [`${nodeId}`, `data-${nodeId}`]
          const addresses = { raftAddress: address, apiAddress: address }
          return alive ? [{ nodeId, dataUuid, ...addresses, named: true }] : []
        }),
      clock: process,
      log: node.record.log,
    })
  }

  /** A node of the configuration that the leader has. */
  async anyMember(pick: number): Promise<GatewayNode> {
    const leader = await this.cluster.leader()
    const { voters } = leader.driver.status().membership
    const alive = voters.map(id => this.cluster.node(id)).filter(node => node.alive)
    return alive[Math.floor(pick * alive.length)] as GatewayNode
  }

  async write(pick: number): Promise<void> {
    const name = `host-${++this.#names}`
    const node = await this.anyMember(pick)
    const submit = watch(node.submit(allocate(this.networkId, name), { timeoutMs: 2_000 }))
    await this.cluster.clock.runUntil(() => submit.ending !== null || !node.alive, 10_000)
    if (submit.ending !== null && 'value' in submit.ending) {
      allocationOf(submit.ending.value)
      this.acknowledged.push(name)
    }
  }

  /** Says the wish until the address book shows that it was heard. */
  async wish(command: Command, heard: (book: readonly number[]) => boolean): Promise<void> {
    for (let tries = 0; tries < 30; tries++) {
      const leader = await this.cluster.leader()
      if (heard(this.book(leader))) return
      const submit = watch(leader.submit(command, { timeoutMs: 2_000 }))
      await this.cluster.clock.runUntil(() => submit.ending !== null || !leader.alive, 10_000)
    }
    throw new Error(`the wish was never heard: ${JSON.stringify(command)}`)
  }

  book(node: GatewayNode): readonly number[] {
    const members = node.store.reads.cluster()?.members ?? []
    return members.flatMap(({ nodeId, leaving }) => (leaving === true ? [] : [nodeId]))
  }

  async crashAndReturn(node: GatewayNode, downMs: number): Promise<void> {
    await node.crash()
    await this.cluster.clock.run(downMs)
    await node.start()
    this.care(node)
  }

  /** Waits until book and configuration of the leader agree on exactly these members. */
  async settled(ids: readonly number[]): Promise<GatewayNode> {
    const wanted = JSON.stringify(ids)
    let found: GatewayNode | undefined
    await this.cluster.clock.runUntil(() => {
      found = this.cluster.nodes.find(node => {
        if (!node.alive || node.driver.status().role !== 'leader') return false
        const { voters, votersOutgoing, learners } = node.driver.status().membership
        const members = node.store.reads.cluster()?.members ?? []
        return (
          JSON.stringify(voters) === wanted &&
          votersOutgoing.length + learners.length === 0 &&
          JSON.stringify(members.map(({ nodeId }) => nodeId)) === wanted
        )
      })
      return found !== undefined
    }, 120_000)
    return found as GatewayNode
  }
}

for (let seed = 1; seed <= 6; seed++) {
  t.test(
    `seed ${seed}: wishes come true through crashes, and nothing acknowledged is lost`,
    async t => {
      const random = seededRandom(seed)
      const world = await new GrowingCluster(seed).begin()
      const { cluster } = world
      /** Crashes whoever leads, somewhere on the way, twice; clients write all along. */
      const disturb = async (): Promise<void> => {
        for (let crashes = 0; crashes < 2; crashes++) {
          await cluster.clock.run(random() * 800)
          await world.write(random())
          const leader = await cluster.leader()
          await world.crashAndReturn(leader, random() * 500)
          await world.write(random())
        }
      }
      await world.wish(add(4), book => book.includes(4))
      await disturb()
      await world.settled([1, 2, 3, 4])
      t.equal(cluster.node(4).store.reads.cluster()?.members[3]?.dataUuid, 'data-4', 'bound')

      const gone = (await cluster.leader()).nodeId
      await world.wish(remove(gone), book => !book.includes(gone))
      await disturb()
      const three = [1, 2, 3, 4].filter(id => id !== gone)
      await world.settled(three)
      await cluster.node(gone).crash()

      const [old] = three as [number]
      await world.wish(add(5, old), book => book.includes(5))
      await disturb()
      const last = await world.settled([...three.slice(1), 5])
      t.same(last.store.reads.cluster()?.removed, [gone, old].sort())
      await world.write(random())
      const names = new Set(last.allocations().map(({ hostname }) => hostname))
      t.same(
        world.acknowledged.filter(name => !names.has(name)),
        [],
      )
      t.ok(world.acknowledged.length > 6, `${world.acknowledged.length} writes were acknowledged`)
      for (const node of cluster.nodes) t.same(node.record.fatal, [])
    },
  )
}

t.test('a leader that is removed hands over before it goes', async t => {
  const world = await new GrowingCluster(11).begin()
  const { cluster } = world
  const leader = await cluster.leader()
  const { term } = leader.driver.status()
  await world.wish(remove(leader.nodeId), book => !book.includes(leader.nodeId))
  const next = await world.settled([1, 2, 3].filter(id => id !== leader.nodeId))
  t.equal(next.driver.status().term, term + 1, 'one election, asked for')
  await cluster.clock.run(5_000)
  t.equal(next.driver.status().term, term + 1, 'and the removed node unseats nobody')
})

t.test('a follower asks the leader for what only that knows', async t => {
  const world = await new GrowingCluster(12).begin()
  const { cluster } = world
  const leader = await cluster.leader()
  const follower = cluster.followersOf(leader).find(node => node.nodeId <= 3) as GatewayNode
  const view = await cluster.outcome(follower.gateway.leaderView(1_000))
  t.equal(view.leaderId, leader.nodeId)
  t.same(view.voters, [1, 2, 3])
  t.ok(view.progress.every(peer => peer.match > 0 && peer.active))
  t.same(await leader.gateway.leaderView(1_000), view)
  const others = cluster.nodes.filter(node => node !== follower)
  for (const node of others) await node.crash()
  const asked = watch(follower.gateway.leaderView(60))
  await cluster.clock.run(200)
  t.match(asked.ending, { error: { code: 'no-leader', outcome: 'known' } })
  const later = watch(follower.gateway.leaderView(20_000))
  for (const node of others) await node.start()
  await cluster.clock.runUntil(() => later.ending !== null)
  t.match(later.ending, { value: { voters: [1, 2, 3] } }, 'whoever leads next answers')
})

t.test('a voter that dies after a removal was wished for holds it, until it is back', async t => {
  const world = await new GrowingCluster(7).begin()
  const { cluster } = world
  const leader = await cluster.leader()
  const [goes, dies] = cluster.followersOf(leader).filter(({ nodeId }) => nodeId <= 3) as [
    GatewayNode,
    GatewayNode,
  ]
  await dies.crash()
  await cluster.clock.run(2_000)
  await cluster.outcome(leader.submit(remove(goes.nodeId)))
  await cluster.clock.run(5_000)
  t.same(leader.driver.status().membership.voters, [1, 2, 3], 'nothing is done')
  const said = leader.record.lines.filter(({ message }) => message.startsWith('a removal is held'))
  t.equal(said.length, 1, 'and it is said, once')
  t.match(said[0]?.fields, { nodeId: goes.nodeId, reason: /no majority/ })
  await cluster.outcome(leader.submit({ type: 'member.keep', nodeId: goes.nodeId }))
  await dies.start()
  world.care(dies)
  await cluster.clock.run(5_000)
  t.same(leader.driver.status().membership.voters, [1, 2, 3], 'it was taken back')
  await dies.crash()
  await cluster.clock.run(2_000)
  await cluster.outcome(leader.submit(remove(goes.nodeId)))
  await cluster.clock.run(2_000)
  await dies.start()
  world.care(dies)
  await world.settled([leader.nodeId, dies.nodeId].sort())
})
