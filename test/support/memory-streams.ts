// Streams for snapshots over the network in memory: frames in order, and a stream from which one was lost is broken.
import { type Deferred, deferred } from '../../src/lib/index.js'
import type { NodeId, PeerStream, SnapshotStreams } from '../../src/raft/index.js'
import type { MemoryNetwork } from './memory-transport.js'
import type { SimNode } from './sim-clock.js'

/** Whoever listens on a network, in its present life. */
const listeners = new WeakMap<MemoryNetwork, Map<NodeId, MemoryStreams>>()

export class MemoryStreams implements SnapshotStreams {
  onStream: SnapshotStreams['onStream'] = (_, stream) => stream.close()

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
    const here = new StreamEnd(this.network, this.nodeId, this.process)
    const there = new StreamEnd(this.network, to, target.process)
    here.other = there
    there.other = here
    this.network.carry(this.nodeId, to, 0, () => {
      if (!target.process.dead) target.onStream(this.nodeId, there)
    })
    return here
  }
}

class StreamEnd implements PeerStream {
  other!: StreamEnd
  readonly #frames: Uint8Array[] = []
  #reader: Deferred<void> | null = null
  #broken: Error | null = null
  #sent = 0
  #arrived = 0

  constructor(
    readonly network: MemoryNetwork,
    readonly nodeId: NodeId,
    readonly process: SimNode,
  ) {}

  send(frame: Uint8Array): void {
    if (this.#broken !== null) return
    const number = this.#sent++
    const copy = Uint8Array.from(frame)
    this.network.carry(this.nodeId, this.other.nodeId, 0, () => this.other.arrive(number, copy))
  }

  arrive(number: number, frame: Uint8Array): void {
    if (this.process.dead) return
    if (number !== this.#arrived) this.break(new Error('a frame was lost'))
    else {
      this.#arrived += 1
      this.#frames.push(frame)
      this.#wake()
    }
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
    this.network.carry(this.nodeId, this.other.nodeId, 0, () => this.other.break(gone))
  }

  break(error: Error): void {
    if (this.process.dead) return
    this.#broken ??= error
    this.#wake()
  }

  #wake(): void {
    this.#reader?.resolve()
    this.#reader = null
  }
}
