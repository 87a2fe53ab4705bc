// The transport of a node that has no peers: a Raft of one sends nothing.
import type { Transport, TransportHandlers } from '../raft/index.js'

export class LonelyTransport implements Transport {
  handlers: TransportHandlers = {
    onMessages: () => {},
    onApplication: () => {},
    onPeer: () => {},
  }

  setPeers(): void {}
  send(): void {}
  sendApplication(): void {}
  /** Tells peers that what we say of ourselves has changed. */
  announce(): void {}

  start(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
