// A watch over WebSocket: the same JSON as the event stream, one message a Change; what the client says is not read.
import { type WebSocket, WebSocketServer } from 'ws'
import type { Call, Upgrade } from '../call.js'
import { countAnswer } from '../send.js'
import type { WatchSink } from './watcher.js'

/** A client with more than this unread is behind. */
const UNREAD_BYTES_MAX = 256 * 1024
/** Close codes: RFC 6455, 7.4.1; 4000–4999 are ours. */
const GOING_AWAY = 1001
const HISTORY_PRUNED = 4410
const SIGNED_OUT = 4401
const CLOSE_REASON_BYTES_MAX = 123

/** Clients have nothing to say here. */
const INBOUND_BYTES_MAX = 1024

const handshakes = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: INBOUND_BYTES_MAX,
})

/**
 * Completes the handshake and begins a watch on it; what `begin` throws is still answered as plain HTTP.
 * @param begin starts the watch on the sink that `open` gives; returns a function to call when the connection is gone
 */
export function acceptWebSocket(
  call: Call,
  { socket, head }: Upgrade,
  begin: (open: () => WatchSink | null) => () => void,
): void {
  const opened: WebSocket[] = []
  const gone = begin(() => {
    call.response.detachSocket(call.request.socket)
    handshakes.handleUpgrade(call.request, socket, head, webSocket => opened.push(webSocket))
    const [webSocket] = opened
    return webSocket === undefined ? null : openSink(webSocket)
  })
  const [webSocket] = opened
  countAnswer(call, webSocket === undefined ? 400 : 101)
  webSocket?.on('close', gone)
  // What is wrong is of no use to us; 'close' follows.
  webSocket?.on('error', () => undefined)
}

const closeCodes = {
  closing: GOING_AWAY,
  'history-pruned': HISTORY_PRUNED,
  'signed-out': SIGNED_OUT,
} as const

function openSink(socket: WebSocket): WatchSink {
  let heard = true
  socket.on('pong', () => {
    heard = true
  })
  return {
    write: (events, taken) => {
      for (const { json } of events.slice(0, -1)) socket.send(json)
      const last = events.at(-1)?.json ?? ''
      let behind = false
      socket.send(last, () => {
        if (behind) taken()
      })
      behind = socket.bufferedAmount > UNREAD_BYTES_MAX
      return !behind
    },
    heartbeat: () => {
      // Two heartbeats without a pong: the other end is gone, whatever TCP still believes.
      if (!heard) socket.terminate()
      heard = false
      socket.ping()
    },
    end: ({ code, message }) =>
      socket.close(closeCodes[code], message.slice(0, CLOSE_REASON_BYTES_MAX)),
    drop: () => socket.terminate(),
  }
}
