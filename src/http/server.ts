// The HTTP server: listens, keeps slow and idle clients within bounds, and closes without cutting what was begun.
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { ApiError } from './api-error.js'
import { App } from './app.js'
import { RoutedRequest } from './call.js'
import { createDispatcher } from './dispatcher.js'
import { Limits } from './limits/limits.js'
import { operationsSurface } from './operations/surface.js'
import type { HttpOptions } from './options.js'
import type { HttpDependencies } from './ports.js'
import { watchEvent } from './surfaces/core/history.js'
import { coreSurface } from './surfaces/core/surface.js'
import { ipamSurface } from './surfaces/ipam/surface.js'
import { officeSurface } from './surfaces/office/surface.js'
import { poolsSurface } from './surfaces/pools/surface.js'
import { Surfaces } from './surfaces.js'
import { type ApiServer, createUpgrader } from './upgrade.js'

/** How often slow connections are looked for. */
const CONNECTION_CHECK_MS = 1000
/** While closing: how often connections are looked for that have become idle. */
const SWEEP_MS = 50

export type HttpServer = {
  /** Resolves once every address is bound. @returns what was bound, in the order of the options */
  listen(): Promise<readonly AddressInfo[]>
  /** Says that it is not ready, and closes each connection as it is answered; all that comes is served as before. */
  drain(): void
  /** Stops accepting, answers what was begun, ends watches; cuts what is left after `closeTimeoutMs`. */
  close(): Promise<void>
}

export function createHttpServer(options: HttpOptions, dependencies: HttpDependencies): HttpServer {
  const app = new App(options, dependencies, watchEvent)
  const documented = [coreSurface, poolsSurface, ipamSurface, officeSurface]
  const limits = new Limits(options.limits, { clock: app.clock, limited: app.metrics.rateLimited })
  const surfaces = new Surfaces(
    [...documented, operationsSurface(documented, app.version, options.auth)],
    limits,
  )
  const dispatch = createDispatcher(app, surfaces)
  const servers = options.listen.map(() => createOne(app, dispatch))
  const unsubscribe = app.raft.onStatus(status => {
    app.leaderText = String(status.leaderId)
  })
  return {
    listen: async () => {
      app.leaderText = String(app.raft.status().leaderId)
      const bound: AddressInfo[] = []
      for (const [index, address] of options.listen.entries())
        bound.push(await listenOn(servers[index] as ApiServer, address))
      return bound
    },
    drain() {
      app.draining = true
    },
    close: async () => {
      app.draining = true
      const closing = servers.map(closeOne)
      app.watchHub.close()
      // Opened ahead of need and silent so far; node counts them as busy.
      for (const socket of app.sockets) if (socket.bytesRead === 0) socket.destroy()
      const stopSweeping = sweepIdle(app, servers)
      const cancel = app.clock.after(options.closeTimeoutMs, () => {
        app.log.warn({ waitedMs: options.closeTimeoutMs }, 'requests still running, cut')
        for (const server of servers) server.closeAllConnections()
      })
      await Promise.all(closing)
      cancel()
      stopSweeping()
      unsubscribe()
    },
  }
}

function createOne(app: App, dispatch: ReturnType<typeof createDispatcher>): ApiServer {
  const { options } = app
  const server = createServer({
    IncomingMessage: RoutedRequest,
    keepAlive: true,
    noDelay: true,
    maxHeaderSize: options.headerBytesMax,
    connectionsCheckingInterval: CONNECTION_CHECK_MS,
    keepAliveTimeout: options.keepAliveMs,
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    // Absence is answered in our own words.
    requireHostHeader: false,
  })
  server.timeout = options.stallMs
  server.maxConnections = options.connectionsMax
  server.maxHeadersCount = options.headersMax
  server.on('request', (request, response) => dispatch(request, response))
  server.on('upgrade', createUpgrader(server, dispatch))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseUnparsed(app, error, socket),
  )
  server.on('drop', () => app.metrics.connectionsDropped.inc())
  server.on('connection', (socket: Socket) => {
    // It begins again with every offer to upgrade that is passed over.
    if (app.sockets.has(socket)) return
    app.sockets.add(socket)
    app.metrics.connections.set(app.sockets.size)
    socket.once('close', () => {
      app.sockets.delete(socket)
      app.metrics.connections.set(app.sockets.size)
    })
  })
  return server
}

function listenOn(server: ApiServer, { host, port }: { host: string; port: number }) {
  return new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}

function closeOne(server: ApiServer): Promise<void> {
  return new Promise(resolve => {
    // An error means only that it never listened.
    server.close(() => resolve())
  })
}

/** Streams that were open when closing began leave connections that were promised to stay. */
function sweepIdle(app: App, servers: readonly ApiServer[]): () => void {
  let cancel: () => void = () => undefined
  const sweep = () => {
    for (const server of servers) server.closeIdleConnections()
    cancel = app.clock.after(SWEEP_MS, sweep)
  }
  sweep()
  return () => cancel()
}

const unparsed: { readonly [code: string]: readonly [number, string, string, string] } = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    'headers-too-large',
    'The request headers are too large.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    'Request Timeout',
    'request-timeout',
    'The request did not arrive in time.',
  ],
}

/** What node:http could not read as a request: there is no path, so the core surface's envelope it is. */
function refuseUnparsed(app: App, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, phrase, reason, message] = unparsed[error.code ?? ''] ?? [
    400,
    'Bad Request',
    'malformed-request',
    'The request is not valid HTTP.',
  ]
  const body = coreSurface.envelope(new ApiError(status, reason, message), 'en')
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    `IPAM-Node: ${app.cluster.nodeId}`,
    `IPAM-Leader: ${app.leaderText}`,
    `IPAM-Revision: ${app.store.appliedIndex()}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
