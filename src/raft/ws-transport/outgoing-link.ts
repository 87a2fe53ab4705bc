// Our connection to one peer: dials until it stands, puts what is handed over together into one frame, notices its end.
import type { WebSocket } from 'ws'
import type { Message } from '../core/index.js'
import type { PeerAddress } from '../ports.js'
import { dialPeer } from './dial.js'
import { encodeFrame, type FrameItem } from './frame-codec.js'
import { writeAnnouncement } from './handshake.js'
import type { NodeIdentity } from './identity.js'
import { FRAME_ITEMS_MAX } from './limits.js'
import { closeGently, type LinkContext } from './link-context.js'
import { encodeMessage } from './message-codec.js'
import type { PeerTraffic } from './peer-traffic.js'

export const MESSAGES_CHANNEL = 'messages'

export type OutgoingLinkEvents = {
  readonly onOpen: (peer: NodeIdentity) => void
  readonly onBroken: () => void
  /** The peer answered a ping. */
  readonly onAlive: () => void
}

/** Bytes that an item takes beside its binary part, at most: a snapshot's member lists are the largest. */
const ITEM_OVERHEAD_BYTES = 64
const NUMBER_BYTES = 9

export class OutgoingLink {
  readonly address: PeerAddress
  readonly #context: LinkContext
  readonly #events: OutgoingLinkEvents
  readonly #traffic: PeerTraffic
  #socket: WebSocket | null = null
  #openedMs = 0
  #cancelDial: (() => void) | null = null
  #cancelRetry: (() => void) | null = null
  #attempts = 0
  #closed = false
  #items: FrameItem[] = []
  #itemBytes = 0
  #pingsMissed = 0

  constructor(
    peer: { readonly address: PeerAddress; readonly traffic: PeerTraffic },
    context: LinkContext,
    events: OutgoingLinkEvents,
  ) {
    this.address = peer.address
    this.#traffic = peer.traffic
    this.#context = context
    this.#events = events
  }

  get isOpen(): boolean {
    return this.#socket !== null
  }

