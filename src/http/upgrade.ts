// Requests to upgrade the connection: WebSocket goes through the same pipeline as every request; anything else
// (Java's and curl's offers of HTTP/2) is served as the plain HTTP/1.1 request that it also is.
import { type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Call, RoutedRequest, Upgrade } from './call.js'

export type ApiServer = Server<typeof RoutedRequest>

type Dispatch = (
  request: RoutedRequest,
  response: ServerResponse,
  prepare: (call: Call) => void,
) => void

/** @returns a handler for node:http's 'upgrade' event. */
export function createUpgrader(server: ApiServer, dispatch: Dispatch) {
  return (request: RoutedRequest, socket: Duplex, head: Buffer): void => {
    // Until someone else listens, a reset connection must not end the process.
    socket.on('error', () => socket.destroy())
    if (request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket')
      dispatchUpgrade(request, { socket, head }, dispatch)
    else servePlain(server, request, socket, head)
  }
}

function dispatchUpgrade(request: RoutedRequest, upgrade: Upgrade, dispatch: Dispatch): void {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(request.socket)
  // Node looks after the connection no more, and whoever is at its other end may never close it.
  response.once('finish', () => request.socket.destroySoon())
  dispatch(request, response, call => {
    call.upgrade = upgrade
  })
}

/** Node has taken its parser off the connection: put the request back without the offer, and begin again. */
function servePlain(server: ApiServer, request: RoutedRequest, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`]
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? ''
    if (!/^(upgrade|connection|http2-settings)$/i.test(name))
      lines.push(`${name}: ${request.rawHeaders[at + 1]}`)
  }
  const text = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  socket.removeAllListeners('error')
  socket.unshift(Buffer.concat([text, head]))
  server.emit('connection', socket)
}
