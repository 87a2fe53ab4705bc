// Where people reach this server from outside, for links that leave it.
import type { Call } from '../../call.js'
import { comesThroughProxy } from '../../client-address.js'

/** A name or address, and a port; no path and no user, so that a link made of it leads nowhere else. */
const HOST = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/

/** Without a slash at its end. The option, else as the client, or a trusted proxy for it, has called us. */
export function publicUrlOf(call: Call): string {
  const { publicUrl } = call.app.options
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, '')
  const isForwarded = comesThroughProxy(call)
  const scheme = isForwarded && lastOf(call.header('x-forwarded-proto')) === 'https' ? 's' : ''
  const named = (isForwarded ? lastOf(call.header('x-forwarded-host')) : '') || call.header('host')
  return `http${scheme}://${named !== undefined && HOST.test(named) ? named : localHost(call)}`
}

/** What the nearest proxy has added. */
function lastOf(list: string | undefined): string {
  return list?.split(',').at(-1)?.trim() ?? ''
}

function localHost({ request: { socket } }: Call): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = socket
  return localAddress.includes(':')
    ? `[${localAddress}]:${localPort}`
    : `${localAddress}:${localPort}`
}
