// Entries as bytes: the one encoding that the disk (level-log-store) and the wire (append messages) share.
import { assert } from '../lib/index.js'
import type { Entry, EntryKind } from './core/index.js'

/** The bytes are not what `encodeEntries` writes. From a peer: close the link; from the disk: the log is damaged. */
export class EntryFormatError extends Error {
  override readonly name = 'EntryFormatError'
}

/** Fixed header of each entry, big-endian: index u64, term u64, timeMs u64, kind u8, data length u32; the data follows. */
export const entryHeaderBytes = 29

const termOffset = 8
const timeOffset = 16
const kindOffset = 24
const lengthOffset = 25
const dataBytesMax = 0xffff_ffff
const kindCodes: Readonly<Record<EntryKind, number>> = { empty: 0, command: 1, membership: 2 }
const kinds: readonly EntryKind[] = ['empty', 'command', 'membership']

/** Bytes that `entries` take when encoded. */
export function encodedBytes(entries: readonly Entry[]): number {
  let bytes = 0
  for (const entry of entries) bytes += entryHeaderBytes + entry.data.byteLength
  return bytes
}

/** Contiguous entries with non-decreasing terms as one byte string; the data is copied. */
export function encodeEntries(entries: readonly Entry[]): Uint8Array {
  assertSequence(entries)
  const bytes = Buffer.allocUnsafe(encodedBytes(entries))
  const view = viewOf(bytes)
  let offset = 0
  for (const entry of entries) offset = writeEntry(bytes, view, offset, entry)
  return bytes
}

/**
 * Reads what `encodeEntries` wrote. The data of the entries are views into `bytes`, not copies: all entries of a
 * group arrive together, live in the log's memory together and are forgotten together by compaction, so a copy
 * would only cost. Who keeps one small entry out of a large group for longer copies it, and nobody may write to
 * `bytes` afterwards.
 * @throws EntryFormatError
 */
export function decodeEntries(bytes: Uint8Array): Entry[] {
  const view = viewOf(bytes)
  const entries: Entry[] = []
  let offset = 0
  let previous: Entry | null = null
  while (offset < bytes.byteLength) {
    const entry = readEntry(bytes, view, offset)
    if (previous !== null && (entry.index !== previous.index + 1 || entry.term < previous.term)) {
      throw new EntryFormatError(`Entry ${entry.index} does not follow entry ${previous.index}.`)
    }
    entries.push(entry)
    previous = entry
    offset += entryHeaderBytes + entry.data.byteLength
  }
  return entries
}

/** Writes one entry at `offset`. @returns the offset behind it. */
export function writeEntry(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  entry: Entry,
): number {
  const { data } = entry
  assert(data.byteLength <= dataBytesMax, 'The data of an entry is shorter than 4 GiB.')
  putUint64(view, offset, entry.index)
  putUint64(view, offset + termOffset, entry.term)
  putUint64(view, offset + timeOffset, entry.timeMs)
  view.setUint8(offset + kindOffset, kindCodes[entry.kind])
  view.setUint32(offset + lengthOffset, data.byteLength)
  bytes.set(data, offset + entryHeaderBytes)
  return offset + entryHeaderBytes + data.byteLength
}

/** Reads the entry at `offset`; its data is a view into `bytes`. @throws EntryFormatError */
export function readEntry(bytes: Uint8Array, view: DataView, offset: number): Entry {
  const dataOffset = offset + entryHeaderBytes
  if (dataOffset > bytes.byteLength) throw new EntryFormatError('The header of an entry is cut.')
  const length = view.getUint32(offset + lengthOffset)
  if (dataOffset + length > bytes.byteLength) {
    throw new EntryFormatError('The data of an entry is cut.')
  }
  const kind = kinds[view.getUint8(offset + kindOffset)]
  if (kind === undefined) throw new EntryFormatError('The kind of an entry is unknown.')
  const index = getUint64(view, offset)
  const term = getUint64(view, offset + termOffset)
  const timeMs = getUint64(view, offset + timeOffset)
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + dataOffset, length)
  return { index, term, kind, timeMs, data }
}

/** Asserts what every log keeps: indexes without a gap, terms that never fall. */
export function assertSequence(entries: readonly Entry[]): void {
  let previous: Entry | null = null
  for (const entry of entries) {
    if (previous !== null) {
      assert(entry.index === previous.index + 1, 'Entries are contiguous.')
      assert(entry.term >= previous.term, 'Terms never fall along the log.')
    }
    previous = entry
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Two halves rather than a bigint: exact for every safe integer and several times faster. */
export function putUint64(view: DataView, offset: number, value: number): void {
  assert(Number.isSafeInteger(value) && value >= 0, 'What is stored as u64 is a safe integer.')
  view.setUint32(offset, Math.floor(value / 0x1_0000_0000))
  view.setUint32(offset + 4, value >>> 0)
}

/** @throws EntryFormatError when the value is beyond 2^53 - 1. */
export function getUint64(view: DataView, offset: number): number {
  const value = view.getUint32(offset) * 0x1_0000_0000 + view.getUint32(offset + 4)
  if (!Number.isSafeInteger(value)) throw new EntryFormatError('A number is beyond 2^53.')
  return value
}
