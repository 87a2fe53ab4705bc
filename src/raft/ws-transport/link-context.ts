// What every part of the transport shares, and how a socket is closed without lingering.
import type { WebSocket } from 'ws'
import type { Clock, Log, Random } from '../ports.js'
import type { TransportCounters } from './counters.js'
import type { HandshakeContext } from './handshake.js'
import type { LinkLimits } from './limits.js'
import type { RefusalLog } from './refusal-log.js'

/** PEM texts. Both sides show a certificate that `ca` has signed. */
export type PeerTls = { readonly cert: string; readonly key: string; readonly ca: string }

export type LinkContext = HandshakeContext & {
  readonly limits: LinkLimits
  readonly tls: PeerTls | null
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly counters: TransportCounters
  readonly refusals: RefusalLog
}

const GOING_AWAY = 1001

/** Lets what is queued go out, says goodbye, and destroys the socket when the other side takes too long. */
export function closeGently(socket: WebSocket, { clock, limits }: LinkContext): Promise<void> {
  return new Promise(resolve => {
    if (socket.readyState === socket.CLOSED) return resolve()
    const cancel = clock.after(limits.closeMs, () => socket.terminate())
    socket.once('close', () => {
      cancel()
      resolve()
    })
    socket.close(GOING_AWAY)
  })
}
