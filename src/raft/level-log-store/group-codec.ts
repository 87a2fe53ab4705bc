// A group of entries as one LevelDB value: each entry has a CRC32C chained to the one before it.
import { crc32c } from '@node-rs/crc32'
import type { Entry, Index, Term } from '../core/index.js'
import {
  assertSequence,
  EntryFormatError,
  encodedBytes,
  entryHeaderBytes,
  readEntry,
  viewOf,
  writeEntry,
} from '../entry-codec.js'

/** A place in the log and the chain there: the checksum of all entries up to and including `index`. */
export type LogPoint = { readonly index: Index; readonly term: Term; readonly crc: number }

export type Group = {
  readonly previousCrc: number
  readonly entries: readonly Entry[]
  /** The chain after each entry. */
  readonly crcs: readonly number[]
}

export type GroupBounds = { readonly entriesMax: number; readonly bytesMax: number }

/** Value layout, big-endian: entry count u32, chain before the first entry u32, chain after each entry u32, the entries. */
const countOffset = 0
const previousCrcOffset = 4
const crcsOffset = 8
const crcBytes = 4

/** One value of contiguous entries. @returns the value, and the chain after its last entry. */
export function encodeGroup(
  entries: readonly Entry[],
  previousCrc: number,
): { readonly value: Uint8Array; readonly lastCrc: number } {
  assertSequence(entries)
  const entriesOffset = crcsOffset + crcBytes * entries.length
  const value = Buffer.allocUnsafe(entriesOffset + encodedBytes(entries))
  const view = viewOf(value)
  view.setUint32(countOffset, entries.length)
  view.setUint32(previousCrcOffset, previousCrc)
  let offset = entriesOffset
  let crcOffset = crcsOffset
  let crc = previousCrc
  for (const entry of entries) {
    const end = writeEntry(value, view, offset, entry)
    crc = crc32c(value.subarray(offset, end), crc)
    view.setUint32(crcOffset, crc)
    crcOffset += crcBytes
    offset = end
  }
  return { value, lastCrc: crc }
}

/** Cuts entries into groups within the bounds; an entry larger than `bytesMax` is a group of its own. */
export function splitGroups(entries: readonly Entry[], bounds: GroupBounds): (readonly Entry[])[] {
  const groups: (readonly Entry[])[] = []
  let start = 0
  let bytes = 0
  for (let position = 0; position < entries.length; position++) {
    const entryBytes = entryHeaderBytes + (entries[position]?.data.byteLength ?? 0)
    const full = position - start === bounds.entriesMax || bytes + entryBytes > bounds.bytesMax
    if (full && position > start) {
      groups.push(entries.slice(start, position))
      start = position
      bytes = 0
    }
    bytes += entryBytes
  }
  groups.push(start === 0 ? entries : entries.slice(start))
  return groups
}

/** How many entries a value claims to hold, unverified; 0 when it is too short to say. */
export function groupEntryCount(value: Uint8Array): number {
  return value.byteLength < crcsOffset ? 0 : viewOf(value).getUint32(countOffset)
}

/**
 * Reads a value and verifies the chain inside it. The entries' data are views into `value`.
 * @param first index that the group's key names. @throws EntryFormatError
 */
export function decodeGroup(first: Index, value: Uint8Array): Group {
  const view = viewOf(value)
  const count = groupEntryCount(value)
  if (count === 0) throw new EntryFormatError('It holds no entry.')
  let offset = crcsOffset + crcBytes * count
  if (offset > value.byteLength) throw new EntryFormatError('Its entry count is wrong.')
  const previousCrc = view.getUint32(previousCrcOffset)
  const entries: Entry[] = []
  const crcs: number[] = []
  let crc = previousCrc
  for (let position = 0; position < count; position++) {
    const index = first + position
    const entry = readEntry(value, view, offset)
    const end = offset + entryHeaderBytes + entry.data.byteLength
    crc = crc32c(value.subarray(offset, end), crc)
    if (crc !== view.getUint32(crcsOffset + crcBytes * position)) {
      throw new EntryFormatError(`The checksum of entry ${index} does not match.`)
    }
    if (entry.index !== index) {
      throw new EntryFormatError(`Entry ${entry.index} stands where ${index} belongs.`)
    }
    entries.push(entry)
    crcs.push(crc)
    offset = end
  }
  if (offset !== value.byteLength) throw new EntryFormatError('Bytes follow its last entry.')
  return { previousCrc, entries, crcs }
}
