// Dials one peer once: TCP, TLS where configured, WebSocket, handshake, all within one deadline.
import { WebSocket } from 'ws'
import type { PeerAddress } from '../ports.js'
import { type Channel, DialerHandshake, type HandshakeStep } from './handshake.js'
import type { NodeIdentity } from './identity.js'
import { closeGently, type LinkContext } from './link-context.js'

export type DialTarget = PeerAddress & {
  readonly channel: Channel
  /** Largest frame that this side accepts once the handshake is done. */
  readonly frameBytesMax: number
}

/** Exactly one of the two is called, once, unless the dial is cancelled. */
export type DialCallbacks = {
  readonly onOpen: (socket: WebSocket, peer: NodeIdentity) => void
  readonly onFailed: (reason: string) => void
}

/**
 * @returns a function that gives up; neither callback is called then
 * @throws SyntaxError when the address is none
 */
export function dialPeer(
  context: LinkContext,
  target: DialTarget,
  callbacks: DialCallbacks,
): () => void {
  const { limits, clock } = context
  const socket = openSocket(context, target)
  let settled = false
  const settle = (callback: () => void) => {
    if (settled) return
    settled = true
    cancelDeadline()
    callback()
  }
  const fail = (reason: string) =>
    settle(() => {
      socket.terminate()
      callbacks.onFailed(reason)
    })
  const cancelDeadline = clock.after(limits.handshakeMs, () => fail('the handshake took too long'))
  const handshake = new DialerHandshake(context, {
    expected: target.nodeId,
    channel: target.channel,
  })
  // The socket keeps this listener for life: an 'error' without one would end the process.
  socket.on('error', error => fail(error.message))
  socket.on('close', () => fail('the connection was closed'))
  const onMessage = (data: Buffer, isBinary: boolean) => {
    if (isBinary) return fail('a frame came before the handshake was done')
    const step = handshake.receive(data.toString())
    if (step.type !== 'refused' && step.send !== null) socket.send(step.send)
    if (step.type === 'continue') return
    socket.off('message', onMessage)
    if (step.type === 'done') return settle(() => callbacks.onOpen(socket, step.peer))
    settle(() => {
      refused(context, target, socket, step)
      callbacks.onFailed(step.refusal.message)
    })
  }
  socket.on('message', onMessage)
  return () => settle(() => socket.terminate())
}

function openSocket({ limits, tls }: LinkContext, target: DialTarget): WebSocket {
  const scheme = tls === null ? 'ws' : 'wss'
  const certificates =
    tls === null ? {} : { cert: tls.cert, key: tls.key, ca: tls.ca, minVersion: 'TLSv1.3' as const }
  return new WebSocket(`${scheme}://${target.raftAddress}/`, {
    ...certificates,
    perMessageDeflate: false,
    maxPayload: target.frameBytesMax,
    handshakeTimeout: limits.handshakeMs,
    // Masking protects caches on the way from what a browser sends; between our own daemons it would only touch
    // every byte twice more. A mask of zeros is valid (RFC 6455, 5.3), and ws then skips the work: frames of 256
    // entries go five times as fast.
    generateMask: mask => mask.fill(0),
  })
}

function refused(
  context: LinkContext,
  target: DialTarget,
  socket: WebSocket,
  step: HandshakeStep & { type: 'refused' },
): void {
  if (step.send !== null) socket.send(step.send)
  closeGently(socket, context)
  const { refusal, by, peer } = step
  context.counters.handshakesRefused += 1
  context.refusals.report({ refusal, by, direction: 'dialed', peer: `node ${target.nodeId}` })
  if (peer !== null) context.policy.refused(peer, refusal, by)
}
