// What a node answers over HTTP before it is a member of a cluster: it is alive, and everything else is 503.
import { createServer, type ServerResponse } from 'node:http'
import type { HostPort } from '../config/index.js'

export type WaitingRoom = { close(): Promise<void> }

const RETRY_AFTER_SECONDS = 1

/** @param reason why the node is not in service, as a clause. */
export async function openWaitingRoom(
  addresses: readonly HostPort[],
  reason: () => string,
): Promise<WaitingRoom> {
  const servers = await Promise.all(
    addresses.map(async ({ host, port }) => {
      const server = createServer(
        { headersTimeout: 10_000, requestTimeout: 10_000 },
        (request, response) => {
          request.resume()
          answer(request.url ?? '/', response, reason())
        },
      )
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, resolve)
      })
      return server
    }),
  )
  return {
    async close() {
      const open = servers.splice(0)
      await Promise.all(
        open.map(server => {
          const closed = new Promise(resolve => server.close(resolve))
          server.closeAllConnections()
          return closed
        }),
      )
    },
  }
}

function answer(url: string, response: ServerResponse, reason: string): void {
  if (url === '/livez') {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('[+]process ok\n')
    return
  }
  response.setHeader('retry-after', RETRY_AFTER_SECONDS)
  if (url === '/readyz') {
    response.writeHead(503, { 'content-type': 'text/plain' }).end(`[-]node ${reason}\n`)
    return
  }
  const body = { error: `this node is not in service: ${reason}`, code: 503, outcome: 'known' }
  response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
