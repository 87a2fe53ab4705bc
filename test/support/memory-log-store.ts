// A log on a disk that is only memory: atomic batches, and a crash loses what was not synced.
import { assert } from '../../src/lib/index.js'
import type { Entry, HardState, Index } from '../../src/raft/core/index.js'
import type { LoadedLog, LogBatch, LogStore } from '../../src/raft/ports.js'

type Mark = Parameters<LogStore['compact']>[0]
type Content = { readonly hardState: HardState; readonly entries: readonly Entry[] }

/** Runs the callback once the disk is done with a step. The default disk is as fast as a promise. */
export type DiskDelay = (callback: () => void) => void

/** Survives its node: opened again after a close or a crash. */
export class MemoryDisk {
  /** The snapshot that was being installed when the node died; the identity file's word on a real disk. */
  installing: Pick<Mark, 'index' | 'term'> | null = null
  /** Synced appends and compactions so far, for tests that count them. */
  readonly batches: LogBatch[] = []
  #hardState: HardState = { term: 0, vote: 0, commit: 0 }
  /** As of the last sync; null when nothing was written since. */
  #lastSynced: Content | null = null
  /** Written since the last sync, in order. */
  #unsynced: LogBatch[] = []
  #compacted: Mark = { index: 0, term: 0, timeMs: 0 }
  #entries: Entry[] = []
  #failure: Error | null = null
  #opened: MemoryLogStore | null = null
  /** Steps that wait; null when the disk answers. */
  #hung: (() => void)[] | null = null
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

  /** What would be there after a power cut now, at the least; not to be changed. */
  get synced(): Content & { readonly compacted: Mark } {
    const content = this.#lastSynced ?? { hardState: this.#hardState, entries: this.#entries }
    return { ...content, compacted: this.#compacted }
  }

  /** The entry that would be there after a power cut now. */
  syncedTermAt(index: Index): number | undefined {
    const { compacted, entries } = this.synced
    return index === compacted.index ? compacted.term : entries[index - compacted.index - 1]?.term
  }

  /**
   * The power goes: what was not synced is gone, but for the first few of the batches that were on their way, the one
   * under way included, if chance had them written already. A batch is never written in part: what a torn one leaves
   * fails its checksum when the real store is opened.
   * @param keep how many of so many stay
   */
  crash(keep: (count: number) => number = () => 0): void {
    this.#hung = null
    const underWay = this.#opened?.abandon() ?? null
    const onTheirWay = underWay === null ? this.#unsynced : [...this.#unsynced, underWay]
    const kept = onTheirWay.slice(0, keep(onTheirWay.length))
    const { hardState, entries } = this.synced
    this.#opened = null
    this.#failure = null
    this.#hardState = hardState
    this.#entries = [...entries]
    this.#allSynced()
    for (const batch of kept) this.write({ ...batch, sync: true })
  }

  closed(): void {
    this.#opened = null
    this.#allSynced()
  }

  /** Every step from now on is refused, as a full or broken disk does. */
  failWith(error: Error): void {
    this.#failure = error
  }

  /** Nothing is answered any more, neither well nor badly, until `answer`. */
  hang(): void {
    this.#hung ??= []
  }

  /** What has waited is done now, in order. */
  answer(): void {
    const waiting = this.#hung ?? []
    this.#hung = null
    for (const step of waiting) step()
  }

  /** @param step what the disk is to do as soon as it answers. */
  whenAnswering(step: () => void): void {
    if (this.#hung === null) step()
    else this.#hung.push(step)
  }

  write(batch: LogBatch): void {
    this.#throwIfBroken()
    if (!batch.sync) {
      this.#lastSynced ??= { hardState: this.#hardState, entries: [...this.#entries] }
      this.#unsynced.push(batch)
    }
    const first = batch.entries[0]
    if (first !== undefined) this.#append(first.index, batch.entries)
    this.#hardState = batch.hardState
    if (!batch.sync) return
    this.#allSynced()
    this.batches.push(batch)
  }

  compact(mark: Mark): void {
    this.#throwIfBroken()
    const cut = mark.index - this.#compacted.index
    if (cut <= 0) return
    // Another entry there, or none: the mark is a snapshot's and replaces the log.
    const isHeld = this.#entries[cut - 1]?.term === mark.term
    this.#entries.splice(0, isHeld ? cut : this.#entries.length)
    this.#compacted = mark
    // The mark is synced, and with it everything before it.
    this.#allSynced()
  }

  read(first: Index, last: Index): Entry[] {
    const base = this.#compacted.index + 1
    assert(first >= base && last < base + this.#entries.length, 'the log holds what is read')
    return this.#entries.slice(first - base, last - base + 1)
  }

  #allSynced(): void {
    this.#lastSynced = null
    this.#unsynced = []
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
  #underWay: LogBatch | null = null

  constructor(disk: MemoryDisk, delay: DiskDelay) {
    this.#disk = disk
    this.#delay = delay
  }

  append(batch: LogBatch): Promise<void> {
    const done = this.#step(() => {
      this.#underWay = null
      this.#disk.write(batch)
    })
    this.#underWay = batch
    return done
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

  /** The node is dead: nothing it asked for happens any more, and nobody is told. @returns what it was writing */
  abandon(): LogBatch | null {
    this.#gone = true
    return this.#underWay
  }

  #step<T>(work: () => T): Promise<T> {
    assert(!this.#gone, 'a closed store is not used')
    assert(!this.#busy, 'calls to the log store never overlap')
    this.#busy = true
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        if (this.#gone) return
        this.#busy = false
        try {
          resolve(work())
        } catch (error) {
          reject(error)
        }
      }
      this.#delay(() => this.#disk.whenAnswering(finish))
    })
  }
}
