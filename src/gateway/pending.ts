// Commands that this node has taken and whose outcome it still awaits, in sequence order.
import type { Outcome } from '../ledger/index.js'
import { type Deferred, deferred } from '../lib/index.js'

export type PendingCommand = {
  readonly sequence: number
  readonly bytes: Uint8Array
  /** Of the command: older programs cannot apply it. */
  readonly version: number
  /** Monotonic ms after which nobody waits any more. */
  readonly deadlineMs: number
  readonly answer: Deferred<Outcome>
  /** How often it was handed to a leader; 0 = certainly in no log. */
  handed: number
  /** Monotonic ms at which it is handed over again unless its outcome is known. */
  resendAtMs: number
}

export class PendingCommands {
  readonly #bySequence = new Map<number, PendingCommand>()

  get size(): number {
    return this.#bySequence.size
  }

  /** Lowest sequence still awaited, or `next` when none is. A Map keeps insertion order, and sequences only rise. */
  awaitedFrom(next: number): number {
    const first = this.#bySequence.keys().next()
    return first.done === true ? next : first.value
  }

  add(
    sequence: number,
    { bytes, version, deadlineMs }: Pick<PendingCommand, 'bytes' | 'version' | 'deadlineMs'>,
  ): PendingCommand {
    const command: PendingCommand = {
      sequence,
      bytes,
      version,
      deadlineMs,
      answer: deferred<Outcome>(),
      handed: 0,
      resendAtMs: 0,
    }
    this.#bySequence.set(sequence, command)
    return command
  }

  get(sequence: number): PendingCommand | undefined {
    return this.#bySequence.get(sequence)
  }

  /** Whether its outcome is still awaited. */
  has(command: PendingCommand): boolean {
    return this.#bySequence.has(command.sequence)
  }

  all(): IterableIterator<PendingCommand> {
    return this.#bySequence.values()
  }

  resolve(sequence: number, outcome: Outcome): void {
    const command = this.#bySequence.get(sequence)
    if (command === undefined) return
    this.#bySequence.delete(sequence)
    command.answer.resolve(outcome)
  }

  reject(command: PendingCommand, error: Error): void {
    if (this.#bySequence.delete(command.sequence)) command.answer.reject(error)
  }
}
