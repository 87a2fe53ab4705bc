// Whole nodes up to the door: gateway, state in SQLite, Raft, over virtual time, network and log disks.

import {
  Gateway,
  GatewayError,
  type GatewayOptions,
  gatewayDefaults,
  type ReadContext,
  type SubmitContext,
} from '../../src/gateway/index.js'
import {
  type Allocation,
  COMMAND_VERSION,
  type Command,
  type Outcome,
} from '../../src/ledger/index.js'
import { memberIds, type RaftNodeOptions } from '../../src/raft/core/index.js'
import type { SnapshotMark, SnapshotStore } from '../../src/raft/index.js'
import { Store } from '../../src/store/index.js'
import { MemoryDisk } from './memory-log-store.js'
import { NodeRecord } from './node-record.js'
import { RaftLife, type RaftLifeDependencies, type RaftLifeOptions } from './raft-life.js'
import { type ClusterOptions, SimCluster, type SimWorld } from './sim-cluster.js'

export type GatewayClusterOptions = ClusterOptions & { readonly gateway: Partial<GatewayOptions> }

export type InstallStep = 'note' | 'state' | 'log' | 'forget' | 'end'

const TIMEOUT_MS = 10_000
const CACHE_BYTES = 1 << 20
const never = new AbortController().signal

export class GatewayCluster extends SimCluster<GatewayNode> {
  constructor({ gateway = {}, ...options }: Partial<GatewayClusterOptions> = {}) {
    super(options, (world, nodeId) => new GatewayNode(world, nodeId, gateway))
  }

  /** A cluster with its identity and one network, known on every node. */
  async begin(cidr = '10.0.0.0/24'): Promise<{ readonly networkId: number }> {
    await this.start()
    const leader = await this.leader()
    const members = this.nodes.map(({ nodeId }) => ({
      nodeId,
      raftAddress: `${nodeId}`,
      apiAddress: `${nodeId}`,
      dataUuid: `data-${nodeId}`,
    }))
    const clusterUuid = 'b5c0c2f4-0000-4000-8000-000000000001'
    await this.outcome(leader.submit({ type: 'genesis', clusterId: 1, clusterUuid, members }))
    const outcome = await this.outcome(leader.submit(createNetwork(cidr)))
    if (!outcome.ok || outcome.result.type !== 'network') throw new Error('no network was made')
    await this.level()
    return { networkId: outcome.result.network.id }
  }

  /** Waits until every living member has applied the whole log. */
  async level(): Promise<void> {
    await this.clock.runUntil(() => {
      const living = this.nodes.filter(node => node.alive)
      const newest = living.sort((a, b) => b.store.appliedIndex() - a.store.appliedIndex())[0]
      const ids = newest === undefined ? [] : memberIds(newest.driver.status().membership)
      const members = living.filter(({ nodeId }) => ids.includes(nodeId))
      const last = Math.max(...members.map(node => node.driver.status().lastIndex))
      return members.every(node => node.store.appliedIndex() === last)
    })
  }
}

export class GatewayNode {
  readonly disk = new MemoryDisk()
  readonly record = new NodeRecord()
  readonly #gatewayOptions: Partial<GatewayOptions>
  wallOffsetMs = 0
  /** Of the next start, beside the cluster's. */
  core: Partial<RaftNodeOptions> = {}
  alive = false
  /** Called before each step of an install; never resolves when the node dies there. */
  onInstallStep: (step: InstallStep) => Promise<void> = () => Promise.resolve()
  /** Highest version of commands that this node takes for everybody's. */
  versionLimit = COMMAND_VERSION
  /** Why no snapshot is received now. */
  noRoom: Error | null = null
  /** How often it has started: its session. */
  starts = 0
  store!: Store
  gateway!: Gateway
  #life!: RaftLife
  /** The state file as a crash left it. */
  #image: Uint8Array | undefined

  constructor(
    readonly world: SimWorld,
    readonly nodeId: number,
    gatewayOptions: Partial<GatewayOptions>,
  ) {
    this.#gatewayOptions = gatewayOptions
  }

  get process() {
    return this.#life.process
  }

  get transport() {
    return this.#life.transport
  }

  get driver() {
    return this.#life.driver
  }

  /** Of snapshots; null when none travel. */
  get streams() {
    return this.#life.streams
  }

  async start(): Promise<void> {
    const { nodeId, wallOffsetMs, core, world, disk, record } = this
    this.starts += 1
    this.store = await this.#openStore()
    this.#life = this.newLife(
      { nodeId, wallOffsetMs, core },
      {
        world,
        disk,
        stateMachine: this.store,
        record,
        ...(this.world.options.snapshots ? { snapshots: this.snapshots() } : {}),
        onApplication: (from, frame) => this.gateway.onFrame(from, frame),
      },
    )
    this.gateway = new Gateway(
      { ...gatewayDefaults, ...this.#gatewayOptions, nodeId, sessionStart: this.starts },
      {
        raft: this.driver,
        store: this.store,
        clock: this.process,
        log: record.log,
        versionLimit: () => this.versionLimit,
      },
    )
    this.alive = true
    await this.#life.start()
  }

