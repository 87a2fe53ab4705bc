// Verifies groups one after the other, at open and at every later read: the log as a chain without a gap.
import type { Entry, Index, Term } from '../core/index.js'
import { EntryFormatError } from '../entry-codec.js'
import { LogDamagedError } from './errors.js'
import { decodeGroup, type Group, groupEntryCount, type LogPoint } from './group-codec.js'
import { type CompactionMark, decodeHead, type Head } from './head-codec.js'
import {
  groupFirstIndex,
  groupKey,
  groupKeysEnd,
  headKey,
  type LogDatabase,
  readError,
} from './level-database.js'

/** What is kept in memory of each group: its first index and the term and chain just before it. */
export type GroupRef = {
  readonly first: Index
  readonly previousTerm: Term
  readonly previousCrc: number
}

export type WalkedGroup = { readonly ref: GroupRef; readonly entries: readonly Entry[] }

/** Walks upwards from a point that is trusted (the compaction mark, or what memory knows). */
export class LogWalk {
  #at: LogPoint

  constructor(
    readonly directory: string,
    start: LogPoint,
  ) {
    this.#at = start
  }

  /** The last verified entry. */
  get at(): LogPoint {
    return this.#at
  }

  /** Verifies the next group. @returns its entries. @throws LogDamagedError */
  accept(first: Index, value: Uint8Array): readonly Entry[] {
    const expected = this.#at.index + 1
    if (first > expected) throw this.#damage('entries-missing', expected, gap(expected, first))
    if (first < expected) {
      const detail = `A group of entries begins at ${first}, inside the one before it.`
      throw this.#damage('group-out-of-place', first, detail)
    }
    const group = decode(this.directory, first, value)
    if (group.previousCrc !== this.#at.crc) throw this.#chainBroken(first)
    this.#followTerms(group.entries)
    this.#at = lastPoint(group)
    return group.entries
  }

  /**
   * Verifies the group that the compaction mark lies inside: it is there whole, and its chain must pass through the mark.
   * @returns the entries above the mark, and what stands before the group.
   */
  acceptAcross(mark: CompactionMark, first: Index, value: Uint8Array): WalkedGroup {
    const group = decode(this.directory, first, value)
    const position = mark.index - first
    if (group.crcs[position] !== mark.crc) throw this.#chainBroken(mark.index)
    const entries = group.entries.slice(position + 1)
    this.#followTerms(entries)
    this.#at = lastPoint(group)
    return { ref: { first, previousTerm: 0, previousCrc: group.previousCrc }, entries }
  }

  /** Ends the walk: it must have come to the point that was written with the last batch. */
  finish(last: LogPoint): void {
    if (this.#at.index < last.index) {
      const expected = this.#at.index + 1
      throw this.#damage('entries-missing', expected, gap(expected, last.index + 1))
    }
    if (this.#at.index > last.index) {
      const detail = `Entries up to ${this.#at.index} are there, but the log ended at ${last.index}.`
      throw this.#damage('group-out-of-place', last.index + 1, detail)
    }
    if (this.#at.crc !== last.crc) throw this.#chainBroken(last.index)
  }

  #followTerms(entries: readonly Entry[]): void {
    let term = this.#at.term
    for (const entry of entries) {
      if (entry.term < term) {
        const detail = `Entry ${entry.index} has term ${entry.term}, and the one before it ${term}.`
        throw this.#damage('terms-decrease', entry.index, detail)
      }
      term = entry.term
    }
  }

  #chainBroken(index: Index): LogDamagedError {
    const detail = `The chain of checksums is broken at entry ${index}.`
    return this.#damage('chain-broken', index, detail)
  }

  #damage(code: LogDamagedError['code'], index: Index, detail: string): LogDamagedError {
    return new LogDamagedError(code, this.directory, index, detail)
  }
}

