// The log since its last compaction, held in memory, and how far it is written, durable, committed and applied.
import { assert } from '../../lib/index.js'
import type { Entry, Index, SnapshotMark, Term } from './types.js'

/** Where a log was cut: the last entry that is gone. */
export type LogMark = { readonly index: Index; readonly term: Term; readonly timeMs: number }

/** What an entry costs beside its data, in memory and in messages. */
const entryOverheadBytes = 32

export function entryBytes(entry: Entry): number {
  return entry.data.length + entryOverheadBytes
}

function bytesOf(entries: readonly Entry[]): number {
  let bytes = 0
  for (const entry of entries) bytes += entryBytes(entry)
  return bytes
}

export class RaftLog {
  #compacted: LogMark
  /** The cut that the disk knows of: behind `#compacted` while a snapshot is being installed. */
  #durableCut: LogMark
  /** Contiguous from compacted.index + 1. */
  #entries: Entry[]
  /** A snapshot that replaced the log and is not installed yet: until then nothing is appended or applied. */
  #snapshot: SnapshotMark | null = null
  // Invariants: compacted.index <= applied <= applying <= commit <= lastIndex; durable <= writing <= lastIndex.
  #commit: Index
  /** Given out to be applied. */
  #applying: Index
  #applied: Index
  /** On disk. */
  #durable: Index
  /** On disk or in the Write in flight. */
  #writing: Index
  /** Of all entries, as `entryBytes` counts. */
  #bytes: number
  /** The last answer of `slice`: followers that run level are sent the same array. */
  #sliceMemo: { first: Index; bytesMax: number; entries: readonly Entry[] } | null = null

  /** Everything in `entries` is durable. */
  constructor(start: {
    readonly compacted: LogMark
    readonly entries: readonly Entry[]
    readonly commit: Index
    readonly applied: Index
  }) {
    this.#compacted = start.compacted
    this.#durableCut = start.compacted
    this.#entries = [...start.entries]
    this.#bytes = bytesOf(start.entries)
    this.#durable = this.lastIndex
    this.#writing = this.lastIndex
    start.entries.forEach((entry, at) => {
      const previous = start.entries[at - 1] ?? start.compacted
      assert(entry.index === previous.index + 1, 'the entries of a log are contiguous')
      assert(entry.term >= previous.term, 'the terms of a log do not decrease')
    })
    assert(start.applied >= start.compacted.index, 'a log is cut only where it was applied')
    assert(
      Math.max(start.applied, start.commit) <= this.lastIndex,
      `index ${Math.max(start.applied, start.commit)} was committed, but the log ends at ${this.lastIndex}: it was lost or damaged`,
    )
    this.#applied = start.applied
    this.#applying = start.applied
    this.#commit = Math.max(start.commit, start.applied)
  }

  get firstIndex(): Index {
    return this.#compacted.index + 1
  }

  get lastIndex(): Index {
    return this.#compacted.index + this.#entries.length
  }