  /** For nodes that are looked at more closely, or behave otherwise. */
  protected newLife(options: RaftLifeOptions, dependencies: RaftLifeDependencies): RaftLife {
    return new RaftLife(options, dependencies)
  }

  /**
   * As kill -9; who waits for this node is never answered.
   * @param left 'state': the state file is as it was; 'log': the power went, too, and the log alone was synced;
   * bytes: the state file goes back to those.
   */
  async crash(
    left: 'state' | 'log' | Uint8Array = 'state',
    keep?: (count: number) => number,
  ): Promise<void> {
    this.alive = false
    this.#life.end(keep)
    if (left === 'state') this.#image = this.store.serialize()
    else this.#image = left === 'log' ? undefined : left
    await this.store.close()
  }

  submit(command: Command, set: Partial<SubmitContext> = {}): Promise<Outcome> {
    const origin = { actor: 'alice', clientAddress: null, userAgent: null }
    const context = { origin, idempotency: null, timeoutMs: TIMEOUT_MS, ...set }
    return this.gateway.submit(command, context)
  }

  read(set: Partial<ReadContext> = {}): Promise<number> {
    const context = { freshnessMs: null, minRevision: 0, timeoutMs: TIMEOUT_MS, ...set }
    return this.gateway.read({ level: 'linearizable', ...context })
  }

  /** Allocations that this node's state has under that hostname, ended ones too. */
  named(hostname: string): readonly Allocation[] {
    return this.allocations().filter(allocation => allocation.hostname === hostname)
  }

  /** All that this node's state has, ended ones too. */
  allocations(): readonly Allocation[] {
    const page = { afterId: 0, limit: Number.MAX_SAFE_INTEGER }
    return this.store.reads.allocationPage({ networkId: null, ended: true }, page)
  }

  async stateHash(): Promise<string> {
    return (await this.store.scans.stateHash(never)).hash
  }

  /** A snapshot has replaced the state; the log is next. */
  protected stateInstalled(_mark: SnapshotMark): void {}

  /** As the daemon does it: what is being installed is noted first, and forgotten once the log is cut. */
  protected snapshots(): SnapshotStore {
    const { store, disk } = this
    const at = (step: InstallStep) => this.onInstallStep(step)
    return {
      take: leastIndex => store.take(leastIndex),
      receive: async header => {
        if (this.noRoom !== null) throw this.noRoom
        return store.receive(header)
      },
      install: async mark => {
        await at('note')
        disk.installing = mark
        await at('state')
        await store.install(mark)
        this.stateInstalled(mark)
        await at('log')
      },
      installed: async () => {
        await at('forget')
        disk.installing = null
        await at('end')
      },
    }
  }

  #openStore(): Promise<Store> {
    const lists = { votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false }
    return Store.open(
      {
        directory: ':memory:',
        cachePagesBytes: CACHE_BYTES,
        initialMembership: { voters: this.world.options.nodeIds, ...lists },
        ...(this.#image === undefined ? {} : { image: this.#image }),
      },
      { log: this.record.log },
    )
  }
}

/** How a submit or read ended so far, without anyone waiting for it. */
export type Watched<T> = { ending: null | { readonly value: T } | { readonly error: GatewayError } }

export function watch<T>(promise: Promise<T>): Watched<T> {
  const watched: Watched<T> = { ending: null }
  promise.then(
    value => {
      watched.ending = { value }
    },
    error => {
      if (!(error instanceof GatewayError)) throw error
      watched.ending = { error }
    },
  )
  return watched
}

export function createNetwork(cidr: string): Command {
  return {
    type: 'network.create',
    vrf: 'default',
    place: { cidr },
    description: null,
    tags: [],
    holdHours: 0,
  }
}

/** The lowest free address, under that hostname. */
export function allocate(networkId: number, hostname: string, description?: string): Command {
  return {
    type: 'allocation.create',
    networkId,
    place: { count: 1 },
    hostname,
    description: description ?? null,
    tags: [],
    ttlMs: null,
  }
}

export function release(id: number): Command {
  return { type: 'allocation.release', id, ifRevision: null }
}

/** @throws unless the outcome is an allocation. */
export function allocationOf(outcome: Outcome): Allocation {
  if (outcome.ok && outcome.result.type === 'allocation') return outcome.result.allocation
  throw new Error(
    `this is no allocation: ${JSON.stringify(outcome.ok ? outcome.result.type : outcome.refusal)}`,
  )
}
