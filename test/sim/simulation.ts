// One seed: a world under faults and clients, then healed; what it must never do, and that it gets on in the end.

import type { ReadContext } from '../../src/gateway/index.js'
import { checkClaim, newClaimCounts } from '../gateway/claims.js'
import { type Claim, Client } from '../gateway/clients.js'
import { watch } from '../support/gateway-cluster.js'
import { seededRandom } from '../support/sim-clock.js'
import { Administrator } from './clients/administrator.js'
import { Roamer } from './clients/roamer.js'
import { drawPlan } from './plan.js'
import type { SeedReport } from './report.js'
import { checkImage } from './watch/state-check.js'
import { Faults } from './world/faults.js'
import type { SimulatedNode } from './world/sim-node.js'
import { World } from './world/world.js'

const STEP_MS = 20
/** Of the linearizable reads, the part that comes into the history. */
const NOTED_RATE = 0.3
const CHECKPOINT_RATE = 0.1
/** Virtual time in which a healed cluster has a leader, everyone is answered, and all are level. */
const LIVENESS_MS = 60_000
/**
 * Who was not answered by then asks members alone. Nobody else owes an answer, and where more nodes were removed than
 * are left, a client may by its lot have met none that does.
 */
const ANYONE_ASKED_MS = 30_000

export class Simulation {
  readonly #world: World
  readonly #faults: Faults
  readonly #claims: Claim[] = []
  readonly #clients: readonly Client[]
  readonly #roamers: readonly Roamer[]
  readonly #administrator: Administrator
  readonly #claimCounts = newClaimCounts()

  constructor(seed: number) {
    // The plan has a generator of its own, so that a world can be changed without changing what happens in it.
    const plan = drawPlan(seed, seededRandom(-1 - seed))
    this.#world = new World(plan)
    this.#faults = new Faults(this.#world)
    this.#roamers = Array.from(
      { length: plan.roamers },
      (_, at) => new Roamer(`roamer${at}`, this.#world),
    )
    this.#administrator = new Administrator(this.#world)
    this.#clients = Array.from({ length: plan.clients }, (_, at) => this.#client(at))
  }

