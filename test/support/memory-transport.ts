// A network in memory: seeded delays and losses, cuts in one direction or both, and processes that come and go.
import type { Message, NodeId } from '../../src/raft/core/index.js'
import type { PeerAddress, Transport, TransportHandlers } from '../../src/raft/ports.js'
import type { SimNode } from './sim-clock.js'

export type NetworkOptions = {
  readonly random: () => number
  readonly delayMinMs: number
  readonly delayMaxMs: number
  /** Of all frames, the part that is lost. */
  readonly dropRate: number
  /** Of the frames with messages, the part that comes twice. */
  readonly duplicateRate: number
  /** Of the gateway's frames: as many as the port allows is none. */
  readonly applicationDuplicateRate: number
  /** False: frames of one link overtake one another, as over reconnections. */
  readonly ordered: boolean
}

type Deliver = (handlers: TransportHandlers) => void

export class MemoryNetwork {
  /** What was sent, before any loss; for tests that look at the wire. */
  onSend: (from: NodeId, to: NodeId, messages: readonly Message[]) => void = () => {}
  /** The same for the gateway's frames. */
  onSendApplication: (from: NodeId, to: NodeId, frame: Uint8Array) => void = () => {}
  options: NetworkOptions
  /** Frames so far that met this fate by chance. */
  readonly counts = { lost: 0, doubled: 0 }
  readonly #transports = new Map<NodeId, MemoryTransport>()
  readonly #cuts = new Set<string>()
  readonly #busyUntilMs = new Map<string, number>()
  readonly #links = new Set<string>()

  constructor(options: Partial<NetworkOptions> & { readonly random: () => number }) {
    this.options = {
      delayMinMs: 0.2,
      delayMaxMs: 2,
      dropRate: 0,
      duplicateRate: 0,
      applicationDuplicateRate: 0,
      ordered: true,
      ...options,
    }
  }

  transport(nodeId: NodeId, process: SimNode): MemoryTransport {
    const transport = new MemoryTransport(this, nodeId, process)
    this.#transports.set(nodeId, transport)
    return transport
  }

  /** Nothing passes from one to the other; nobody is told, as when a cable is pulled. */
  cut(from: NodeId, to: NodeId): void {
    this.#cuts.add(link(from, to))
  }

  /** Whether both hear each other. */
  connects(one: NodeId, other: NodeId): boolean {
    const ways = [link(one, other), link(other, one)]
    return ways.every(way => this.#links.has(way) && !this.#cuts.has(way))
  }

  /** Neither side of the node hears the other. */
  isolate(nodeId: NodeId): void {
    for (const other of this.#transports.keys()) {
      if (other === nodeId) continue
      this.cut(nodeId, other)
      this.cut(other, nodeId)
    }
  }

  heal(): void {
    this.#cuts.clear()
  }

  /** The process died: its sockets break, as the kernel does it. */
  vanish(nodeId: NodeId): void {
    this.#transports.delete(nodeId)
    this.refresh()
  }

  /** Brings up and takes down links after something started, stopped or got other peers. */
  refresh(): void {
    for (const from of this.#transports.values())
      for (const to of new Set([...from.peers, ...this.#transports.keys()])) {
        if (to === from.nodeId) continue
        const key = link(from.nodeId, to)
        const up = from.running && from.peers.has(to) && this.#isRunning(to)
        if (up === this.#links.has(key)) continue
        if (up) this.#links.add(key)
        else this.#links.delete(key)
        const state = up ? 'connected' : 'disconnected'
        this.#arrive(from, this.#delayMs(), handlers => handlers.onPeer(to, state))
      }
    for (const key of this.#links) {
      const [from] = key.split('>')
      if (!this.#isRunning(Number(from))) this.#links.delete(key)
    }
  }

  carry(from: NodeId, to: NodeId, duplicateRate: number, deliver: Deliver): void {
    if (!this.#links.has(link(from, to)) || this.#isLost()) return
    this.#carryOnce(from, to, deliver)
    if (this.options.random() >= duplicateRate) return
    this.counts.doubled += 1
    this.#carryOnce(from, to, deliver)
  }

  /**
   * A frame of one stream, behind the one before it whatever the links do.
   * @param lane names the stream's direction @param lost what comes instead when chance has the frame lost
   */
  carryInOrder(from: NodeId, to: NodeId, lane: string, deliver: Deliver, lost: () => void): void {
    if (!this.#links.has(link(from, to))) return
    if (this.#isLost()) lost()
    else this.#carryOnce(from, to, deliver, lane)
  }

  #isLost(): boolean {
    const { random, dropRate } = this.options
    if (random() >= dropRate) return false
    this.counts.lost += 1
    return true
  }

  #carryOnce(from: NodeId, to: NodeId, deliver: Deliver, lane?: string): void {
    const target = this.#transports.get(to)
    const key = link(from, to)
    if (target === undefined || this.#cuts.has(key)) return
    const nowMs = target.process.clock.nowMs
    const queue = lane ?? key
    let atMs = nowMs + this.#delayMs()
    if (this.options.ordered || lane !== undefined)
      atMs = Math.max(atMs, this.#busyUntilMs.get(queue) ?? 0)
    this.#busyUntilMs.set(queue, atMs)
    this.#arrive(target, atMs - nowMs, handlers => {
      if (!this.#cuts.has(key)) deliver(handlers)
    })
  }

  #arrive(target: MemoryTransport, delayMs: number, deliver: Deliver): void {
    target.process.arrive(delayMs, () => {
      if (target.running) deliver(target.handlers)
    })
  }

  #isRunning(nodeId: NodeId): boolean {
    return this.#transports.get(nodeId)?.running ?? false
  }

  #delayMs(): number {
    const { random, delayMinMs, delayMaxMs } = this.options
    return delayMinMs + random() * (delayMaxMs - delayMinMs)
  }
}

export class MemoryTransport implements Transport {
  handlers: TransportHandlers = {
    onMessages: () => {},
    onApplication: () => {},
    onPeer: () => {},
  }
  peers: ReadonlySet<NodeId> = new Set()
  running = false

  constructor(
    readonly network: MemoryNetwork,
    readonly nodeId: NodeId,
    readonly process: SimNode,
  ) {}

  setPeers(peers: readonly PeerAddress[]): void {
    this.peers = new Set(peers.map(peer => peer.nodeId))
    this.network.refresh()
  }

  send(to: NodeId, messages: readonly Message[]): void {
    this.network.onSend(this.nodeId, to, messages)
    const { duplicateRate } = this.network.options
    this.network.carry(this.nodeId, to, duplicateRate, handlers =>
      handlers.onMessages(this.nodeId, messages),
    )
  }

  sendApplication(to: NodeId, frame: Uint8Array): void {
    this.network.onSendApplication(this.nodeId, to, frame)
    const { applicationDuplicateRate } = this.network.options
    this.network.carry(this.nodeId, to, applicationDuplicateRate, handlers =>
      handlers.onApplication(this.nodeId, frame),
    )
  }

  async start(): Promise<void> {
    this.running = true
    this.network.refresh()
  }

  async close(): Promise<void> {
    this.running = false
    this.network.refresh()
  }
}

function link(from: NodeId, to: NodeId): string {
  return `${from}>${to}`
}