/** The head record, or null in a database that holds nothing. @throws LogDamagedError */
export async function readHead(directory: string, database: LogDatabase): Promise<Head | null> {
  try {
    const bytes = await database.get(headKey)
    if (bytes === undefined) {
      for await (const _key of database.keys({ limit: 1 })) {
        const detail = 'There are entries without the head record (term, vote and end of the log).'
        throw new LogDamagedError('head-missing', directory, null, detail)
      }
      return null
    }
    const head = decodeHead(bytes)
    if (head === null) {
      const detail = 'The checksum of the head record (term, vote and end of the log) is wrong.'
      throw new LogDamagedError('head-damaged', directory, null, detail)
    }
    if (head === 'unknown-version') {
      const detail = 'It was written in a format that this release does not know.'
      throw new LogDamagedError('format-unknown', directory, null, detail)
    }
    return head
  } catch (error) {
    throw readError(directory, error)
  }
}

/**
 * Walks the whole log, group by group, and ends only if it is whole. Groups at or below the mark are what an
 * interrupted compaction left: they are given without entries, so that the next compaction deletes them.
 * @throws LogDamagedError
 */
export async function* walkLog(
  directory: string,
  database: LogDatabase,
  head: Head,
): AsyncGenerator<WalkedGroup> {
  const mark = head.compacted
  const walk = new LogWalk(directory, mark)
  for await (const [first, value] of groupsBetween(directory, database, 0, Infinity)) {
    if (walk.at.index === mark.index && first <= mark.index) {
      const lastIndex = first + groupEntryCount(value) - 1
      if (lastIndex > mark.index) yield walk.acceptAcross(mark, first, value)
      else yield { ref: { first, previousTerm: 0, previousCrc: 0 }, entries: [] }
    } else {
      const ref = { first, previousTerm: walk.at.term, previousCrc: walk.at.crc }
      yield { ref, entries: walk.accept(first, value) }
    }
  }
  walk.finish(head.last)
}

/** Groups whose first index lies in [first, last], in order, unverified. @throws LogDamagedError, LogStoreFailedError */
export async function* groupsBetween(
  directory: string,
  database: LogDatabase,
  first: Index,
  last: Index,
): AsyncGenerator<readonly [Index, Uint8Array]> {
  const end = last === Infinity ? { lt: groupKeysEnd } : { lte: groupKey(last) }
  const range = { gte: groupKey(first), ...end, highWaterMarkBytes: readAheadBytes }
  const iterator = database.iterator(range)
  try {
    for (;;) {
      const pairs = await iterator.nextv(readAheadGroups)
      if (pairs.length === 0) return
      for (const [key, value] of pairs) yield [namedIndex(directory, key), value]
    }
  } catch (error) {
    throw readError(directory, error)
  } finally {
    await iterator.close()
  }
}

const readAheadGroups = 256
const readAheadBytes = 1024 * 1024

function decode(directory: string, first: Index, value: Uint8Array): Group {
  try {
    return decodeGroup(first, value)
  } catch (error) {
    if (!(error instanceof EntryFormatError)) throw error
    const detail = `The group of entries that begins at ${first} is not as it was written. ${error.message}`
    throw new LogDamagedError('group-damaged', directory, first, detail, { cause: error })
  }
}

function namedIndex(directory: string, key: Uint8Array): Index {
  const first = groupFirstIndex(key)
  if (first !== null && first > 0) return first
  const detail = `A key is malformed: ${Buffer.from(key).toString('hex')}.`
  throw new LogDamagedError('group-out-of-place', directory, null, detail)
}

function lastPoint(group: Group): LogPoint {
  const position = group.entries.length - 1
  const entry = group.entries[position]
  const crc = group.crcs[position]
  if (entry === undefined || crc === undefined) throw new Error('A group holds at least one entry.')
  return { index: entry.index, term: entry.term, crc }
}

function gap(first: Index, next: Index): string {
  const last = next - 1
  return first === last ? `Entry ${first} is missing.` : `Entries ${first} to ${last} are missing.`
}
