// Streams for snapshots over the network in memory: frames in order, and a stream from which one was lost is broken.
import { type Deferred, deferred } from '../../src/lib/index.js'
import type { NodeId, PeerStream, SnapshotStreams } from '../../src/raft/index.js'
import type { MemoryNetwork } from './memory-transport.js'
import type { SimNode } from './sim-clock.js'

/** Whoever listens on a network, in its present life. */
const listeners = new WeakMap<MemoryNetwork, Map<NodeId, MemoryStreams>>()

/** What a stream hands over in place of a frame: as it is, unless a test meddles with the bytes. */
export type Meddle = (frame: Uint8Array) => readonly Uint8Array[]

/** How soon both ends of a stream know that a frame of it was lost. */
const BREAK_MS = 20

export class MemoryStreams implements SnapshotStreams {
  onStream: SnapshotStreams['onStream'] = (_, stream) => stream.close()
  /** Of what arrives here. */
  meddle: Meddle = frame => [frame]
  readonly #ends = new Set<StreamEnd>()
  #opened = 0

  constructor(
    readonly network: MemoryNetwork,
    readonly nodeId: NodeId,
    readonly process: SimNode,
  ) {
    const known = listeners.get(network) ?? new Map<NodeId, MemoryStreams>()
    listeners.set(network, known.set(nodeId, this))
  }

  async open(to: NodeId): Promise<PeerStream> {
    const target = listeners.get(this.network)?.get(to)
    if (target === undefined || target.process.dead) throw new Error(`node ${to} is not there`)
    const name = `stream ${++this.#opened} of ${this.nodeId} at ${this.process.clock.nowMs}`
    const here = new StreamEnd(name, this)
    const there = new StreamEnd(name, target)
    here.other = there
    there.other = here
    here.carry(() => {
      if (!target.process.dead) target.onStream(this.nodeId, there)
    })
    return here
  }

  /** As when a cable is pulled and a socket's time is over. */
  breakAll(): void {
    for (const end of [...this.#ends]) end.lost()
  }

  opened(end: StreamEnd): void {
    this.#ends.add(end)
  }

  ended(end: StreamEnd): void {
    this.#ends.delete(end)
  }
}

class StreamEnd implements PeerStream {
  other!: StreamEnd
  readonly #name: string
  readonly #streams: MemoryStreams
  readonly #frames: Uint8Array[] = []
  #reader: Deferred<void> | null = null
  #broken: Error | null = null
  #sent = 0
  #arrived = 0

  constructor(name: string, streams: MemoryStreams) {
    this.#name = name
    this.#streams = streams
    streams.opened(this)
  }

  get process(): SimNode {
    return this.#streams.process
  }

  /** Behind what was sent before on this stream. */
  carry(deliver: () => void): void {
    const { network, nodeId } = this.#streams
    const to = this.other.#streams.nodeId
    network.carryInOrder(nodeId, to, `${nodeId}: ${this.#name}`, deliver, () => this.lost())
  }

  send(frame: Uint8Array): void {
    if (this.#broken !== null) return
    const number = this.#sent++
    const copy = Uint8Array.from(frame)
    this.carry(() => this.other.arrive(number, copy))
  }

  arrive(number: number, frame: Uint8Array): void {
    if (this.process.dead) return
    // What was sent over a link that was cut never came, and this one comes after it.
    if (number !== this.#arrived) this.break(new Error('a frame was lost'))
    else {
      this.#arrived += 1
      this.#frames.push(...this.#streams.meddle(frame))
      if (this.#frames.length > 0) this.#wake()
    }
  }

  /** The connection is gone, and both sides are told a moment later. */
  lost(): void {
    for (const end of [this, this.other])
      end.process.after(BREAK_MS, () => end.break(new Error('the connection was lost')))
  }

  async receive(timeoutMs: number): Promise<Uint8Array> {
    if (this.#frames.length === 0 && this.#broken === null) {
      this.#reader = deferred<void>()
      const late = () => this.break(new Error('nothing came'))
      const cancel = this.process.after(timeoutMs, late)
      await this.#reader.promise
      cancel()
    }
    const frame = this.#frames.shift()
    if (frame === undefined) throw this.#broken ?? new Error('a stream has one reader')
    return frame
  }

  close(): void {
    this.break(new Error('the stream was closed'))
    const gone = new Error('the other side closed it')
    this.carry(() => this.other.break(gone))
  }

  break(error: Error): void {
    this.#streams.ended(this)
    if (this.process.dead) return
    this.#broken ??= error
    this.#wake()
  }

  #wake(): void {
    this.#reader?.resolve()
    this.#reader = null
  }
}
