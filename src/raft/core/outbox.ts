// What a node wants done since it was last asked: messages for now, promises for after the next Write, answers to reads.
import type { Message, ReadState } from './types.js'

const nothing: readonly never[] = []

export class Outbox {
  #messages: Message[] = []
  #promises: Message[] = []
  #readStates: ReadState[] = []

  get hasMessages(): boolean {
    return this.#messages.length > 0
  }

  get hasPromises(): boolean {
    return this.#promises.length > 0
  }

  get hasReadStates(): boolean {
    return this.#readStates.length > 0
  }

  /** Goes at once. */
  send(message: Message): void {
    this.#messages.push(message)
  }

  /** Goes when everything known now is on disk. */
  promise(message: Message): void {
    const last = this.#promises.at(-1)
    // Of two acknowledgements in a row the higher says it all, and the leader has half the work.
    if (
      message.type === 'append-response' &&
      message.accepted &&
      last?.type === 'append-response' &&
      last.accepted &&
      last.to === message.to &&
      last.matchIndex <= message.matchIndex
    ) {
      this.#promises[this.#promises.length - 1] = message
      return
    }
    this.#promises.push(message)
  }

  answerRead(readState: ReadState): void {
    this.#readStates.push(readState)
  }

  /** Promises of an older term are void: what they promised may be overwritten before it was ever on disk. */
  dropPromises(): void {
    this.#promises = []
  }

  takeMessages(): readonly Message[] {
    if (this.#messages.length === 0) return nothing
    const messages = this.#messages
    this.#messages = []
    return messages
  }

  takePromises(): readonly Message[] {
    if (this.#promises.length === 0) return nothing
    const promises = this.#promises
    this.#promises = []
    return promises
  }

  takeReadStates(): readonly ReadState[] {
    if (this.#readStates.length === 0) return nothing
    const readStates = this.#readStates
    this.#readStates = []
    return readStates
  }
}
