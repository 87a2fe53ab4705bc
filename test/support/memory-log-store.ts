// A log on a disk that is only memory: atomic batches, and a crash loses what was not synced.
import { assert } from '../../src/lib/index.js'
import type { Entry, HardState, Index } from '../../src/raft/core/index.js'
import type { LoadedLog, LogBatch, LogStore } from '../../src/raft/ports.js'

type Mark = Parameters<LogStore['compact']>[0]

/** Runs the callback once the disk is done with a step. The default disk is as fast as a promise. */
export type DiskDelay = (callback: () => void) => void

/** Survives its node: opened again after a close or a crash. */
export class MemoryDisk {
  /** Synced appends and compactions so far, for tests that count them. */
  readonly batches: LogBatch[] = []
  #hardState: HardState = { term: 0, vote: 0, commit: 0 }
  #syncedHardState: HardState = this.#hardState
  #compacted: Mark = { index: 0, term: 0, timeMs: 0 }
  #entries: Entry[] = []
  #failure: Error | null = null
  #opened: MemoryLogStore | null = null
  readonly #delay: DiskDelay

  constructor(delay: DiskDelay = queueMicrotask) {
    this.#delay = delay
  }

  /** @param delay of this node's life; the disk's own when not given. */
  open(delay: DiskDelay = this.#delay): { readonly store: LogStore; readonly loaded: LoadedLog } {
    assert(this.#opened === null, 'a disk is opened by one node at a time')
    this.#opened = new MemoryLogStore(this, delay)
    return { store: this.#opened, loaded: this.loaded() }
  }

  loaded(): LoadedLog {
    return {
      hardState: this.#hardState,
      compacted: this.#compacted,
      entries: this.#entries.slice(),
    }
  }

  /** The power goes: steps under way never happen, and what was not synced is gone. */
  crash(): void {
    this.#opened?.abandon()
    this.#opened = null
    this.#hardState = this.#syncedHardState
    this.#failure = null
  }

  closed(): void {
    this.#opened = null
    this.#syncedHardState = this.#hardState
  }

  /** Every step from now on is refused, as a full or broken disk does. */
  failWith(error: Error): void {
    this.#failure = error
  }

  write(batch: LogBatch): void {
    this.#throwIfBroken()
    assert(batch.sync || batch.entries.length === 0, 'entries are always synced')
    const first = batch.entries[0]
    if (first !== undefined) this.#append(first.index, batch.entries)
    this.#hardState = batch.hardState
    if (!batch.sync) return
    this.#syncedHardState = batch.hardState
    this.batches.push(batch)
  }

  compact(mark: Mark): void {
    this.#throwIfBroken()
    const cut = mark.index - this.#compacted.index
    assert(cut >= 0 && cut <= this.#entries.length, 'only what is in the log can be compacted')
    this.#entries.splice(0, cut)
    this.#compacted = mark
  }

  read(first: Index, last: Index): Entry[] {
    const base = this.#compacted.index + 1
    assert(first >= base && last < base + this.#entries.length, 'the log holds what is read')
    return this.#entries.slice(first - base, last - base + 1)
  }

  #append(firstIndex: Index, entries: readonly Entry[]): void {
    const keep = firstIndex - this.#compacted.index - 1
    assert(keep >= 0 && keep <= this.#entries.length, 'entries leave no hole in the log')
    this.#entries.splice(keep)
    for (const entry of entries) {
      const previous = this.#entries.at(-1) ?? this.#compacted
      assert(entry.index === previous.index + 1, 'indices are contiguous')
      assert(entry.term >= previous.term, 'terms never decrease along the log')
      this.#entries.push(entry)
    }
  }

  #throwIfBroken(): void {
    if (this.#failure !== null) throw this.#failure
  }
}

/** One node's hold on the disk, until it closes or crashes. */
export class MemoryLogStore implements LogStore {
  readonly #disk: MemoryDisk
  readonly #delay: DiskDelay
  #busy = false
  #gone = false

  constructor(disk: MemoryDisk, delay: DiskDelay) {
    this.#disk = disk
    this.#delay = delay
  }

  append(batch: LogBatch): Promise<void> {
    return this.#step(() => this.#disk.write(batch))
  }

  compact(mark: Mark): Promise<void> {
    return this.#step(() => this.#disk.compact(mark))
  }

  read(first: Index, last: Index): Promise<Entry[]> {
    return this.#step(() => this.#disk.read(first, last))
  }

  close(): Promise<void> {
    return this.#step(() => {
      this.#gone = true
      this.#disk.closed()
    })
  }

  /** The node is dead: nothing it asked for happens any more, and nobody is told. */
  abandon(): void {
    this.#gone = true
  }

  #step<T>(work: () => T): Promise<T> {
    assert(!this.#gone, 'a closed store is not used')
    assert(!this.#busy, 'calls to the log store never overlap')
    this.#busy = true
    return new Promise((resolve, reject) => {
      this.#delay(() => {
        if (this.#gone) return
        this.#busy = false
        try {
          resolve(work())
        } catch (error) {
          reject(error)
        }
      })
    })
  }
}
