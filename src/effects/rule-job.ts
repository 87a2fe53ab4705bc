// The leader's look at notification rules (document 001, 6): it says where to look, and the ledger decides, as with alerts. In slices with
// pauses between them, as there may be many rules and tens of thousands of regions.
import type { GatewayView } from '../gateway/index.js'
import { CROSSINGS_OF_REVIEW_MAX, type Crossing } from '../ledger/index.js'
import { crossingsToReview, type RuleReads } from './rule-crossings.js'
import { attempt, submitStep } from './step.js'

export type RuleJobOptions = {
  /** Between the end of a review and the beginning of the next, ms. */
  readonly everyMs: number
}

export type RuleJobDependencies = {
  readonly gateway: Pick<GatewayView, 'submit'>
  readonly isLeader: () => boolean
  /** Whether what time and history ask for is left undone (docs/decisions/0035). */
  readonly effectsOff: () => boolean
  readonly appliedIndex: () => number
  /** Asked for each time: a snapshot puts others in their place. */
  readonly reads: RuleReads
  readonly hasUser: (id: number) => boolean
  readonly clock: { after(delayMs: number, callback: () => void): () => void }
  readonly log: { warn(fields: object, message: string): void }
}

/** Rows that are looked at without a pause: a millisecond or two. */
const SLICE_ROWS = 200
const PAUSE_MS = 5

export class RuleJob {
  readonly #options: RuleJobOptions
  readonly #dependencies: RuleJobDependencies
  /** With what applied index a review came to its end with nothing to do. */
  #quietAtIndex = -1
  #cancel: () => void = () => {}
  #closed = false

  constructor(options: RuleJobOptions, dependencies: RuleJobDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#later()
  }

  /** What is under way ends at its next pause. */
  close(): void {
    this.#closed = true
    this.#cancel()
  }

  #later(): void {
    if (this.#closed) return
    const { clock, log } = this.#dependencies
    const warning = 'a review of notification rules was given up and is tried again'
    this.#cancel = clock.after(this.#options.everyMs, () => {
      void attempt(() => this.#review(), log, warning).finally(() => this.#later())
    })
  }

  #goesOn(): boolean {
    const { isLeader, effectsOff } = this.#dependencies
    return !this.#closed && isLeader() && !effectsOff()
  }

  async #review(): Promise<void> {
    const { reads, hasUser, appliedIndex } = this.#dependencies
    const index = appliedIndex()
    if (!this.#goesOn() || index === this.#quietAtIndex) return
    const proposed = await this.#proposeAll(crossingsToReview(reads, hasUser))
    if (proposed === 0) this.#quietAtIndex = index
  }

  /** @returns how many; null when it did not come to the end */
  async #proposeAll(crossings: Iterable<Crossing | null>): Promise<number | null> {
    let batch: Crossing[] = []
    let [rows, proposed] = [0, 0]
    for (const crossing of crossings) {
      if (crossing !== null) batch.push(crossing)
      if (batch.length === CROSSINGS_OF_REVIEW_MAX) {
        proposed += await this.#propose(batch)
        batch = []
      }
      rows += 1
      if (rows % SLICE_ROWS === 0) await this.#pause()
      if (!this.#goesOn()) return null
    }
    return proposed + (await this.#propose(batch))
  }

  async #propose(crossings: readonly Crossing[]): Promise<number> {
    if (crossings.length > 0)
      await submitStep(this.#dependencies.gateway, { type: 'rules.review', crossings })
    return crossings.length
  }

  #pause(): Promise<void> {
    return new Promise(resolve => void this.#dependencies.clock.after(PAUSE_MS, resolve))
  }
}
