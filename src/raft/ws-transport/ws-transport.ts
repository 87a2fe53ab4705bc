// Transport over WebSockets: for each peer one connection that we dial and send on, and one that it dials and we read.
import type { WebSocket } from 'ws'
import { assert } from '../../lib/index.js'
import type { Message, NodeId } from '../core/index.js'
import type { Clock, Log, PeerAddress, Random, Transport, TransportHandlers } from '../ports.js'
import { newCounters, type TransportCounters } from './counters.js'
import { dialPeer } from './dial.js'
import type { Channel } from './handshake.js'
import type { NodeIdentity } from './identity.js'
import { IncomingLink } from './incoming-link.js'
import { LINK_LIMITS, type LinkLimits } from './limits.js'
import type { LinkContext, PeerTls } from './link-context.js'
import { type ListenAddress, PeerListener } from './listener.js'
import { MESSAGES_CHANNEL, OutgoingLink } from './outgoing-link.js'
import type { PeerPolicy } from './peer-policy.js'
import { newTraffic, type PeerTraffic } from './peer-traffic.js'
import { deriveLinkKey } from './proof.js'
import { RefusalLog } from './refusal-log.js'

export type WsTransportOptions = {
  readonly nodeId: NodeId
  readonly listen: readonly ListenAddress[]
  /** Known to every node of the cluster and to nobody else. */
  readonly secret: Uint8Array
  /** Without it the link is neither encrypted nor safe from someone on the path. */
  readonly tls?: PeerTls
  readonly limits?: Partial<LinkLimits>
}

