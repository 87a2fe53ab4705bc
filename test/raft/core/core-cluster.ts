// Several cores on an obedient network: messages arrive in order and at once, except what a test holds back.
import type { Message } from '../../../src/raft/core/index.js'
import { CoreNode, type CoreNodeOptions, type Disk, emptyDisk, membershipOf } from './core-node.js'

export class CoreCluster {
  readonly nodes = new Map<number, CoreNode>()
  /** Every message that was sent, dropped ones included. */
  sent: Message[] = []
  /** Messages for which this is true never arrive. */
  drop: (message: Message) => boolean = () => false
  #inFlight: Message[] = []

  constructor(
    readonly ids: readonly number[],
    options: CoreNodeOptions = {},
    disks: { readonly [nodeId: number]: Disk } = {},
  ) {
    const membership = membershipOf([...ids])
    for (const id of ids) {
      // Timeouts differ as ids do, so that tests that only tick elect node 1.
      const random = (): number => (id - 1) / 10
      this.nodes.set(id, new CoreNode(id, disks[id] ?? emptyDisk(membership), options, random))
    }
  }

  node(nodeId: number): CoreNode {
    const node = this.nodes.get(nodeId)
    if (node === undefined) throw new Error(`there is no node ${nodeId}`)
    return node
  }

  core(nodeId: number): CoreNode['core'] {
    return this.node(nodeId).core
  }

  /** Runs until nothing happens any more; no time passes. */
  settle(): this {
    for (let turn = 0; turn < 10_000; turn++) {
      let quiet = true
      for (const node of this.nodes.values()) {
        if (!node.core.hasReady({ write: true, apply: true }) && node.write === null) continue
        quiet = false
        this.send(node.take().messages)
        this.send(node.persist())
      }
      if (quiet && this.#inFlight.length === 0) return this
      this.#deliver()
    }
    throw new Error('the cluster does not come to rest')
  }

  /** Lets time pass for all nodes, or for those named. */
  tick(count: number, ids: readonly number[] = this.ids): this {
    for (let tick = 0; tick < count; tick++) {
      for (const id of ids) this.core(id).tick()
      this.settle()
    }
    return this
  }

  /** Makes `nodeId` the leader of a new term. */
  elect(nodeId: number): this {
    this.core(nodeId).campaign()
    this.settle()
    if (this.core(nodeId).status().role !== 'leader') throw new Error(`${nodeId} was not elected`)
    return this
  }

  propose(nodeId: number, ...texts: string[]): string {
    return this.core(nodeId).propose(texts.map(bytesOf), 0)
  }

  send(messages: readonly Message[]): void {
    this.sent.push(...messages)
    this.#inFlight.push(...messages)
  }

  /** Cuts these nodes off from all others. */
  isolate(...ids: number[]): void {
    this.drop = ({ from, to }) => ids.includes(from) !== ids.includes(to)
  }

  heal(): void {
    this.drop = () => false
  }

  roles(): string[] {
    return [...this.nodes.values()].map(node => node.core.status().role)
  }

  #deliver(): void {
    const messages = this.#inFlight
    this.#inFlight = []
    for (const message of messages) {
      if (!this.drop(message)) this.nodes.get(message.to)?.core.step(message)
    }
  }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The commands among the entries, as text. */
export function commandsOf(node: CoreNode): string[] {
  const commands = node.applied.filter(entry => entry.kind === 'command')
  return commands.map(entry => new TextDecoder().decode(entry.data))
}
