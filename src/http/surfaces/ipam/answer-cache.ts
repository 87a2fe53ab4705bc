// Answers that cost something, kept for whoever asks for the same once more (CONTRACT.md D-18): by query, user and applied index, so that
// a write is seen at once and nobody gets another one's answer.
import type { App } from '../../app.js'
import type { Call } from '../../call.js'

const ENTRIES_MAX = 256

type Kept = { readonly text: string; readonly madeMs: number }

export class AnswerCache {
  readonly #maxAgeMs: number
  /** Of each server; the one that was used last stands last. */
  readonly #kept = new WeakMap<App, Map<string, Kept>>()

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs
  }

  /** The caller has awaited a read. @param make is called when nothing is kept; what it throws is not kept */
  async answer(call: Call, query: unknown, make: () => Promise<string>): Promise<string> {
    const { app, caller } = call
    const kept = this.#keptOf(app)
    const key = JSON.stringify([app.store.appliedIndex(), caller?.user.id ?? null, query])
    const known = kept.get(key)
    kept.delete(key)
    if (known !== undefined && app.clock.monotonicMs() - known.madeMs < this.#maxAgeMs) {
      kept.set(key, known)
      return known.text
    }
    const madeMs = app.clock.monotonicMs()
    const text = await make()
    kept.set(key, { text, madeMs })
    for (const oldest of kept.keys()) {
      if (kept.size <= ENTRIES_MAX) break
      kept.delete(oldest)
    }
    return text
  }

  #keptOf(app: App): Map<string, Kept> {
    const known = this.#kept.get(app)
    if (known !== undefined) return known
    const made = new Map<string, Kept>()
    this.#kept.set(app, made)
    return made
  }
}
