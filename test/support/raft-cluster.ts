// Whole nodes in one process: real drivers and real cores over virtual time, network and disks.
import { MemoryDisk } from './memory-log-store.js'
import { MemoryStateMachine } from './memory-state-machine.js'
import { NodeRecord } from './node-record.js'
import { RaftLife } from './raft-life.js'
import { type ClusterOptions, SimCluster, type SimWorld } from './sim-cluster.js'

export class RaftCluster extends SimCluster<ClusterNode> {
  constructor(options: Partial<ClusterOptions> = {}) {
    super(options, (world, nodeId) => new ClusterNode(world, nodeId))
  }

  /** Waits until the command is applied on all the nodes. */
  async applied(text: string, nodes: readonly ClusterNode[] = this.nodes): Promise<void> {
    await this.clock.runUntil(() => nodes.every(node => node.state.texts.includes(text)))
  }
}

export class ClusterNode {
  readonly disk: MemoryDisk
  readonly state: MemoryStateMachine
  readonly record = new NodeRecord()
  wallOffsetMs = 0
  alive = false
  #life!: RaftLife

  constructor(
    readonly world: SimWorld,
    readonly nodeId: number,
  ) {
    const lists = { votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false }
    this.disk = new MemoryDisk()
    this.state = new MemoryStateMachine({ voters: world.options.nodeIds, ...lists })
  }

  get process() {
    return this.#life.process
  }

  get transport() {
    return this.#life.transport
  }

  get core() {
    return this.#life.core
  }

  get driver() {
    return this.#life.driver
  }

  get fatal() {
    return this.record.fatal
  }

  get lines() {
    return this.record.lines
  }

  get counts() {
    return this.record.counts
  }

  async start(): Promise<void> {
    const { nodeId, wallOffsetMs, world, disk, state, record } = this
    this.#life = new RaftLife(
      { nodeId, wallOffsetMs, core: {} },
      { world, disk, stateMachine: state, record },
    )
    this.alive = true
    await this.#life.start()
  }

  /** As kill -9, and the power with it: what was not synced is lost. */
  crash(): void {
    this.alive = false
    this.#life.end()
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
    return this.record.logged(message)
  }
}
