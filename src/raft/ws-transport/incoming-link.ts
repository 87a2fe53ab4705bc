// A peer's connection to us: reads its frames, and closes at the first one that is not understood.
import type { WebSocket } from 'ws'
import type { NodeId } from '../core/index.js'
import type { TransportHandlers } from '../ports.js'
import { decodeFrame, type FramePart } from './frame-codec.js'
import { readAnnouncement } from './handshake.js'
import type { NodeIdentity } from './identity.js'
import { closeGently, type LinkContext } from './link-context.js'
import { MalformedFrame } from './message-codec.js'
import { judgeCluster } from './peer-policy.js'
import type { PeerTraffic } from './peer-traffic.js'

export type IncomingLinkEvents = {
  readonly onBroken: () => void
} & Pick<TransportHandlers, 'onMessages' | 'onApplication'>

export class IncomingLink {
  #peer: NodeIdentity
  readonly #self: NodeId
  readonly #socket: WebSocket
  readonly #context: LinkContext
  readonly #events: IncomingLinkEvents
  readonly #traffic: PeerTraffic
  #beatsSilent = 0
  #closed = false
  /** False from the first frame that was not understood: terminated sockets still give what they hold. */
  #reading = true

  constructor(
    accepted: {
      readonly socket: WebSocket
      readonly peer: NodeIdentity
      readonly self: NodeId
      readonly traffic: PeerTraffic
    },
    context: LinkContext,
    events: IncomingLinkEvents,
  ) {
    this.#peer = accepted.peer
    this.#self = accepted.self
    this.#socket = accepted.socket
    this.#traffic = accepted.traffic
    this.#context = context
    this.#events = events
    this.#socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary))
    this.#socket.on('ping', () => {
      this.#beatsSilent = 0
    })
    this.#socket.on('close', () => {
      if (!this.#closed) this.#events.onBroken()
      this.#closed = true
    })
  }

  /** Called every `pingMs`. The peer pings as often: silence through several beats is a dead link. */
  beat(): void {
    this.#beatsSilent += 1
    if (this.#beatsSilent > this.#context.limits.pingsMissedMax) this.#socket.terminate()
  }

  /** Asks the policy anew, and closes when it refuses. @returns whether the peer may stay */
  judge(): boolean {
    const { policy, refusals } = this.#context
    const peer = this.#peer
    const refusal = judgeCluster(policy.self(), peer) ?? policy.judge(peer)
    if (refusal === null) return true
    refusals.report({ refusal, by: 'us', direction: 'accepted', peer: `node ${peer.nodeId}` })
    policy.refused(peer, refusal, 'us')
    this.#cutOff()
    return false
  }

  /** Nothing that is still in the socket is read any more, and `onBroken` is not called. */
  async close(): Promise<void> {
    this.#closed = true
    await closeGently(this.#socket, this.#context)
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#closed || !this.#reading) return
    const { counters, clock } = this.#context
    this.#beatsSilent = 0
    this.#traffic.heardMs = clock.monotonicMs()
    counters.framesReceived += 1
    counters.frameBytesReceived += data.byteLength
    if (!isBinary) {
      this.#hearAnnouncement(data.toString())
      return
    }
    this.#traffic.framesReceived += 1
    this.#traffic.bytesReceived += data.byteLength
    this.#deliver(this.#decode(data))
  }

  #deliver(parts: readonly FramePart[]): void {
    const { counters } = this.#context
    for (const part of parts) {
      if (this.#closed || !this.#reading) return
      if (part.type === 'messages') {
        counters.itemsReceived += part.messages.length
        this.#events.onMessages(this.#peer.nodeId, part.messages)
      } else {
        counters.itemsReceived += 1
        this.#events.onApplication(this.#peer.nodeId, part.frame)
      }
    }
  }

  #decode(data: Buffer): readonly FramePart[] {
    try {
      return decodeFrame(data, { from: this.#peer.nodeId, to: this.#self })
    } catch (error) {
      if (!(error instanceof MalformedFrame)) throw error
      this.#malformed(error.message)
      return []
    }
  }

  #hearAnnouncement(text: string): void {
    const { policy, limits } = this.#context
    const within = text.length <= limits.handshakeBytesMax
    const peer = within ? readAnnouncement(text, this.#peer) : null
    if (peer === null) {
      this.#malformed('an announcement was not understood')
      return
    }
    this.#peer = peer
    if (this.judge()) policy.accepted(peer)
  }

  #malformed(reason: string): void {
    const { counters, log } = this.#context
    counters.framesMalformed += 1
    log.warn({ peer: this.#peer.nodeId, reason }, 'malformed frame, connection closed')
    this.#cutOff()
  }

  #cutOff(): void {
    this.#reading = false
    this.#socket.terminate()
  }
}
