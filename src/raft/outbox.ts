// Messages on their way out: one send for each peer, and the fields that only the sender's driver can fill.
import type { Index, Message, NodeId } from './core/index.js'
import type { Transport } from './ports.js'

export type OutboxDependencies = {
  readonly transport: Transport
  /** This node's wall clock. */
  readonly wallMs: () => number
  /** The leader's word on what every member holds. */
  readonly compactable: () => Index
}

export class Outbox {
  readonly #dependencies: OutboxDependencies
  readonly #byPeer = new Map<NodeId, Message[]>()
  #closed = false

  constructor(dependencies: OutboxDependencies) {
    this.#dependencies = dependencies
  }

  add(messages: readonly Message[]): void {
    if (this.#closed) return
    for (const message of messages) {
      const waiting = this.#byPeer.get(message.to)
      if (waiting === undefined) this.#byPeer.set(message.to, [message])
      else waiting.push(message)
    }
  }

  send(): void {
    for (const [peer, messages] of this.#byPeer)
      this.#dependencies.transport.send(
        peer,
        messages.map(message => this.#filled(message)),
      )
    this.#byPeer.clear()
  }

  /** What has not been sent never is. */
  close(): void {
    this.#closed = true
    this.#byPeer.clear()
  }

  #filled(message: Message): Message {
    switch (message.type) {
      case 'heartbeat':
        return { ...message, compactable: this.#dependencies.compactable() }
      case 'heartbeat-response':
      case 'vote-response':
        return { ...message, clockMs: Math.floor(this.#dependencies.wallMs()) }
      default:
        return message
    }
  }
}
