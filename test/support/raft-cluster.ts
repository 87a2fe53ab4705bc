// Whole nodes in one process: real drivers and real cores over virtual time, network and disks.
import { RaftNode, type RaftNodeOptions } from '../../src/raft/core/index.js'
import { RaftDriver, type RaftDriverOptions, type RaftMetrics } from '../../src/raft/index.js'
import { MemoryDisk } from './memory-log-store.js'
import { MemoryStateMachine } from './memory-state-machine.js'
import { MemoryNetwork, type MemoryTransport, type NetworkOptions } from './memory-transport.js'
import { SimClock, type SimNode, seededRandom } from './sim-clock.js'

export type ClusterOptions = {
  readonly seed: number
  readonly nodeIds: readonly number[]
  /** Nodes that are not in the first membership. */
  readonly spareIds: readonly number[]
  readonly diskMs: number
  readonly driver: Partial<RaftDriverOptions>
  readonly core: Partial<RaftNodeOptions>
  readonly network: Partial<NetworkOptions>
}

export type LogLine = { readonly level: string; readonly fields: object; readonly message: string }

const defaults: ClusterOptions = {
  seed: 1,
  nodeIds: [1, 2, 3],
  spareIds: [],
  diskMs: 1,
  driver: {},
  core: {},
  network: {},
}

export class RaftCluster {
  readonly clock = new SimClock()
  readonly options: ClusterOptions
  readonly random: () => number
  readonly network: MemoryNetwork
  readonly nodes: readonly ClusterNode[]

  constructor(options: Partial<ClusterOptions> = {}) {
    this.options = { ...defaults, ...options }
    this.random = seededRandom(this.options.seed)
    this.network = new MemoryNetwork({ random: this.random, ...this.options.network })
    const { nodeIds, spareIds } = this.options
    this.nodes = [...nodeIds, ...spareIds].map(nodeId => new ClusterNode(this, nodeId))
  }

  async start(): Promise<this> {
    for (const node of this.nodes) await node.start()
    return this
  }

  node(nodeId: number): ClusterNode {
    const node = this.nodes.find(each => each.nodeId === nodeId)
    if (node === undefined) throw new Error(`the cluster has no node ${nodeId}`)
    return node
  }

  /** Waits for a leader, of a later term than `afterTerm`, whom a majority of living nodes follows. */
  async leader(afterTerm = 0): Promise<ClusterNode> {
    let found: ClusterNode | undefined
    await this.clock.runUntil(() => {
      found = this.nodes.find(node => {
        if (!node.alive) return false
        const { role, term } = node.driver.status()
        const follows = (other: ClusterNode) =>
          other.alive && other.driver.status().leaderId === node.nodeId
        const followers = this.nodes.filter(follows).length
        return role === 'leader' && term > afterTerm && followers > this.options.nodeIds.length / 2
      })
      return found !== undefined
    })
    if (found === undefined) throw new Error('no leader was found')
    return found
  }

  followersOf(leader: ClusterNode): readonly ClusterNode[] {
    return this.nodes.filter(node => node !== leader)
  }

  /** Waits until the command is applied on all the nodes. */
  async applied(text: string, nodes: readonly ClusterNode[] = this.nodes): Promise<void> {
    await this.clock.runUntil(() => nodes.every(node => node.state.texts.includes(text)))
  }

  /** Waits for a promise while virtual time goes on. */
  async outcome<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let done = false
    const finish = () => {
      done = true
    }
    promise.then(finish, finish)
    await this.clock.runUntil(() => done, limitMs)
    return promise
  }
}

export class ClusterNode {
  readonly disk: MemoryDisk
  readonly state: MemoryStateMachine
  readonly fatal: Error[] = []
  readonly lines: LogLine[] = []
  readonly counts = { elections: 0, stalls: 0 }
  wallOffsetMs = 0
  alive = false
  process!: SimNode
  transport!: MemoryTransport
  core!: RaftNode
  driver!: RaftDriver

  constructor(
    readonly cluster: RaftCluster,
    readonly nodeId: number,
  ) {
    const lists = { votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false }
    this.disk = new MemoryDisk()
    this.state = new MemoryStateMachine({ voters: cluster.options.nodeIds, ...lists })
  }

  async start(): Promise<void> {
    const { clock, network, random, options, nodes } = this.cluster
    const process = clock.node(this.wallOffsetMs)
    this.process = process
    const { store, loaded } = this.disk.open(done => process.arrive(options.diskMs, done))
    this.core = new RaftNode(
      this.#coreOptions(),
      { ...loaded, applied: this.state.applied },
      random,
    )
    this.transport = network.transport(this.nodeId, process)
    this.driver = new RaftDriver(
      { ...driverDefaults, nodeId: this.nodeId, ...options.driver },
      {
        core: this.core,
        logStore: store,
        transport: this.transport,
        stateMachine: this.state,
        clock: process,
        random,
        log: this.#log(),
        metrics: this.#metrics(),
        onFatal: error => this.fatal.push(error),
      },
    )
    this.alive = true
    this.driver.start()
    await this.transport.start()
    const others = nodes.filter(node => node !== this)
    this.transport.setPeers(others.map(({ nodeId }) => ({ nodeId, raftAddress: `${nodeId}` })))
  }

  /** As kill -9, and the power with it: what was not synced is lost. */
  crash(): void {
    this.alive = false
    this.process.kill()
    this.cluster.network.vanish(this.nodeId)
    this.disk.crash()
    this.state.fallBack()
  }

  propose(text: string): 'accepted' | 'not-leader' | 'overloaded' {
    return this.driver.propose(Buffer.from(text))
  }

  /** Index that a read at this node must wait for. */
  readIndex(timeoutMs: number, quorum = true): Promise<number> {
    return this.driver.readIndex(quorum, this.process.monotonicMs() + timeoutMs)
  }

  logged(message: string): boolean {
    return this.lines.some(line => line.message === message)
  }

  #coreOptions(): RaftNodeOptions {
    return { ...coreDefaults, nodeId: this.nodeId, ...this.cluster.options.core }
  }

  #log() {
    const level = (level: string) => (fields: object, message: string) =>
      void this.lines.push({ level, fields, message })
    return {
      debug: level('debug'),
      info: level('info'),
      warn: level('warn'),
      error: level('error'),
    }
  }

  #metrics(): RaftMetrics {
    return {
      electionsTotal: () => {
        this.counts.elections += 1
      },
      loopStallSeconds: () => {
        this.counts.stalls += 1
      },
    }
  }
}

const driverDefaults = {
  tickMs: 10,
  stallTicksMax: 20,
  applyEntriesMax: 64,
  compactEntries: 1_000_000,
  tailEntries: 10,
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
