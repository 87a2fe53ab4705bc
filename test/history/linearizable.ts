// Whether a history is linearizable: is there an order of its operations, true to real time, that one machine would answer so?
// After Wing and Gong's search with Lowe's memoization ("Testing for linearizability", 2017), a network at a time.
import { AddressModel, type Undo } from './address-model.js'
import {
  describe,
  type History,
  type NetworkRange,
  type Operation,
  type Verdict,
} from './operation.js'

/** Steps after which a search is given up; a true history of n operations takes little more than n. */
const STEPS_MAX = 2_000_000
const SHOWN_MAX = 8

/** Networks share nothing, so each is searched alone (locality: Herlihy and Wing, 1990). */
export function checkLinearizable(history: History, stepsMax = STEPS_MAX): Verdict {
  const faults: string[] = []
  let undecided = false
  for (const range of history.networks) {
    const operations = history.operations.filter(({ network }) => network === range.network)
    const result = new Search(range, operations).run(stepsMax)
    if (result === 'undecided') undecided = true
    else if (result !== null) faults.push(`${range.network}: ${result}`)
  }
  const known = new Set(history.networks.map(({ network }) => network))
  for (const { network } of history.operations) {
    if (!known.has(network)) faults.push(`${network} is not described`)
  }
  return { faults: [...new Set(faults)], undecided }
}

/** One place in the search: what may come next, and what was tried here. */
type Frame = {
  readonly candidates: readonly number[]
  next: number
  applied: { readonly position: number; readonly undo: Undo } | null
  /** Below it everything is in the order already. */
  readonly first: number
}

class Search {
  readonly #model: AddressModel
  /** By the time they were asked; answered ones first, then those whose outcome is unknown. */
  readonly #operations: readonly Operation[]
  readonly #answeredCount: number
  readonly #placed: boolean[]
  #placedAnswered = 0
  /** What unknown operations did so far, in order: with the set of placed ones it says all of the state. */
  readonly #guesses: string[] = []
  readonly #seen = new Set<string>()
  #deepest: { readonly count: number; readonly candidates: readonly number[] } = {
    count: -1,
    candidates: [],
  }

  constructor(range: NetworkRange, operations: readonly Operation[]) {
    const inOrder = [...operations].sort((a, b) => a.from - b.from)
    const answered = inOrder.filter(({ outcome }) => outcome !== 'unknown')
    // A question without an answer changes nothing and says nothing.
    const unknown = inOrder.filter(
      ({ outcome, op }) => outcome === 'unknown' && (op === 'allocate' || op === 'release'),
    )
    this.#model = new AddressModel(range)
    this.#operations = [...answered, ...unknown]
    this.#answeredCount = answered.length
    this.#placed = this.#operations.map(() => false)
  }

  /** @returns null when there is an order, else why there is none */
  run(stepsMax: number): string | 'undecided' | null {
    const frames: Frame[] = [this.#frame(0)]
    for (let step = 0; step < stepsMax; step++) {
      if (this.#placedAnswered === this.#answeredCount) return null
      const frame = frames.at(-1)
      if (frame === undefined) return this.#explain()
      this.#takeBack(frame)
      const position = frame.candidates[frame.next++]
      if (position === undefined) frames.pop()
      else if (this.#place(frame, position)) frames.push(this.#frame(frame.first))
    }
    return 'undecided'
  }

  #place(frame: Frame, position: number): boolean {
    const operation = this.#at(position)
    const taken = this.#model.lowestFree()
    const undo = this.#model.apply(operation)
    if (undo === null) return false
    this.#placed[position] = true
    if (position < this.#answeredCount) this.#placedAnswered++
    else this.#guesses.push(operation.op === 'allocate' ? `${position}=${taken}` : `${position}`)
    frame.applied = { position, undo }
    const key = this.#key(frame.first)
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  #takeBack(frame: Frame): void {
    if (frame.applied === null) return
    const { position, undo } = frame.applied
    undo()
    this.#placed[position] = false
    if (position < this.#answeredCount) this.#placedAnswered--
    else this.#guesses.pop()
    frame.applied = null
  }

  /**
   * Whatever began before the first of the others had ended may come next; guesses last, for most never happened. The
   * order of revisions is tried first: it decides nothing, and is the right one where the server tells the truth.
   */
  #frame(from: number): Frame {
    let first = from
    while (first < this.#answeredCount && this.#placed[first]) first++
    const candidates: number[] = []
    let firstEnd = Number.POSITIVE_INFINITY
    for (let position = first; position < this.#answeredCount; position++) {
      const operation = this.#at(position)
      if (operation.from > firstEnd) break
      if (this.#placed[position]) continue
      candidates.push(position)
      firstEnd = Math.min(firstEnd, operation.to ?? Number.POSITIVE_INFINITY)
    }
    const possible = candidates
      .filter(position => this.#at(position).from <= firstEnd)
      .sort((a, b) => this.#revision(a) - this.#revision(b))
    for (let position = this.#answeredCount; position < this.#operations.length; position++) {
      if (this.#at(position).from > firstEnd) break
      if (!this.#placed[position]) possible.push(position)
    }
    if (this.#placedAnswered > this.#deepest.count) {
      this.#deepest = { count: this.#placedAnswered, candidates: possible }
    }
    return { candidates: possible, next: 0, applied: null, first }
  }

  /** Exact, and short: what is placed beyond the first that is not, and what was guessed. */
  #key(from: number): string {
    let first = from
    while (first < this.#answeredCount && this.#placed[first]) first++
    const beyond: number[] = []
    for (let position = first + 1; position < this.#answeredCount; position++) {
      if (beyond.length + first === this.#placedAnswered) break
      if (this.#placed[position]) beyond.push(position - first)
    }
    return `${first}:${beyond}:${[...this.#guesses].sort()}`
  }

  #revision(position: number): number {
    return this.#at(position).revision ?? 0
  }

  #at(position: number): Operation {
    return this.#operations[position] as Operation
  }

  #explain(): string {
    const { count, candidates } = this.#deepest
    const shown = candidates.slice(0, SHOWN_MAX).map(position => describe(this.#at(position)))
    return [
      `no order explains more than ${count} of ${this.#answeredCount} answers; then none of these fits:`,
      ...shown,
    ].join('\n    ')
  }
}
