// Raft in one life of a simulated node: a real driver and a real core, from a start to a crash.
import { RaftNode, type RaftNodeOptions } from '../../src/raft/core/index.js'
import {
  type NodeId,
  RaftDriver,
  type RaftDriverOptions,
  type SnapshotStore,
  type StateMachine,
} from '../../src/raft/index.js'
import type { MemoryDisk } from './memory-log-store.js'
import { MemoryStreams } from './memory-streams.js'
import type { MemoryTransport } from './memory-transport.js'
import type { NodeRecord } from './node-record.js'
import type { SimNode } from './sim-clock.js'
import type { SimWorld } from './sim-cluster.js'

export type RaftLifeOptions = {
  readonly nodeId: NodeId
  readonly wallOffsetMs: number
  /** Beside those of the cluster. */
  readonly core: Partial<RaftNodeOptions>
  readonly driver?: Partial<RaftDriverOptions>
  /** How long a step of the log's disk takes; the cluster's by default. */
  readonly diskMs?: () => number
}

export type RaftLifeDependencies = {
  readonly world: SimWorld
  readonly disk: MemoryDisk
  readonly stateMachine: StateMachine
  readonly record: NodeRecord
  /** Without them no snapshot travels. */
  readonly snapshots?: SnapshotStore
  readonly onApplication?: (from: NodeId, frame: Uint8Array) => void
  /** For who wants to look at what the core is asked and gives. */
  readonly newCore?: (...parts: ConstructorParameters<typeof RaftNode>) => RaftNode
}

export class RaftLife {
  readonly process: SimNode
  readonly transport: MemoryTransport
  readonly core: RaftNode
  readonly driver: RaftDriver
  /** Of snapshots; null when none travel. */
  readonly streams: MemoryStreams | null
  readonly #nodeId: NodeId
  readonly #dependencies: RaftLifeDependencies

  constructor(options: RaftLifeOptions, dependencies: RaftLifeDependencies) {
    const { world, disk, stateMachine, record, snapshots, onApplication } = dependencies
    const newCore = dependencies.newCore ?? ((...parts) => new RaftNode(...parts))
    const { clock, network, random } = world
    const { nodeId } = options
    this.#nodeId = nodeId
    this.#dependencies = dependencies
    this.process = clock.node(options.wallOffsetMs)
    finishInstall(disk, stateMachine)
    const diskMs = options.diskMs ?? (() => world.options.diskMs)
    const { store, loaded } = disk.open(done => this.process.arrive(diskMs(), done))
    const coreOptions = { ...coreDefaults, ...world.options.core, ...options.core, nodeId }
    this.core = newCore(coreOptions, { ...loaded, applied: stateMachine.applied }, random)
    this.transport = network.transport(nodeId, this.process)
    this.streams = snapshots === undefined ? null : new MemoryStreams(network, nodeId, this.process)
    this.driver = new RaftDriver(
      { ...driverDefaults, ...world.options.driver, ...options.driver, nodeId },
      {
        core: this.core,
        logStore: store,
        transport: this.transport,
        stateMachine,
        clock: this.process,
        random,
        log: record.log,
        metrics: record.metrics,
        ...(snapshots === undefined || this.streams === null
          ? {}
          : { snapshots: { store: snapshots, streams: this.streams } }),
        ...(onApplication === undefined ? {} : { onApplication }),
        onFatal: error => record.fatal.push(error),
      },
    )
  }

  async start(): Promise<void> {
    const { nodeIds, spareIds } = this.#dependencies.world.options
    this.driver.start()
    await this.transport.start()
    const others = [...nodeIds, ...spareIds].filter(nodeId => nodeId !== this.#nodeId)
    this.transport.setPeers(others.map(nodeId => ({ nodeId, raftAddress: `${nodeId}` })))
  }

  /** As kill -9, and the power with it: what was not synced is lost, but for what `keep` says. */
  end(keep?: (count: number) => number): void {
    const { world, disk } = this.#dependencies
    this.process.kill()
    world.network.vanish(this.#nodeId)
    disk.crash(keep)
  }
}

/** A crash fell between the state's install and the log's cut: as checkMarks finds it on a real disk. */
function finishInstall(disk: MemoryDisk, { applied }: StateMachine): void {
  const { index, term, timeMs } = applied
  const isAhead = disk.installing?.index === index && disk.installing.term === term
  if (isAhead) disk.compact({ index, term, timeMs })
  disk.installing = null
}

const driverDefaults = {
  tickMs: 10,
  stallTicksMax: 20,
  applyEntriesMax: 64,
  compactEntries: 1_000_000,
  tailEntries: 10,
  logBytesMax: 64 * 1024 * 1024,
  diskStallMs: 1_000,
}

const coreDefaults = {
  heartbeatTicks: 5,
  electionTicks: 40,
  appendBytesMax: 64 * 1024,
  inflightMessagesMax: 64,
  inflightBytesMax: 1024 * 1024,
  uncommittedBytesMax: 1024 * 1024,
  applyBytesMax: 1024 * 1024,
  pendingReadsMax: 100,
  mayVote: true,
}