  get lastTerm(): Term {
    return (this.#entries.at(-1) ?? this.#compacted).term
  }

  get lastTimeMs(): number {
    return (this.#entries.at(-1) ?? this.#compacted).timeMs
  }

  /** What the entries cost in memory. */
  get bytes(): number {
    return this.#bytes
  }

  get commit(): Index {
    return this.#commit
  }

  get applied(): Index {
    return this.#applied
  }

  get durable(): Index {
    return this.#durable
  }

  get snapshot(): SnapshotMark | null {
    return this.#snapshot
  }

  /** Term of the entry at `index`; undefined when it is compacted away or not there yet. */
  termAt(index: Index): Term | undefined {
    if (index === this.#compacted.index) return this.#compacted.term
    return this.#entries[index - this.firstIndex]?.term
  }

  entryAt(index: Index): Entry | undefined {
    return this.#entries[index - this.firstIndex]
  }

  /** Where the entry at `index` stands, for marks; it must not be compacted further than that. */
  markAt(index: Index): LogMark {
    if (index === this.#compacted.index) return this.#compacted
    const entry = this.entryAt(index)
    assert(entry !== undefined, `entry ${index} is in the log`)
    return { index, term: entry.term, timeMs: entry.timeMs }
  }

  /** Whether a log that ends at (lastTerm, lastIndex) holds everything that this one could have promised. Raft §5.4.1. */
  isUpToDate(other: { readonly lastTerm: Term; readonly lastIndex: Index }): boolean {
    if (other.lastTerm !== this.lastTerm) return other.lastTerm > this.lastTerm
    return other.lastIndex >= this.lastIndex
  }

  /**
   * Highest index at or below `index` whose term is at most `term`: the two logs cannot agree above it.
   * Halves the search for a diverged place to one probe a term. The term is 0 when it is not known any more.
   */
  findConflictByTerm(index: Index, term: Term): { readonly index: Index; readonly term: Term } {
    for (let at = index; at > 0; at--) {
      const here = this.termAt(at)
      if (here === undefined) return { index: at, term: 0 }
      if (here <= term) return { index: at, term: here }
    }
    return { index: 0, term: 0 }
  }

  /** First of `entries` that this log does not hold; -1 when it holds them all. */
  findNew(entries: readonly Entry[]): number {
    return entries.findIndex(entry => this.termAt(entry.index) !== entry.term)
  }

  /** Appends entries, deleting what the log holds at the first one's index and beyond. Nothing committed is deleted. */
  append(entries: readonly Entry[]): void {
    const first = entries[0]
    if (first === undefined) return
    assert(first.index <= this.lastIndex + 1, 'entries are appended without a gap')
    assert(
      first.index > this.#commit,
      `entry ${first.index} of term ${first.term} conflicts with a committed entry (commit ${this.#commit})`,
    )
    if (first.index <= this.lastIndex) this.#truncate(first.index)
    for (const entry of entries) this.#entries.push(entry)
    this.#bytes += bytesOf(entries)
    this.#sliceMemo = null
  }

  /** Entries from `first` on, at least one and no more than `bytesMax`. The array is shared: never change it. */
  slice(first: Index, bytesMax: number): readonly Entry[] {
    const memo = this.#sliceMemo
    if (memo !== null && memo.first === first && memo.bytesMax === bytesMax) return memo.entries
    const entries = this.#between(first, this.lastIndex, bytesMax)
    this.#sliceMemo = { first, bytesMax, entries }
    return entries
  }

  commitTo(index: Index): void {
    if (index <= this.#commit) return
    assert(
      index <= this.lastIndex,
      `commit ${index} is out of range: the log ends at ${this.lastIndex}; was it lost or damaged?`,
    )
    this.#commit = index
  }

  /** Whether something waits to be put in a Write. */
  get hasUnwritten(): boolean {
    return this.#writing < this.lastIndex
  }

  /** Everything that no Write has taken yet. */
  takeUnwritten(): readonly Entry[] {
    if (!this.hasUnwritten) return []
    const entries = this.#entries.slice(this.#writing + 1 - this.firstIndex)
    this.#writing = this.lastIndex
    return entries
  }

  /**
   * The Write that ended with this entry is on disk. When a truncation has replaced the entry since, the Write says
   * nothing about what stands here now, and the acknowledgement is for nothing: index and term decide.
   */
  persistedTo(last: { readonly index: Index; readonly term: Term }): void {
    if (last.index <= this.#durable || this.termAt(last.index) !== last.term) return
    if (this.#snapshot !== null) return
    this.#durable = last.index
    this.#writing = Math.max(this.#writing, last.index)
  }

  get hasCommitted(): boolean {
    return this.#snapshot === null && Math.min(this.#commit, this.#durable) > this.#applying
  }

  /** Entries that are committed and durable here and were not given out yet. */
  takeCommitted(bytesMax: number): readonly Entry[] {
    if (!this.hasCommitted) return []
    const last = Math.min(this.#commit, this.#durable)
    const entries = this.#between(this.#applying + 1, last, bytesMax)
    this.#applying += entries.length
    return entries
  }

  appliedTo(index: Index): void {
    assert(index <= this.#applying, `index ${index} was given out before it was applied`)
    this.#applied = Math.max(this.#applied, index)
  }

  /** A committed membership entry that is not applied yet, which may change who may campaign. */
  get hasUnappliedMembership(): boolean {
    for (let at = this.#applied + 1; at <= this.#commit; at++) {
      if (this.entryAt(at)?.kind === 'membership') return true
    }
    return false
  }

  compact(index: Index): LogMark {
    assert(index <= this.#applied, `a log is cut at ${index}, below what was applied`)
    if (index <= this.#compacted.index) return this.#durableCut
    const mark = this.markAt(index)
    this.#bytes -= bytesOf(this.#entries.slice(0, index + 1 - this.firstIndex))
    this.#entries = this.#entries.slice(index + 1 - this.firstIndex)
    this.#compacted = mark
    this.#durableCut = mark
    this.#sliceMemo = null
    return mark
  }

  /** The whole log gives way to a snapshot, conflicting suffix included. */
  restore(snapshot: SnapshotMark): void {
    assert(snapshot.index > this.#commit, 'a snapshot replaces only a log that is behind it')
    this.#snapshot = snapshot
    this.#compacted = { index: snapshot.index, term: snapshot.term, timeMs: snapshot.timeMs }
    this.#entries = []
    this.#bytes = 0
    this.#sliceMemo = null
    this.#commit = snapshot.index
    this.#durable = Math.min(this.#durable, snapshot.index)
    this.#writing = snapshot.index
  }

  snapshotInstalled(): void {
    assert(this.#snapshot !== null, 'a snapshot is being installed')
    const { index } = this.#snapshot
    this.#snapshot = null
    this.#durableCut = this.#compacted
    this.#durable = index
    this.#applying = index
    this.#applied = index
  }

  #truncate(first: Index): void {
    this.#bytes -= bytesOf(this.#entries.slice(first - this.firstIndex))
    this.#entries.length = first - this.firstIndex
    this.#durable = Math.min(this.#durable, first - 1)
    this.#writing = Math.min(this.#writing, first - 1)
  }

  #between(first: Index, last: Index, bytesMax: number): readonly Entry[] {
    const start = first - this.firstIndex
    const end = last + 1 - this.firstIndex
    let at = start
    let bytes = 0
    while (at < end) {
      const entry = this.#entries[at]
      if (entry === undefined) break
      bytes += entryBytes(entry)
      if (bytes > bytesMax && at > start) break
      at++
    }
    return this.#entries.slice(start, at)
  }
}
