// One simulated cluster with its observer, its trace and what happened to it so far.
import type { Membership } from '../../../src/raft/core/index.js'
import { createNetwork } from '../../support/gateway-cluster.js'
import { SimCluster } from '../../support/sim-cluster.js'
import type { Plan } from '../plan.js'
import { Findings } from '../watch/findings.js'
import { membersOf } from '../watch/members-watch.js'
import { Observer } from '../watch/observer.js'
import { WorldTrace } from '../watch/trace.js'
import { SimulatedNode } from './sim-node.js'
import type { Meddling } from './stream-faults.js'

/** Small, so that addresses are given again and again, and run out. */
const NETWORK = '10.0.0.0/28'
const BEGINNING_MS = 20_000

export class World extends SimCluster<SimulatedNode> {
  readonly trace: WorldTrace
  readonly findings: Findings
  readonly observer: Observer
  /** Of what was meddled with on the streams of snapshots, by kind. */
  readonly meddled: ReadonlyMap<Meddling, number>
  networkId = 0

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
    const observer = new Observer(founders, { findings, trace })
    const { seed, nodeIds, spareIds, core, driver } = plan
    const meddled = new Map<Meddling, number>()
    const onMeddle = (what: Meddling) => void meddled.set(what, (meddled.get(what) ?? 0) + 1)
    const dependencies = { observer, findings, trace, onMeddle }
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
    const members = this.nodes.map(({ nodeId }) => ({
      nodeId,
      raftAddress: `${nodeId}`,
      apiAddress: `${nodeId}`,
      dataUuid: `data-${nodeId}`,
    }))
    const clusterUuid = 'b5c0c2f4-0000-4000-8000-000000000001'
    const genesis = leader.submit({ type: 'genesis', clusterId: 1, clusterUuid, members })
    await this.outcome(genesis, BEGINNING_MS)
    const outcome = await this.outcome(leader.submit(createNetwork(NETWORK)), BEGINNING_MS)
    if (!outcome.ok || outcome.result.type !== 'network') throw new Error('no network was made')
    this.networkId = outcome.result.network.id
    const { network } = this
    network.options = { ...network.options, ...this.plan.network }
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

  isLevel(): boolean {
    const members = this.members()
    if (members.some(node => !node.alive)) return false
    const last = Math.max(...members.map(node => node.driver.status().lastIndex))
    return members.every(node => node.store.appliedIndex() === last)
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)]
  }
}
