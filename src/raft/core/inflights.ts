// The window of appends under way to one follower: first in, first out, bounded in messages and in bytes.
import type { Index } from './types.js'

export type InflightsOptions = { readonly messagesMax: number; readonly bytesMax: number }

export class Inflights {
  /** Last entry index of each message, ascending; those before `#head` are answered. */
  #lastIndexes: Index[] = []
  #sizes: number[] = []
  #head = 0
  #bytes = 0

  constructor(readonly options: InflightsOptions) {}

  get messageCount(): number {
    return this.#lastIndexes.length - this.#head
  }

  get bytes(): number {
    return this.#bytes
  }

  /** A window that has room may be overfilled in bytes by one message, or a large entry could never pass. */
  get full(): boolean {
    return this.messageCount >= this.options.messagesMax || this.#bytes >= this.options.bytesMax
  }

  add(lastIndex: Index, bytes: number): void {
    this.#lastIndexes.push(lastIndex)
    this.#sizes.push(bytes)
    this.#bytes += bytes
  }

  /** Frees every message whose entries are all at or below `index`. */
  freeTo(index: Index): void {
    while (this.#head < this.#lastIndexes.length && (this.#lastIndexes[this.#head] ?? 0) <= index) {
      this.#bytes -= this.#sizes[this.#head] ?? 0
      this.#head++
    }
    if (this.#head === this.#lastIndexes.length) this.clear()
    else if (this.#head >= this.options.messagesMax) this.#forgetAnswered()
  }

  clear(): void {
    this.#lastIndexes = []
    this.#sizes = []
    this.#head = 0
    this.#bytes = 0
  }

  #forgetAnswered(): void {
    this.#lastIndexes = this.#lastIndexes.slice(this.#head)
    this.#sizes = this.#sizes.slice(this.#head)
    this.#head = 0
  }
}
