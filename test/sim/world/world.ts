// One simulated cluster with its observer, its trace and what happened to it so far.
import type { Membership } from '../../../src/raft/core/index.js'
import { createNetwork } from '../../support/gateway-cluster.js'
import { SIM_EPOCH_MS } from '../../support/sim-clock.js'
import { SimCluster } from '../../support/sim-cluster.js'
import { type Asker, signedIn } from '../clients/askers.js'
import { CLAIMS_CIDR, ClaimsHistory } from '../clients/claims-history.js'
import type { Plan } from '../plan.js'
import { Findings } from '../watch/findings.js'
import { membersOf } from '../watch/members-watch.js'
import { Observer } from '../watch/observer.js'
import { WorldTrace } from '../watch/trace.js'
import { type Company, memberJobOptions, raftAddress } from './jobs.js'
import { mailSettings } from './office-jobs.js'
import { SimulatedNode } from './sim-node.js'
import type { Meddling } from './stream-faults.js'
import { webhookCommands } from './webhook-job.js'

/** Small, so that addresses are given again and again, and run out. */
const ROAMING_CIDR = '10.1.0.0/26'
const BEGINNING_MS = 20_000
/** The first user. */
const asRoot: Asker = signedIn({ id: 1, username: 'root' }, 1, 'update')

export class World extends SimCluster<SimulatedNode> {
  readonly trace: WorldTrace
  readonly findings: Findings
  readonly observer: Observer
  /** Of what was meddled with on the streams of snapshots, by kind. */
  readonly meddled: ReadonlyMap<Meddling, number>
  /** Of single addresses without an end; their history is searched for an order. */
  readonly claims = new ClaimsHistory(() => this.clock.nowMs)
  /** Whether clients turn to members alone. */
  asksMembersOnly = false
  networkId = 0
  /** Where everything else is asked for. */
  roamingId = 0

  constructor(readonly plan: Plan) {
    const trace = new WorldTrace(() => this.clock.nowMs)
    const findings = new Findings(finding => trace.add('FINDING', finding))
    const founders: Membership = {
      voters: plan.nodeIds,
      votersOutgoing: [],
      learners: [],
      learnersNext: [],
      autoLeave: false,
    }
    const latestMs = (nodeId: number) =>
      SIM_EPOCH_MS + this.clock.nowMs + this.node(nodeId).wallOffsetMaxMs
    const lagMax = plan.members === 'book' ? memberJobOptions.lagMax : null
    const observer = new Observer({ founders, lagMax, latestMs }, { findings, trace })
    const { seed, nodeIds, spareIds, core, driver } = plan
    const meddled = new Map<Meddling, number>()
    const onMeddle = (what: Meddling) => void meddled.set(what, (meddled.get(what) ?? 0) + 1)
    const company: Company = {
      followsBook: plan.members === 'book',
      nodes: () => this.nodes,
      onRetired: ({ nodeId }) => {
        trace.add(nodeId, 'knows that it was removed')
        observer.retired.add(nodeId)
      },
    }
    const dependencies = { observer, findings, trace, onMeddle, company }
    super(
      { seed, nodeIds, spareIds, core, driver, snapshots: true },
      (world, nodeId) => new SimulatedNode(world, nodeId, dependencies),
    )
    this.meddled = meddled
    this.trace = trace
    this.findings = findings
    this.observer = observer
    this.network.onSend = (_from, _to, messages) => observer.sent(messages)
  }

  /** Founders start, and make the cluster and its network, before anything goes wrong. */
  async begin(): Promise<void> {
    for (const node of this.nodes) if (this.plan.nodeIds.includes(node.nodeId)) await node.start()
    const leader = await this.leader()
    const members = this.plan.nodeIds.map(nodeId => ({
      nodeId,
      raftAddress: raftAddress(nodeId),
      apiAddress: `node-${nodeId}:8000`,
      dataUuid: `data-${nodeId}`,
    }))
    const clusterUuid = 'b5c0c2f4-0000-4000-8000-000000000001'
    const genesis = leader.submit({ type: 'genesis', clusterId: 1, clusterUuid, members })
    await this.outcome(genesis, BEGINNING_MS)
    const admin = { username: 'root', email: 'root@example.com', passwordHash: 'hash' }
    await this.outcome(leader.submit({ type: 'user.bootstrap', ...admin }), BEGINNING_MS)
    await this.outcome(leader.submit(mailSettings), BEGINNING_MS)
    for (const command of webhookCommands)
      await this.outcome(leader.submit(command, asRoot), BEGINNING_MS)
    this.networkId = await this.#makeNetwork(leader, CLAIMS_CIDR)
    this.roamingId = await this.#makeNetwork(leader, ROAMING_CIDR)
    const { network } = this
    network.options = { ...network.options, ...this.plan.network }
  }

  async #makeNetwork(leader: SimulatedNode, cidr: string): Promise<number> {
    const outcome = await this.outcome(leader.submit(createNetwork(cidr)), BEGINNING_MS)
    if (outcome.ok && outcome.result.type === 'network') return outcome.result.network.id
    throw new Error('no network was made')
  }

  get living(): readonly SimulatedNode[] {
    return this.nodes.filter(node => node.alive)
  }

  /** Whoever leads the newest term now. */
  leaderNow(): SimulatedNode | undefined {
    const leaders = this.living.filter(node => node.driver.roleStatus().role === 'leader')
    const term = (node: SimulatedNode) => node.driver.roleStatus().term
    return leaders.sort((a, b) => term(b) - term(a))[0]
  }

  /** The nodes that belong to the cluster, as of the newest applied entry. */
  members(): readonly SimulatedNode[] {
    return membersOf(this.observer.members.membership).map(nodeId => this.node(nodeId))
  }

  /** Whoever a client asks next, as chance has it; undefined when all are dead. */
  readonly pickAsked = (): SimulatedNode | undefined => {
    const nodes = this.asksMembersOnly ? this.members() : this.nodes
    return this.pick(nodes.filter(({ alive }) => alive))
  }

  isLevel(): boolean {
    const members = this.members()
    if (members.some(node => !node.alive)) return false
    const last = Math.max(...members.map(node => node.driver.status().lastIndex))
    return members.every(node => node.store.appliedIndex() === last)
  }

  /** Configuration and address book are the same, and nobody is on its way in or out. */
  wishesAreTrue(): boolean {
    if (this.plan.members !== 'book') return true
    const { book } = this.observer.ledger
    const { voters, votersOutgoing, learners } = this.observer.members.membership
    return (
      votersOutgoing.length + learners.length === 0 &&
      book.length === voters.length &&
      book.every(({ nodeId, leaving }) => leaving !== true && voters.includes(nodeId))
    )
  }

  readonly pick = <T>(list: readonly T[]): T | undefined =>
    list[Math.floor(this.random() * list.length)]
}
