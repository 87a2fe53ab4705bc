// Where a request comes from: the other end of its connection, or whom a trusted proxy says it has it from.
import type { Call } from './call.js'

/** IPv4 in its own notation; null when the connection is gone. */
export function clientAddressOf({ app, request }: Call): string | null {
  const peer = unmapped(request.socket.remoteAddress ?? null)
  const forwarded = app.proxies === null ? undefined : request.headers['x-forwarded-for']
  if (peer === null || app.proxies === null || forwarded === undefined) return peer
  return unmapped(app.proxies.clientBehind(peer, String(forwarded)))
}

/** Whether the other end of the connection is a trusted proxy. */
export function comesThroughProxy({ app, request }: Call): boolean {
  const peer = unmapped(request.socket.remoteAddress ?? null)
  return peer !== null && app.proxies?.trusts(peer) === true
}

/** How a dual-stack socket, here or of a proxy, names an IPv4 client (RFC 4291, 2.5.5.2) is undone. */
function unmapped(address: string | null): string | null {
  return address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}
