// A cluster in one process: virtual time, a network in memory, chance from a seed, and nodes of whatever kind.
import type { RaftNodeOptions } from '../../src/raft/core/index.js'
import type { RaftDriver, RaftDriverOptions } from '../../src/raft/index.js'
import { MemoryNetwork, type NetworkOptions } from './memory-transport.js'
import { SimClock, seededRandom } from './sim-clock.js'

export type ClusterOptions = {
  readonly seed: number
  readonly nodeIds: readonly number[]
  /** Nodes that are not in the first membership. */
  readonly spareIds: readonly number[]
  readonly diskMs: number
  readonly driver: Partial<RaftDriverOptions>
  readonly core: Partial<RaftNodeOptions>
  readonly network: Partial<NetworkOptions>
  /** Whether snapshots travel, where nodes can make them. */
  readonly snapshots: boolean
}

const defaults: ClusterOptions = {
  seed: 1,
  nodeIds: [1, 2, 3],
  spareIds: [],
  diskMs: 1,
  driver: {},
  core: {},
  network: {},
  snapshots: false,
}

/** What all the nodes share. */
export type SimWorld = {
  readonly clock: SimClock
  readonly options: ClusterOptions
  readonly random: () => number
  readonly network: MemoryNetwork
}

export type SimMember = {
  readonly nodeId: number
  readonly alive: boolean
  readonly driver: RaftDriver
  start(): Promise<void>
}

export class SimCluster<Member extends SimMember> implements SimWorld {
  readonly clock = new SimClock()
  readonly options: ClusterOptions
  readonly random: () => number
  readonly network: MemoryNetwork
  readonly nodes: readonly Member[]

  constructor(
    options: Partial<ClusterOptions>,
    makeNode: (world: SimWorld, nodeId: number) => Member,
  ) {
    this.options = { ...defaults, ...options }
    this.random = seededRandom(this.options.seed)
    this.network = new MemoryNetwork({ random: this.random, ...this.options.network })
    const { nodeIds, spareIds } = this.options
    this.nodes = [...nodeIds, ...spareIds].map(nodeId => makeNode(this, nodeId))
  }

  async start(): Promise<this> {
    for (const node of this.nodes) await node.start()
    return this
  }

  node(nodeId: number): Member {
    const node = this.nodes.find(each => each.nodeId === nodeId)
    if (node === undefined) throw new Error(`the cluster has no node ${nodeId}`)
    return node
  }

  /** Waits for a leader, of a later term than `afterTerm`, whom a majority of living nodes follows. */
  async leader(afterTerm = 0): Promise<Member> {
    let found: Member | undefined
    await this.clock.runUntil(() => {
      found = this.nodes.find(node => {
        if (!node.alive) return false
        const { role, term } = node.driver.status()
        const follows = (other: Member) =>
          other.alive && other.driver.status().leaderId === node.nodeId
        const followers = this.nodes.filter(follows).length
        return role === 'leader' && term > afterTerm && followers > this.options.nodeIds.length / 2
      })
      return found !== undefined
    })
    if (found === undefined) throw new Error('no leader was found')
    return found
  }

  followersOf(leader: Member): readonly Member[] {
    return this.nodes.filter(node => node !== leader)
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
