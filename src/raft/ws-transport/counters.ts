// What the transport counts about itself; metrics and tests read it.

export type TransportCounters = {
  framesSent: number
  frameBytesSent: number
  framesReceived: number
  frameBytesReceived: number
  /** Messages and application frames. */
  itemsSent: number
  itemsReceived: number
  /** Handed to `send` or `sendApplication` and not sent: no link, a full queue, or larger than a frame. */
  itemsDropped: number
  /** Frames that closed their connection. */
  framesMalformed: number
  handshakesRefused: number
  /** Connections closed before their handshake was done: too slow, too many, too talkative. */
  strangersClosed: number
  linksOpened: number
  linksBroken: number
}

export function newCounters(): TransportCounters {
  return {
    framesSent: 0,
    frameBytesSent: 0,
    framesReceived: 0,
    frameBytesReceived: 0,
    itemsSent: 0,
    itemsReceived: 0,
    itemsDropped: 0,
    framesMalformed: 0,
    handshakesRefused: 0,
    strangersClosed: 0,
    linksOpened: 0,
    linksBroken: 0,
  }
}
