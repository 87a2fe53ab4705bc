// What was opened, closed in reverse: each part goes before the ones it stands on.
import type { Log } from '../raft/index.js'

export class Closing {
  readonly #steps: { readonly name: string; readonly close: () => Promise<void> | void }[] = []
  #closed: Promise<void> | null = null

  add(name: string, close: () => Promise<void> | void): void {
    this.#steps.push({ name, close })
  }

  /** Runs once; a part that fails to close is told and does not keep the others open. */
  run(log: Log): Promise<void> {
    this.#closed ??= this.#run(log)
    return this.#closed
  }

  async #run(log: Log): Promise<void> {
    for (const { name, close } of this.#steps.reverse()) {
      try {
        await close()
      } catch (error) {
        log.warn({ part: name, error: String(error) }, 'a part of the node did not close cleanly')
      }
    }
  }
}
