// Scans of a state in memory, for tests: pages on the one connection there is.
import { setImmediate } from 'node:timers/promises'
import type { Allocation, Network } from '../../ledger/index.js'
import type { Database } from '../open.js'
import { Pages } from '../pages.js'
import type { AllocationFilter, PageRequest, Scans } from '../reads.js'
import { hashState, type StateHash } from './state-hash.js'

const PAGE_ROWS = 500

export class MemoryScans implements Scans {
  readonly #db: Database
  readonly #readPages: Pages

  constructor(db: Database) {
    this.#db = db
    this.#readPages = new Pages(db)
  }

  networks(vrfId: number, signal: AbortSignal): AsyncIterable<readonly Network[]> {
    return readAll(page => this.#readPages.networks(vrfId, page), signal)
  }

  allocations(filter: AllocationFilter, signal: AbortSignal): AsyncIterable<readonly Allocation[]> {
    return readAll(page => this.#readPages.allocations(filter, page), signal)
  }

  /** In one turn of the event loop, and so at one applied index. */
  async stateHash(signal: AbortSignal): Promise<StateHash> {
    signal.throwIfAborted()
    const hashing = hashState(this.#db)
    for (;;) {
      const step = hashing.next()
      if (step.done) return step.value
    }
  }

  hashNow(): Promise<StateHash> {
    return this.stateHash(new AbortController().signal)
  }
}

async function* readAll<Row extends { readonly id: number }>(
  read: (page: PageRequest) => readonly Row[],
  signal: AbortSignal,
): AsyncGenerator<readonly Row[], void, void> {
  let afterId = 0
  for (;;) {
    signal.throwIfAborted()
    const page = read({ afterId, limit: PAGE_ROWS })
    if (page.length === 0) return
    afterId = page.at(-1)?.id ?? afterId
    yield page
    await setImmediate()
  }
}
