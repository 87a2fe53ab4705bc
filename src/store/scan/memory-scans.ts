// Scans of a state in memory, for tests: pages on the one connection there is.
import { setImmediate } from 'node:timers/promises'
import type {
  Allocation,
  Network,
  NumberClaim,
  NumberKind,
  NumberPool,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import { Pages } from '../pages.js'
import type { AllocationFilter, CountedSlice, Scans } from '../reads.js'
import { countRows, pageReader, type ScanRow, type ScanSource } from './scan-source.js'
import { hashState, type StateHash } from './state-hash.js'

export class MemoryScans implements Scans {
  readonly #db: Database
  readonly #readPages: Pages

  constructor(db: Database) {
    this.#db = db
    this.#readPages = new Pages(db)
  }

  networks(vrfId: number, signal: AbortSignal): AsyncIterable<readonly Network[]> {
    return this.#pages<Network>({ table: 'networks', vrfId }, signal)
  }

  allocations(filter: AllocationFilter, signal: AbortSignal): AsyncIterable<readonly Allocation[]> {
    return this.#pages<Allocation>({ table: 'allocations', filter }, signal)
  }

  blocks(networkId: number, signal: AbortSignal): AsyncIterable<CountedSlice<Allocation>> {
    return this.#atOnce<Allocation>({ table: 'blocks', networkId }, signal)
  }

  numbers(poolId: number, signal: AbortSignal): AsyncIterable<CountedSlice<NumberClaim>> {
    return this.#atOnce<NumberClaim>({ table: 'numbers', poolId }, signal)
  }

  pools(signal: AbortSignal): AsyncIterable<readonly Network[]> {
    return this.#pages<Network>({ table: 'pools' }, signal)
  }

  numberPools(
    kinds: readonly NumberKind[],
    signal: AbortSignal,
  ): AsyncIterable<readonly NumberPool[]> {
    return this.#pages<NumberPool>({ table: 'number-pools', kinds }, signal)
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

  /** Read in one turn: there is no transaction of its own that would keep count and rows together. */
  async *#atOnce<Row extends ScanRow>(
    source: ScanSource,
    signal: AbortSignal,
  ): AsyncGenerator<CountedSlice<Row>, void, void> {
    signal.throwIfAborted()
    const next = pageReader(this.#readPages, source)
    const total = countRows(this.#readPages, source) ?? 0
    const pages: (readonly Row[])[] = []
    for (let page = next(); page.length > 0; page = next()) pages.push(page as readonly Row[])
    for (const rows of pages) {
      signal.throwIfAborted()
      yield { total, rows }
      await setImmediate()
    }
  }

  async *#pages<Row extends ScanRow>(
    source: ScanSource,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[], void, void> {
    const next = pageReader(this.#readPages, source)
    for (;;) {
      signal.throwIfAborted()
      const page = next() as readonly Row[]
      if (page.length === 0) return
      yield page
      await setImmediate()
    }
  }
}