  /** Dials now unless a link or a dial is there already; a pending retry is brought forward. */
  dial(): void {
    if (this.#closed || this.#socket !== null || this.#cancelDial !== null) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    const { limits } = this.#context
    const target = {
      ...this.address,
      channel: MESSAGES_CHANNEL,
      frameBytesMax: limits.handshakeBytesMax,
    }
    try {
      this.#cancelDial = dialPeer(this.#context, target, {
        onOpen: (socket, peer) => this.#open(socket, peer),
        onFailed: reason => this.#retry(reason),
      })
    } catch (error) {
      this.#retry(error instanceof Error ? error.message : String(error))
    }
  }

  sendMessages(messages: readonly Message[]): void {
    for (const message of messages) {
      const wire = this.#socket === null ? null : encodeMessage(message)
      this.#add(wire, wire === null ? 0 : wireBytes(wire))
    }
    // At once: what the driver does next, an apply most of all, would hold up the others for as long as it takes.
    this.#flush()
  }

  sendApplication(frame: Uint8Array): void {
    this.#add(this.#socket === null ? null : frame, frame.byteLength + ITEM_OVERHEAD_BYTES)
  }

  announce(identity: NodeIdentity): void {
    this.#flush()
    this.#socket?.send(writeAnnouncement(identity))
  }

  /** Asks the peer whether it is there; `onAlive` says so. */
  probe(): void {
    this.#socket?.ping()
  }

  /** Called every `pingMs`. Missed pings are counted, not milliseconds: a stall of our own is not the peer's. */
  beat(): void {
    if (this.#socket === null) return
    this.#pingsMissed += 1
    if (this.#pingsMissed > this.#context.limits.pingsMissedMax) this.#socket.terminate()
    else this.#socket.ping()
  }

  /** Sends what was handed over, then closes for good; no event is given any more. */
  async close(): Promise<void> {
    this.#flush()
    this.#closed = true
    this.#cancelRetry?.()
    this.#cancelDial?.()
    this.#cancelDial = null
    const socket = this.#socket
    this.#socket = null
    if (socket !== null) await closeGently(socket, this.#context)
  }

  #open(socket: WebSocket, peer: NodeIdentity): void {
    const { clock, counters } = this.#context
    this.#cancelDial = null
    this.#socket = socket
    this.#openedMs = clock.monotonicMs()
    this.#pingsMissed = 0
    counters.linksOpened += 1
    socket.on('close', () => this.#broken(socket))
    socket.on('pong', () => {
      this.#pingsMissed = 0
      this.#traffic.heardMs = clock.monotonicMs()
      if (this.#socket === socket) this.#events.onAlive()
    })
    // Frames travel only from dialer to acceptor.
    socket.on('message', () => {
      counters.framesMalformed += 1
      socket.terminate()
    })
    // Ours may have changed while the handshake was under way.
    this.announce(this.#context.policy.self())
    this.#events.onOpen(peer)
  }

  #broken(socket: WebSocket): void {
    if (this.#socket !== socket) return
    const { clock, counters, limits } = this.#context
    this.#socket = null
    counters.itemsDropped += this.#items.length
    counters.linksBroken += 1
    this.#items = []
    this.#itemBytes = 0
    if (clock.monotonicMs() - this.#openedMs >= limits.backoffResetMs) this.#attempts = 0
    this.#events.onBroken()
    this.#retry('the link broke')
  }

  #retry(reason: string): void {
    this.#cancelDial = null
    if (this.#closed || this.#cancelRetry !== null) return
    const { limits, clock, random, log } = this.#context
    const ceilingMs = Math.min(limits.backoffMaxMs, limits.backoffMinMs * 2 ** this.#attempts)
    // Half fixed, half chance: two nodes that lost one another do not keep dialing in step.
    const retryMs = Math.max(limits.backoffMinMs, (ceilingMs / 2) * (1 + random()))
    this.#attempts += 1
    log.debug({ peer: this.address, reason, retryMs }, 'peer unreachable')
    this.#cancelRetry = clock.after(retryMs, () => {
      this.#cancelRetry = null
      this.dial()
    })
  }

  #add(item: FrameItem | null, bytes: number): void {
    const { limits, counters, log } = this.#context
    if (item === null || bytes > limits.frameBytesMax - ITEM_OVERHEAD_BYTES) {
      counters.itemsDropped += 1
      if (item !== null)
        log.error({ peer: this.address.nodeId, bytes }, 'larger than a frame, dropped')
      return
    }
    if (this.#itemBytes + bytes > limits.frameBytesMax - ITEM_OVERHEAD_BYTES) this.#flush()
    // For the gateway's frames the end of the turn is soon enough; they go with the driver's messages when there are any.
    if (this.#items.length === 0) queueMicrotask(() => this.#flush())
    this.#items.push(item)
    this.#itemBytes += bytes
    if (this.#itemBytes >= limits.frameBytesTarget || this.#items.length >= FRAME_ITEMS_MAX)
      this.#flush()
  }

  #flush(): void {
    const items = this.#items
    if (items.length === 0 || this.#socket === null) return
    const { counters, limits } = this.#context
    this.#items = []
    const bytes = this.#itemBytes
    this.#itemBytes = 0
    if (this.#socket.bufferedAmount + bytes > limits.queueBytesMax) {
      counters.itemsDropped += items.length
      return
    }
    const frame = encodeFrame(items)
    this.#socket.send(frame)
    counters.framesSent += 1
    counters.frameBytesSent += frame.byteLength
    counters.itemsSent += items.length
    this.#traffic.framesSent += 1
    this.#traffic.bytesSent += frame.byteLength
  }
}

/** At least what the encoded message takes, without encoding it twice. */
function wireBytes(wire: readonly unknown[]): number {
  let bytes = ITEM_OVERHEAD_BYTES
  for (const field of wire) {
    if (field instanceof Uint8Array) bytes += field.byteLength
    else if (Array.isArray(field)) bytes += field.length * NUMBER_BYTES
  }
  return bytes
}