export type WsTransportDependencies = {
  readonly policy: PeerPolicy
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** A connection of its own to an authenticated peer, for what must not stand in the way of messages. */
export type OnStream = (peer: NodeIdentity, channel: Channel, socket: WebSocket) => void

export type PeerLinkStatus = {
  readonly nodeId: NodeId
  readonly raftAddress: string
  /** We can send to it; it can send to us. */
  readonly outgoing: boolean
  readonly incoming: boolean
}

type Peer = { readonly link: OutgoingLink; reported: boolean }

/** One peer of the address book, as metrics show it. */
export type PeerLinkTraffic = Readonly<PeerTraffic> & { readonly connected: boolean }

export class WsTransport implements Transport {
  /** Set before start when streams are accepted; without it they are closed. */
  onStream: OnStream | null = null
  readonly #options: WsTransportOptions
  readonly #context: LinkContext
  readonly #listener: PeerListener
  readonly #peers = new Map<NodeId, Peer>()
  readonly #incoming = new Map<NodeId, IncomingLink>()
  /** Of peers, and of whoever has a link to us. */
  readonly #traffic = new Map<NodeId, PeerTraffic>()
  readonly #streamDials = new Set<() => void>()
  #state: 'new' | 'started' | 'closed' = 'new'
  #handlers: TransportHandlers = UNSET
  #cancelBeat: () => void = () => {}

  constructor(options: WsTransportOptions, dependencies: WsTransportDependencies) {
    assert(options.secret.byteLength > 0, 'a cluster of several nodes has a secret')
    const limits = { ...LINK_LIMITS, ...options.limits }
    this.#options = options
    this.#context = {
      ...dependencies,
      limits,
      key: deriveLinkKey(options.secret),
      tls: options.tls ?? null,
      counters: newCounters(),
      refusals: new RefusalLog(limits, dependencies),
    }
    this.#listener = new PeerListener(this.#context, (socket, peer, channel) =>
      this.#accept(socket, peer, channel),
    )
  }

  get handlers(): TransportHandlers {
    return this.#handlers
  }

  /**
   * Set before start. A node that had to wait for its cluster hands a running transport to its driver: the links
   * that stand then speak to the new handlers, and who is connected is said once more.
   */
  set handlers(handlers: TransportHandlers) {
    this.#handlers = handlers
    if (this.#state !== 'started') return
    // Not at once: whoever sets them may still be in its constructor.
    this.#context.clock.soon(() => {
      if (this.#handlers !== handlers || this.#state !== 'started') return
      for (const [nodeId, peer] of this.#peers)
        if (peer.reported) handlers.onPeer(nodeId, 'connected')
    })
  }

  /** Where it listens, with the ports that the system chose. */
  get addresses(): readonly ListenAddress[] {
    return this.#listener.addresses
  }

  get counters(): Readonly<TransportCounters> {
    return this.#context.counters
  }

  get links(): readonly PeerLinkStatus[] {
    return [...this.#peers].map(([nodeId, { link }]) => ({
      nodeId,
      raftAddress: link.address.raftAddress,
      outgoing: link.isOpen,
      incoming: this.#incoming.has(nodeId),
    }))
  }

  /** Peers of the address book only: who was removed is not counted any more. */
  get traffic(): readonly PeerLinkTraffic[] {
    return [...this.#peers].map(([nodeId, { reported }]) => {
      return { ...this.#trafficOf(nodeId), connected: reported }
    })
  }

  async start(): Promise<void> {
    assert(this.#state === 'new', 'a transport is started once')
    assert(this.#handlers !== UNSET, 'the handlers are set before the transport starts')
    await this.#listener.listen(this.#options.listen)
    this.#state = 'started'
    this.#beat()
    for (const { link } of this.#peers.values()) link.dial()
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    this.#cancelBeat()
    const links = [...[...this.#peers.values()].map(peer => peer.link), ...this.#incoming.values()]
    this.#peers.clear()
    this.#incoming.clear()
    for (const giveUp of this.#streamDials) giveUp()
    await this.#listener.close(Promise.all(links.map(link => link.close())))
  }

  setPeers(peers: readonly PeerAddress[]): void {
    if (this.#state === 'closed') return
    const wanted = new Map(peers.map(peer => [peer.nodeId, peer]))
    wanted.delete(this.#options.nodeId)
    for (const [nodeId, { link }] of this.#peers) {
      const address = wanted.get(nodeId)
      if (address?.raftAddress === link.address.raftAddress) wanted.delete(nodeId)
      else this.#drop(nodeId, address === undefined)
    }
    for (const address of wanted.values()) this.#add(address)
  }

  send(to: NodeId, messages: readonly Message[]): void {
    const peer = this.#peers.get(to)
    if (peer === undefined) this.#context.counters.itemsDropped += messages.length
    else peer.link.sendMessages(messages)
  }

  sendApplication(to: NodeId, frame: Uint8Array): void {
    const peer = this.#peers.get(to)
    if (peer === undefined) this.#context.counters.itemsDropped += 1
    else peer.link.sendApplication(frame)
  }

  /** Tells connected peers that what `policy.self()` answers has changed, and judges them anew. */
  announce(): void {
    const identity = this.#context.policy.self()
    for (const link of [...this.#incoming.values()]) link.judge()
    for (const { link } of this.#peers.values()) link.announce(identity)
  }

  /** Opens a stream to a peer of the address book. The caller owns the socket: its bounds, errors and end. */
  openStream(to: NodeId, channel: Channel): Promise<WebSocket> {
    const peer = this.#peers.get(to)
    if (peer === undefined) return Promise.reject(new Error(`no address is known for node ${to}`))
    const { frameBytesMax } = this.#context.limits
    const target = { ...peer.link.address, channel, frameBytesMax }
    return new Promise((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`no stream to node ${to}: ${reason}`))
      const cancel = dialPeer(this.#context, target, {
        onOpen: socket => {
          this.#streamDials.delete(giveUp)
          resolve(socket)
        },
        onFailed: reason => {
          this.#streamDials.delete(giveUp)
          fail(reason)
        },
      })
      const giveUp = () => {
        cancel()
        fail('the transport was closed')
      }
      this.#streamDials.add(giveUp)
    })
  }

  #add(address: PeerAddress): void {
    const { policy, log, refusals } = this.#context
    const { nodeId } = address
    const traffic = this.#trafficOf(nodeId)
    const link = new OutgoingLink({ address, traffic }, this.#context, {
      onOpen: identity => {
        log.info({ peer: nodeId, address: address.raftAddress }, 'peer connected')
        refusals.forget(`node ${nodeId}`)
        policy.accepted(identity)
        this.#report(nodeId, true)
      },
      onBroken: () => this.#lost(nodeId),
      onAlive: () => this.#report(nodeId, true),
    })
    this.#peers.set(nodeId, { link, reported: false })
    if (this.#state === 'started') link.dial()
  }

  /** @param gone also what it dialed is closed: it is no peer any more, not merely at another address */
  #drop(nodeId: NodeId, gone: boolean): void {
    this.#report(nodeId, false)
    const peer = this.#peers.get(nodeId)
    this.#peers.delete(nodeId)
    peer?.link.close()
    if (!gone) return
    this.#incoming.get(nodeId)?.close()
    this.#incoming.delete(nodeId)
    this.#traffic.delete(nodeId)
  }

  #trafficOf(nodeId: NodeId): PeerTraffic {
    let traffic = this.#traffic.get(nodeId)
    if (traffic === undefined) {
      traffic = newTraffic(nodeId)
      this.#traffic.set(nodeId, traffic)
    }
    return traffic
  }

  #lost(nodeId: NodeId): void {
    this.#context.policy.lost(nodeId)
    this.#report(nodeId, false)
  }

  #report(nodeId: NodeId, connected: boolean): void {
    const peer = this.#peers.get(nodeId)
    if (peer === undefined || peer.reported === connected || this.#state === 'closed') return
    if (connected && !peer.link.isOpen) return
    peer.reported = connected
    if (!connected) this.#context.log.info({ peer: nodeId }, 'peer disconnected')
    this.#handlers.onPeer(nodeId, connected ? 'connected' : 'disconnected')
  }

  #accept(socket: WebSocket, peer: NodeIdentity, channel: Channel): void {
    if (this.#state === 'closed') socket.terminate()
    else if (channel === MESSAGES_CHANNEL) this.#acceptMessages(socket, peer)
    else if (this.onStream === null) socket.terminate()
    else this.onStream(peer, channel, socket)
  }

  #acceptMessages(socket: WebSocket, peer: NodeIdentity): void {
    const { nodeId } = peer
    // Its earlier connection is dead, or its process is another one by now.
    if (this.#incoming.has(nodeId)) this.#incomingBroke(nodeId)
    const accepted = {
      socket,
      peer,
      self: this.#options.nodeId,
      traffic: this.#trafficOf(nodeId),
    }
    const link = new IncomingLink(accepted, this.#context, {
      // Looked up for each frame: a link may be older than the driver that hears it.
      onMessages: (from, messages) => this.#handlers.onMessages(from, messages),
      onApplication: (from, frame) => this.#handlers.onApplication(from, frame),
      onBroken: () => {
        if (this.#incoming.get(nodeId) === link) this.#incomingBroke(nodeId)
      },
    })
    this.#incoming.set(nodeId, link)
    this.#context.counters.linksOpened += 1
    this.#context.policy.accepted(peer)
    this.#peers.get(nodeId)?.link.dial()
  }

  /** The peer may be dead, and then our own link to it says so too; if it answers a ping it is connected again. */
  #incomingBroke(nodeId: NodeId): void {
    const link = this.#incoming.get(nodeId)
    this.#incoming.delete(nodeId)
    if (!this.#peers.has(nodeId)) this.#traffic.delete(nodeId)
    this.#context.counters.linksBroken += 1
    link?.close()
    this.#lost(nodeId)
    this.#peers.get(nodeId)?.link.probe()
  }

  #beat(): void {
    for (const { link } of this.#peers.values()) link.beat()
    for (const link of this.#incoming.values()) link.beat()
    const { clock, limits } = this.#context
    this.#cancelBeat = clock.after(limits.pingMs, () => this.#beat())
  }
}

function unset(): never {
  throw new Error('the handlers are set before the transport starts')
}
const UNSET: TransportHandlers = { onMessages: unset, onApplication: unset, onPeer: unset }
