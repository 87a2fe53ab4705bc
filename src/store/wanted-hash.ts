// The state's hash at one index that is still to come: the batch that holds it is cut there, and hashing begins before the next entry.
import { type Deferred, deferred } from '../lib/index.js'
import type { Index } from '../raft/index.js'
import type { StateHash } from './scan/state-hash.js'

/** Hashes what is applied now; null when that cannot begin at once. */
export type HashNow = () => Promise<StateHash> | null

export class WantedHash {
  #wanted: { readonly index: Index; readonly answer: Deferred<string | null> } | null = null

  /** The newest wish takes the place of the one before. @returns null when the index was not seen alone */
  at(index: Index, appliedIndex: Index, hashNow: HashNow): Promise<string | null> {
    this.giveUp()
    if (appliedIndex > index) return Promise.resolve(null)
    const answer = deferred<string | null>()
    this.#wanted = { index, answer }
    this.reached(appliedIndex, hashNow)
    return answer.promise
  }

  /** Of entries that are about to be applied, how many come first: up to the one that is wanted. */
  cut(entries: readonly { readonly index: Index }[]): number {
    const index = this.#wanted?.index
    const at = index === undefined ? -1 : entries.findIndex(entry => entry.index === index)
    return at === -1 ? entries.length : at + 1
  }

  /** To be called when that much is applied, before more is. */
  reached(appliedIndex: Index, hashNow: HashNow): void {
    const wanted = this.#wanted
    if (wanted === null || appliedIndex < wanted.index) return
    this.#wanted = null
    const hashing = appliedIndex === wanted.index ? hashNow() : null
    if (hashing === null) wanted.answer.resolve(null)
    else
      hashing.then(
        found => wanted.answer.resolve(found.appliedIndex === wanted.index ? found.hash : null),
        error => wanted.answer.reject(error),
      )
  }

  giveUp(): void {
    this.#wanted?.answer.resolve(null)
    this.#wanted = null
  }
}
