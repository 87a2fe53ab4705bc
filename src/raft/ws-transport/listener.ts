// Listens for peers and brings strangers through the handshake, with a bound on how many, how long and how much.
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { AcceptorHandshake, type Channel, type HandshakeStep } from './handshake.js'
import type { NodeIdentity } from './identity.js'
import { closeGently, type LinkContext } from './link-context.js'

/** `port` 0 lets the system choose; `PeerListener.addresses` tells which. */
export type ListenAddress = { readonly host: string; readonly port: number }

export type OnAuthenticated = (socket: WebSocket, peer: NodeIdentity, channel: Channel) => void

const HEADER_BYTES_MAX = 8 * 1024

export class PeerListener {
  readonly #context: LinkContext
  readonly #onAuthenticated: OnAuthenticated
  readonly #upgrader: WebSocketServer
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  /** Accepted and not yet through the handshake, oldest first, with what cancels their deadline. */
  readonly #strangers = new Map<Socket, () => void>()

  constructor(context: LinkContext, onAuthenticated: OnAuthenticated) {
    this.#context = context
    this.#onAuthenticated = onAuthenticated
    this.#upgrader = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: context.limits.frameBytesMax,
    })
  }

  /** @throws when one of the addresses cannot be listened on; none is then */
  async listen(addresses: readonly ListenAddress[]): Promise<void> {
    try {
      for (const address of addresses) await this.#listen(address)
    } catch (error) {
      await this.close(Promise.resolve())
      throw error
    }
  }

  get addresses(): readonly ListenAddress[] {
    return this.#servers.map(server => {
      const { address, port } = server.address() as AddressInfo
      return { host: address, port }
    })
  }

  /** Accepts nothing more, and once `flushed` is done destroys every connection that it has accepted. */
  async close(flushed: Promise<unknown>): Promise<void> {
    const servers = this.#servers.splice(0)
    const closed = servers.map(
      server => new Promise<void>(resolve => server.close(() => resolve())),
    )
    await flushed
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  async #listen({ host, port }: ListenAddress): Promise<void> {
    const { limits, log, tls } = this.#context
    const options = { maxHeaderSize: HEADER_BYTES_MAX, noDelay: true }
    const certificates = {
      ...tls,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3' as const,
      handshakeTimeout: limits.handshakeMs,
    }
    const server =
      tls === null ? createServer(options) : createTlsServer({ ...options, ...certificates })
    server.maxConnections = limits.acceptedMax
    server.on('connection', (socket: Socket) => this.#keep(socket))
    server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) =>
      this.#admit(socket),
    )
    server.on('tlsClientError', error => {
      this.#context.counters.strangersClosed += 1
      this.#context.refusals.tlsFailed(error.message)
    })
    server.on('clientError', (_, socket) => socket.destroy())
    server.on('request', (_, response) => {
      response.writeHead(426, { connection: 'close' }).end('This is a peer port of ipam.\n')
    })
    server.on('upgrade', (request, socket, head) => {
      this.#upgrader.handleUpgrade(request, socket, head, ws => this.#greet(ws, socket as Socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        server.on('error', error => log.error({ error: error.message }, 'peer port failed'))
        resolve()
      })
    })
    this.#servers.push(server)
  }

  /** Remembers the connection, so that closing the listener ends it. */
  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }

  /** From here on the connection has a deadline, and is the first to go when too many others come. */
  #admit(socket: Socket): void {
    const { clock, limits, counters } = this.#context
    const turnAway = (stranger: Socket) => {
      counters.strangersClosed += 1
      stranger.destroy()
    }
    const oldest = this.#strangers.keys().next().value
    if (oldest !== undefined && this.#strangers.size >= limits.unauthenticatedMax) turnAway(oldest)
    this.#strangers.set(
      socket,
      clock.after(limits.handshakeMs, () => turnAway(socket)),
    )
    socket.on('close', () => this.#release(socket))
    socket.on('error', () => socket.destroy())
  }

  #release(socket: Socket): void {
    this.#strangers.get(socket)?.()
    this.#strangers.delete(socket)
  }

  #greet(ws: WebSocket, socket: Socket): void {
    const { limits, counters } = this.#context
    let bytesLeft = limits.handshakeBytesMax
    const count = (chunk: Buffer) => {
      bytesLeft -= chunk.byteLength
      if (bytesLeft >= 0) return
      counters.strangersClosed += 1
      socket.destroy()
    }
    socket.on('data', count)
    // Kept for life: an 'error' without a listener would end the process; 'close' follows and tells the owner.
    ws.on('error', error => this.#broke(error, socket))
    const handshake = new AcceptorHandshake(this.#context)
    const onMessage = (data: Buffer, isBinary: boolean) => {
      const step = handshake.receive(isBinary ? '' : data.toString())
      if (step.type !== 'done') return this.#proceed(ws, socket, step, onMessage)
      ws.off('message', onMessage)
      // Removed is not enough: the chunk that holds the last handshake frame, and perhaps a great deal more of
      // what comes after it, is still given to every listener there was.
      bytesLeft = Number.POSITIVE_INFINITY
      socket.off('data', count)
      this.#release(socket)
      this.#onAuthenticated(ws, step.peer, step.channel)
    }
    ws.on('message', onMessage)
    ws.send(handshake.challenge)
  }

  #proceed(
    ws: WebSocket,
    socket: Socket,
    step: Exclude<HandshakeStep, { type: 'done' }>,
    onMessage: (data: Buffer, isBinary: boolean) => void,
  ): void {
    if (step.send !== null) ws.send(step.send)
    if (step.type === 'continue') return
    const { counters, refusals, policy } = this.#context
    const { refusal, by, peer } = step
    ws.off('message', onMessage)
    closeGently(ws, this.#context)
    counters.handshakesRefused += 1
    const name = peer === null ? (socket.remoteAddress ?? 'unknown') : `node ${peer.nodeId}`
    refusals.report({ refusal, by, direction: 'accepted', peer: name })
    if (peer !== null) policy.refused(peer, refusal, by)
  }

  #broke(error: Error & { readonly code?: string }, socket: Socket): void {
    const { counters, log } = this.#context
    if (!error.code?.startsWith('WS_ERR')) return
    counters.framesMalformed += 1
    log.warn(
      { peer: socket.remoteAddress, reason: error.message },
      'malformed frame, connection closed',
    )
  }
}
