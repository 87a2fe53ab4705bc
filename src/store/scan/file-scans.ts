// Scans of a state on disk: read in the worker, one page at a time as the caller asks for it.
import type {
  Allocation,
  Network,
  NumberClaim,
  NumberKind,
  NumberPool,
} from '../../ledger/index.js'
import type { Clock } from '../../raft/index.js'
import type { AllocationFilter, CountedSlice, Scans } from '../reads.js'
import { ScanError, type ScanSlots } from './scan-slots.js'
import type { ScanRow, ScanSource } from './scan-source.js'
import type { StateHash } from './state-hash.js'
import type { StateWorker } from './state-worker-client.js'

export type FileScansOptions = {
  /** A scan is given up after this long, ms: it keeps the write-ahead log from being begun anew. */
  readonly scanMsMax: number
  readonly hashMsMax: number
}

export type FileScansDependencies = {
  readonly worker: Pick<StateWorker, 'call'>
  readonly slots: ScanSlots
  readonly clock: Clock
}

/** Aborted by the caller's signal, by time, or when the store closes. */
type Bounds = { readonly signal: AbortSignal; readonly end: () => void }
/** One scan or hash under way. */
/** `what` is read, as a person would say. */
type Limit = { readonly what: string; readonly msMax: number }
type Lease = { readonly scan: number; readonly check: () => void; readonly end: () => void }

export class FileScans implements Scans {
  readonly #options: FileScansOptions
  readonly #worker: Pick<StateWorker, 'call'>
  readonly #slots: ScanSlots
  readonly #clock: Clock
  readonly #bounds = new Set<AbortController>()
  #nextScan = 1

  constructor(options: FileScansOptions, { worker, slots, clock }: FileScansDependencies) {
    this.#options = options
    this.#worker = worker
    this.#slots = slots
    this.#clock = clock
  }

  networks(vrfId: number, signal: AbortSignal): AsyncIterable<readonly Network[]> {
    return this.#pages<Network>({ table: 'networks', vrfId }, signal)
  }

  allocations(filter: AllocationFilter, signal: AbortSignal): AsyncIterable<readonly Allocation[]> {
    return this.#pages<Allocation>({ table: 'allocations', filter }, signal)
  }

  blocks(networkId: number, signal: AbortSignal): AsyncIterable<CountedSlice<Allocation>> {
    return this.#slices<Allocation>({ table: 'blocks', networkId }, signal)
  }

  numbers(poolId: number, signal: AbortSignal): AsyncIterable<CountedSlice<NumberClaim>> {
    return this.#slices<NumberClaim>({ table: 'numbers', poolId }, signal)
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

  async stateHash(signal: AbortSignal): Promise<StateHash> {
    const lease = await this.#lease(signal, { what: 'the state', msMax: this.#options.hashMsMax })
    try {
      return await this.#worker.call({ type: 'hash', scan: lease.scan })
    } catch (error) {
      lease.check()
      throw error
    } finally {
      lease.end()
    }
  }

  /**
   * Of what is applied at this very moment, unless a commit comes before the worker has begun: the index in the answer
   * says so. null when scans are waiting for one another.
   */
  hashNow(): Promise<StateHash> | null {
    const release = this.#slots.takeNow()
    if (release === null) return null
    const bounds = this.#bound(new AbortController().signal, {
      what: 'the state',
      msMax: this.#options.hashMsMax,
    })
    const { scan, end } = this.#begin(bounds, release)
    return this.#worker.call({ type: 'hash', scan }).finally(end)
  }

  async *#pages<Row extends ScanRow>(
    source: ScanSource,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[], void, void> {
    for await (const { rows } of this.#slices<Row>(source, signal)) yield rows
  }

  /** `total` is 0 where the source is none that is counted. */
  async *#slices<Row extends ScanRow>(
    source: ScanSource,
    signal: AbortSignal,
  ): AsyncGenerator<CountedSlice<Row>, void, void> {
    const lease = await this.#lease(signal, { what: 'the list', msMax: this.#options.scanMsMax })
    const { scan, check, end } = lease
    try {
      const total = (await this.#worker.call({ type: 'open', scan, source })) ?? 0
      for (;;) {
        check()
        const rows = (await this.#worker.call({ type: 'next', scan })) as readonly Row[]
        check()
        if (rows.length === 0) return
        yield { total, rows }
      }
    } finally {
      end()
    }
  }

  /** Ends what is under way or waits: it holds a transaction, and a timer that keeps the process alive. */
  close(): void {
    for (const bounds of [...this.#bounds]) bounds.abort(new Error('The state was closed.'))
  }

  /** The end comes with the signal too: a caller that stopped asking must not keep its transaction open. */
  async #lease(signal: AbortSignal, limit: Limit): Promise<Lease> {
    const bounds = this.#bound(signal, limit)
    const bounded = bounds.signal
    const check = () => bounded.throwIfAborted()
    try {
      const release = await this.#slots.take(bounded)
      if (bounded.aborted) release()
      check()
      return { ...this.#begin(bounds, release), check }
    } catch (error) {
      bounds.end()
      throw error
    }
  }

  #begin(bounds: Bounds, release: () => void): Pick<Lease, 'scan' | 'end'> {
    const scan = this.#nextScan++
    let isOpen = true
    const end = () => {
      if (!isOpen) return
      isOpen = false
      bounds.signal.removeEventListener('abort', end)
      bounds.end()
      // A worker that is gone has closed everything.
      this.#worker.call({ type: 'close', scan }).then(release, release)
    }
    bounds.signal.addEventListener('abort', end)
    return { scan, end }
  }

  /**
   * Not `AbortSignal.any` with `AbortSignal.timeout`: in Node 20 nothing holds such a timeout, and once the garbage
   * collector has taken it, it never comes.
   */
  #bound(signal: AbortSignal, { what, msMax }: Limit): Bounds {
    const controller = new AbortController()
    const follow = () => controller.abort(signal.reason)
    const cancel = this.#clock.after(msMax, () => {
      const message = `${what} was not read to its end within ${msMax} ms`
      controller.abort(new ScanError('scan-too-long', message))
    })
    const end = () => {
      cancel()
      signal.removeEventListener('abort', follow)
      this.#bounds.delete(controller)
    }
    this.#bounds.add(controller)
    if (signal.aborted) follow()
    else signal.addEventListener('abort', follow)
    return { signal: controller.signal, end }
  }
}
