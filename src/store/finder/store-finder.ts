// The finder of a store, whatever its state: one state's finder after another, as snapshots are installed. They share a
// file, so that the next one begins when the last has closed it.
import type { Allocation } from '../../ledger/index.js'
import { FinderBusyError } from '../finder-busy-error.js'
import type {
  AddressQuery,
  ChangeQuery,
  ChangeRow,
  DayCount,
  Finder,
  Found,
  HostQuery,
  Occupant,
  RegionDay,
  RegionDayQuery,
} from '../reads.js'
import type { DayQuery } from './messages.js'
import type { StateFinder } from './state-finder.js'

export class StoreFinder implements Finder {
  readonly #open: () => StateFinder
  #current: StateFinder | null = null
  #closing: Promise<void> = Promise.resolve()
  #isClosed = false

  /** @param open makes the finder of the state that there is then */
  constructor(open: () => StateFinder) {
    this.#open = open
  }

  async addresses(query: AddressQuery, signal: AbortSignal): Promise<Found<Occupant>> {
    return (await this.#finder()).addresses(query, signal)
  }

  async changes(query: ChangeQuery, signal: AbortSignal): Promise<Found<ChangeRow>> {
    return (await this.#finder()).changes(query, signal)
  }

  async days(query: DayQuery, signal: AbortSignal): Promise<readonly DayCount[]> {
    return (await this.#finder()).days(query, signal)
  }

  async hosts(query: HostQuery, signal: AbortSignal): Promise<Found<Allocation>> {
    return (await this.#finder()).hosts(query, signal)
  }

  async regionDays(query: RegionDayQuery, signal: AbortSignal): Promise<readonly RegionDay[]> {
    return (await this.#finder()).regionDays(query, signal)
  }

  /** Follows the state from now on, as after a question. */
  async follow(): Promise<void> {
    ;(await this.#finder()).follow()
  }

  /** The state is another one now. Resolves when the last one is not read any more. */
  change(): Promise<void> {
    return this.#close(new FinderBusyError(0))
  }

  /** For good. */
  close(): Promise<void> {
    this.#isClosed = true
    return this.#close(closed())
  }

  async #finder(): Promise<StateFinder> {
    await this.#closing
    if (this.#isClosed) throw closed()
    this.#current ??= this.#open()
    return this.#current
  }

  #close(reason: Error): Promise<void> {
    const last = this.#current
    this.#current = null
    const before = this.#closing
    this.#closing = before.then(() => last?.close(reason))
    return this.#closing
  }
}

function closed(): Error {
  return new Error('The state was closed.')
}