  async run(): Promise<SeedReport> {
    const { trace, findings, plan } = this.#world
    trace.add('world', `seed ${plan.seed}: ${JSON.stringify(plan)}`)
    try {
      await this.#world.begin()
      await this.#underFaults()
      if (!findings.any) await this.#healed()
    } catch (error) {
      findings.report(error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    for (const node of this.#world.living) await node.crash('log')
    return this.#report()
  }

  get #isOver(): boolean {
    return this.#world.findings.any
  }

  async #underFaults(): Promise<void> {
    const { clock, plan, random } = this.#world
    for (let passedMs = 0; passedMs < plan.faultyMs && !this.#isOver; passedMs += STEP_MS) {
      if (random() < plan.faultRate) await this.#faults.strike()
      for (const client of [...this.#clients, ...this.#roamers]) client.step()
      if (plan.members === 'book') await this.#administrator.step()
      if (random() < plan.readRate) for (const node of this.#world.living) this.#read(node)
      for (const node of this.#world.living) if (random() < CHECKPOINT_RATE) node.checkpoint()
      await clock.run(STEP_MS)
      this.#noteFatal()
    }
  }

  async #healed(): Promise<void> {
    const { clock, findings, trace } = this.#world
    await this.#faults.heal()
    for (const client of [...this.#clients, ...this.#roamers]) client.isFinishing = true
    this.#administrator.isFinishing = true
    const isDone = () => this.#undone().length === 0
    for (let passedMs = 0; passedMs < LIVENESS_MS && !this.#isOver; passedMs += STEP_MS) {
      if (isDone()) break
      this.#world.asksMembersOnly = passedMs >= ANYONE_ASKED_MS
      for (const client of [...this.#clients, ...this.#roamers]) client.step()
      await this.#administrator.step()
      await clock.run(STEP_MS)
      this.#noteFatal()
    }
    if (this.#isOver) return
    for (const what of this.#undone()) findings.report(what)
    trace.add('world', 'is looked at')
    if (!this.#isOver) await this.#lookAtTheEnd()
  }

  /** What a healed cluster still owes. */
  #undone(): readonly string[] {
    const world = this.#world
    const undone: string[] = []
    if (world.leaderNow() === undefined) undone.push('the healed cluster has no leader')
    const clients = [...this.#clients, ...this.#roamers, this.#administrator]
    if (clients.some(client => !client.isIdle)) undone.push('a client was never answered')
    if (!world.wishesAreTrue()) undone.push('the healed cluster has not the members that it shall')
    if (!world.isLevel()) undone.push('the healed nodes are not level')
    for (const { nodeId, gateway } of world.members())
      if (gateway.pendingCount() !== 0) undone.push(`node ${nodeId} still waits for an outcome`)
    const leader = world.leaderNow()
    if (undone.length > 0 || leader === undefined) return undone
    const { store, driver } = leader
    return world.observer.webhooks.owed(store.reads, driver.entryTimeMs())
  }

  /** The states are the same and sound, and clients were told the truth. */
  async #lookAtTheEnd(): Promise<void> {
    const { findings } = this.#world
    const members = this.#world.members()
    const hashes = new Set(await Promise.all(members.map(node => node.stateHash())))
    if (hashes.size !== 1) findings.report('the states of level nodes differ')
    const { ledger, webhooks } = this.#world.observer
    for (const node of members)
      findings.guard(() => {
        node.look()
        ledger.hasAll(node.nodeId, node.store.reads)
        webhooks.inOrder(node.store.reads, [1, 2])
      })
    // All have the same state: one is enough.
    const image = members[0]?.store.serialize()
    if (image !== undefined) checkImage(image).forEach(findings.report)
    const { membership } = this.#world.observer.members
    for (const nodeId of ledger.removed)
      if (membership.voters.includes(nodeId)) findings.report(`removed node ${nodeId} votes`)
    for (const roamer of this.#roamers) roamer.findings().forEach(findings.report)
    this.#world.claims.findings().forEach(findings.report)
    const rows = members[0]?.allocations() ?? []
    for (const claim of this.#claims) {
      const named = rows.filter(({ hostname }) => hostname === claim.hostname)
      for (const finding of checkClaim(named, claim, this.#claimCounts)) findings.report(finding)
    }
  }

  /** A node may end because its disk failed, and for nothing else. */
  #noteFatal(): void {
    for (const node of this.#world.living) {
      const error = node.record.fatal.at(-1)
      if (!node.failed || error === undefined || error.message.startsWith('EIO')) continue
      this.#world.findings.report(`node ${node.nodeId} had to stop: ${error.stack}`)
    }
  }

  #client(at: number): Client {
    const world = this.#world
    return new Client(
      { name: `client${at}`, hasKeys: at > 0 },
      {
        get networkId() {
          return world.networkId
        },
        random: world.random,
        pick: world.pickAsked,
        report: world.findings.report,
        claims: this.#claims,
        onBegin: world.claims.begins,
        onEnd: world.claims.ended,
      },
    )
  }

  #read(node: SimulatedNode): void {
    const { random, observer } = this.#world
    const dice = random()
    const level = dice < 0.6 ? 'linearizable' : dice < 0.8 ? 'weak' : 'none'
    // Sometimes what anyone was shown so far, as a client's own session asks for.
    const least = random() < 0.3 ? observer.history.shown : 0
    watch(this.#readAndNote(node, level, least))
  }

  async #readAndNote(
    node: SimulatedNode,
    level: ReadContext['level'],
    least: number,
  ): Promise<void> {
    const { clock, claims, networkId, random } = this.#world
    const from = clock.nowMs
    const isNoted = level === 'linearizable' && random() < NOTED_RATE
    const read = await node.readAndLook(level, least)
    if (isNoted)
      claims.listed(
        from,
        read.revision,
        read.claims.filter(claim => claim.networkId === networkId),
      )
  }

  /** What the clients that do everything came to. */
  #roamed(): Map<string, number> {
    const sums = new Map<string, number>()
    for (const { counts } of this.#roamers)
      for (const [what, count] of Object.entries(counts))
        sums.set(`roamers ${what}`, (sums.get(`roamers ${what}`) ?? 0) + count)
    return sums
  }

  #report(): SeedReport {
    const { plan, findings, trace, network, observer, nodes, meddled } = this.#world
    const streams = [...meddled].map(([what, count]) => [`stream: ${what}`, count] as const)
    return {
      seed: plan.seed,
      findings: findings.list,
      trace: trace.lines,
      events: {
        elections: observer.led.size,
        'snapshots installed': nodes.reduce((sum, { installs }) => sum + installs, 0),
        'membership changes': observer.members.changes,
        'members wished for': this.#administrator.counts.wishes,
        'members refused': this.#administrator.counts.refused,
        'nodes retired': observer.retired.size,
        ...Object.fromEntries(this.#roamed()),
        ...observer.ledger.tally(),
        ...observer.webhooks.counts,
        'histories undecided': this.#world.claims.counts.undecided,
        'entries committed': observer.ledger.index,
      },
      checks: {
        ...observer.history.counts,
        ...this.#claimCounts,
        linearized: this.#world.claims.counts.linearized,
      },
      faults: {
        ...Object.fromEntries(this.#faults.counts),
        ...Object.fromEntries(streams),
        'message lost': network.counts.lost,
        'message doubled': network.counts.doubled,
      },
    }
  }
}
