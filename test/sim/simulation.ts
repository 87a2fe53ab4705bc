// One seed: a world under faults and clients, then healed; what it must never do, and that it gets on in the end.

import { checkClaim, newClaimCounts } from '../gateway/claims.js'
import { type Claim, Client } from '../gateway/clients.js'
import { watch } from '../support/gateway-cluster.js'
import { seededRandom } from '../support/sim-clock.js'
import { drawPlan } from './plan.js'
import type { SeedReport } from './report.js'
import { Faults } from './world/faults.js'
import type { SimulatedNode } from './world/sim-node.js'
import { World } from './world/world.js'

const STEP_MS = 20
const CHECKPOINT_RATE = 0.1
/** Virtual time in which a healed cluster has a leader, everyone is answered, and all are level. */
const LIVENESS_MS = 60_000

export class Simulation {
  readonly #world: World
  readonly #faults: Faults
  readonly #claims: Claim[] = []
  readonly #clients: readonly Client[]
  readonly #claimCounts = newClaimCounts()

  constructor(seed: number) {
    // The plan has a generator of its own, so that a world can be changed without changing what happens in it.
    const plan = drawPlan(seed, seededRandom(-1 - seed))
    this.#world = new World(plan)
    this.#faults = new Faults(this.#world)
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
      for (const client of this.#clients) client.step()
      if (random() < plan.readRate) for (const node of this.#world.living) this.#read(node)
      for (const node of this.#world.living) if (random() < CHECKPOINT_RATE) node.checkpoint()
      await clock.run(STEP_MS)
      this.#noteFatal()
    }
  }

  async #healed(): Promise<void> {
    const { clock, findings, trace } = this.#world
    await this.#faults.heal()
    for (const client of this.#clients) client.isFinishing = true
    const isDone = () =>
      this.#clients.every(client => client.isIdle) &&
      this.#world.isLevel() &&
      this.#world.leaderNow() !== undefined
    for (let passedMs = 0; passedMs < LIVENESS_MS && !this.#isOver; passedMs += STEP_MS) {
      if (isDone()) break
      for (const client of this.#clients) client.step()
      await clock.run(STEP_MS)
      this.#noteFatal()
    }
    if (this.#isOver) return
    if (this.#world.leaderNow() === undefined) findings.report('the healed cluster has no leader')
    if (this.#clients.some(client => !client.isIdle)) findings.report('a client was never answered')
    if (!this.#world.isLevel()) findings.report('the healed nodes are not level')
    trace.add('world', 'is looked at')
    if (!this.#isOver) await this.#lookAtTheEnd()
  }

  /** The states are the same and sound, and clients were told the truth. */
  async #lookAtTheEnd(): Promise<void> {
    const { findings } = this.#world
    const members = this.#world.members()
    const hashes = new Set(await Promise.all(members.map(node => node.stateHash())))
    if (hashes.size !== 1) findings.report('the states of level nodes differ')
    for (const node of members) {
      findings.guard(() => node.look())
      if (node.gateway.pendingCount() !== 0)
        findings.report(`node ${node.nodeId} still waits for an outcome`)
    }
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
      { name: `client${at}`, hasKeys: at % 3 !== 0 },
      {
        get networkId() {
          return world.networkId
        },
        random: world.random,
        pick: () => world.pick(world.living.filter(node => node.starts > 0)),
        report: world.findings.report,
        claims: this.#claims,
      },
    )
  }

  #read(node: SimulatedNode): void {
    const { random, observer } = this.#world
    const dice = random()
    const level = dice < 0.6 ? 'linearizable' : dice < 0.8 ? 'weak' : 'none'
    // Sometimes what anyone was shown so far, as a client's own session asks for.
    const least = random() < 0.3 ? observer.history.shown : 0
    watch(node.readAndLook(level, least))
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
        'entries committed': observer.ledger.index,
      },
      checks: { ...observer.history.counts, ...this.#claimCounts },
      faults: {
        ...Object.fromEntries(this.#faults.counts),
        ...Object.fromEntries(streams),
        'message lost': network.counts.lost,
        'message doubled': network.counts.doubled,
      },
    }
  }
}
