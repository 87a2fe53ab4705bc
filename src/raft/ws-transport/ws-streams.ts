// Streams for snapshots over WebSockets of their own: frames come whole and in order, or the stream breaks.
import type { WebSocket } from 'ws'
import { type Deferred, deferred } from '../../lib/index.js'
import type { NodeId } from '../core/index.js'
import type { Clock, PeerStream, SnapshotStreams } from '../ports.js'
import type { Channel } from './handshake.js'
import type { OnStream } from './ws-transport.js'

const SNAPSHOT_CHANNEL = 'snapshot'
/** Frames that wait to be read; a peer that sends more than it may is cut off. */
const WAITING_FRAMES_MAX = 16

/** How long a closing stream may take to flush. */
const CLOSE_MS = 500

/** What a WsTransport gives. */
export type StreamOpener = {
  onStream: OnStream | null
  openStream(to: NodeId, channel: Channel): Promise<WebSocket>
}

export class WsSnapshotStreams implements SnapshotStreams {
  onStream: SnapshotStreams['onStream'] = (_, stream) => stream.close()
  readonly #opener: StreamOpener
  readonly #clock: Clock

  constructor(opener: StreamOpener, clock: Clock) {
    this.#opener = opener
    this.#clock = clock
    opener.onStream = (peer, channel, socket) => {
      if (channel === SNAPSHOT_CHANNEL) this.onStream(peer.nodeId, new WsStream(socket, clock))
      else socket.terminate()
    }
  }

  async open(to: NodeId): Promise<PeerStream> {
    return new WsStream(await this.#opener.openStream(to, SNAPSHOT_CHANNEL), this.#clock)
  }
}

class WsStream implements PeerStream {
  readonly #socket: WebSocket
  readonly #clock: Clock
  readonly #frames: Uint8Array[] = []
  #reader: Deferred<void> | null = null
  #broken: Error | null = null

  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#onMessage(data, isBinary))
    socket.on('error', error => this.#break(error))
    socket.on('close', () => this.#break(new Error('the connection was closed')))
  }

  /** To a broken stream nothing is sent; whoever reads hears of it. */
  send(frame: Uint8Array): void {
    if (this.#broken === null) this.#socket.send(frame)
  }

  async receive(timeoutMs: number): Promise<Uint8Array> {
    if (this.#frames.length === 0 && this.#broken === null) await this.#wait(timeoutMs)
    const frame = this.#frames.shift()
    if (frame !== undefined) return frame
    throw this.#broken ?? new Error('a stream has one reader')
  }

  close(): void {
    this.#break(new Error('the stream was closed'))
    if (this.#socket.readyState === this.#socket.CLOSED) return
    // Lets the last word out.
    const cancel = this.#clock.after(CLOSE_MS, () => this.#socket.terminate())
    this.#socket.once('close', cancel)
    this.#socket.close()
  }

  async #wait(timeoutMs: number): Promise<void> {
    const reader = deferred<void>()
    this.#reader = reader
    const cancel = this.#clock.after(timeoutMs, () => {
      this.#break(new Error(`nothing came for ${timeoutMs} ms`))
      this.#socket.terminate()
    })
    await reader.promise
    cancel()
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#broken !== null) return
    if (!isBinary || this.#frames.length >= WAITING_FRAMES_MAX) {
      this.#break(new Error('the peer sent what it may not'))
      this.#socket.terminate()
      return
    }
    this.#frames.push(data)
    this.#wake()
  }

  #break(error: Error): void {
    this.#broken ??= error
    this.#wake()
  }

  #wake(): void {
    this.#reader?.resolve()
    this.#reader = null
  }
}
