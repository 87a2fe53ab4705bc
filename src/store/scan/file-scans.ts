// Scans of a state on disk: read in the worker, one page at a time as the caller asks for it.
import type { Allocation, Network } from '../../ledger/index.js'
import type { AllocationFilter, Scans } from '../reads.js'
import type { ScanSource } from './messages.js'
import { ScanError, type ScanSlots } from './scan-slots.js'
import type { StateHash } from './state-hash.js'
import type { StateWorker } from './state-worker-client.js'

export type FileScansOptions = {
  /** A scan is given up after this long, ms: it keeps the write-ahead log from being begun anew. */
  readonly scanMsMax: number
  readonly hashMsMax: number
}

export type FileScansDependencies = { readonly worker: StateWorker; readonly slots: ScanSlots }

/** One scan or hash under way: bounded by the caller's signal and by time. */
type Lease = { readonly scan: number; readonly check: () => void; readonly end: () => void }

export class FileScans implements Scans {
  readonly #options: FileScansOptions
  readonly #worker: StateWorker
  readonly #slots: ScanSlots
  #nextScan = 1

  constructor(options: FileScansOptions, { worker, slots }: FileScansDependencies) {
    this.#options = options
    this.#worker = worker
    this.#slots = slots
  }

  networks(vrfId: number, signal: AbortSignal): AsyncIterable<readonly Network[]> {
    return this.#pages<Network>({ table: 'networks', vrfId }, signal)
  }

  allocations(filter: AllocationFilter, signal: AbortSignal): AsyncIterable<readonly Allocation[]> {
    return this.#pages<Allocation>({ table: 'allocations', filter }, signal)
  }

  async stateHash(signal: AbortSignal): Promise<StateHash> {
    const lease = await this.#lease(signal, this.#options.hashMsMax)
    try {
      return await this.#worker.call({ type: 'hash', scan: lease.scan })
    } catch (error) {
      lease.check()
      throw error
    } finally {
      lease.end()
    }
  }

  async *#pages<Row extends Network | Allocation>(
    source: ScanSource,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Row[], void, void> {
    const lease = await this.#lease(signal, this.#options.scanMsMax)
    const { scan, check, end } = lease
    try {
      await this.#worker.call({ type: 'open', scan, source })
      for (;;) {
        check()
        const page = (await this.#worker.call({ type: 'next', scan })) as readonly Row[]
        check()
        if (page.length === 0) return
        yield page
      }
    } finally {
      end()
    }
  }

  /** The end comes with the signal too: a caller that stopped asking must not keep its transaction open. */
  async #lease(signal: AbortSignal, msMax: number): Promise<Lease> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(msMax)])
    const check = () => {
      signal.throwIfAborted()
      if (bounded.aborted) {
        throw new ScanError('scan-too-long', `the list was not read to its end within ${msMax} ms`)
      }
    }
    const release = await this.#slots.take(bounded).catch(error => {
      check()
      throw error
    })
    if (bounded.aborted) release()
    check()
    const scan = this.#nextScan++
    let isOpen = true
    const end = () => {
      if (!isOpen) return
      isOpen = false
      bounded.removeEventListener('abort', end)
      // A worker that is gone has closed everything.
      this.#worker.call({ type: 'close', scan }).then(release, release)
    }
    bounded.addEventListener('abort', end)
    return { scan, check, end }
  }
}
