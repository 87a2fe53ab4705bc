// The head record: everything about the log but its entries, rewritten in every batch.
// One record rather than three, so that no damage can leave a hard state, a mark and a tail of different times.
import { crc32c } from '@node-rs/crc32'
import { assert } from '../../lib/index.js'
import type { HardState, Index, Term } from '../core/index.js'
import { getUint64, putUint64, viewOf } from '../entry-codec.js'
import type { LogPoint } from './group-codec.js'

/** Where the log was cut: the last entry that is gone, and the chain there. */
export type CompactionMark = LogPoint & { readonly timeMs: number }

export type Head = {
  /** Of the data directory that the log was made in. */
  readonly dataUuid: string
  readonly hardState: HardState
  /** The last entry of the log; the mark itself when the log is empty. A shorter walk has lost its tail. */
  readonly last: LogPoint
  readonly compacted: CompactionMark
}

export const headVersion = 1

const uuidBytes = 16
const headBytes = 1 + uuidBytes + 3 * 8 + (2 * 8 + 4) + (3 * 8 + 4) + 4

/** The head of a log that holds nothing yet: an index and term of 0 mean "none yet". */
export function emptyHead(dataUuid: string): Head {
  const none = { index: 0, term: 0, crc: 0 }
  return {
    dataUuid,
    hardState: { term: 0, vote: 0, commit: 0 },
    last: none,
    compacted: { ...none, timeMs: 0 },
  }
}

/** The chain's start above a snapshot of entries that this log never held. */
export function chainStart(mark: {
  readonly index: Index
  readonly term: Term
  readonly timeMs: number
}): number {
  const bytes = Buffer.allocUnsafe(24)
  const view = viewOf(bytes)
  putUint64(view, 0, mark.index)
  putUint64(view, 8, mark.term)
  putUint64(view, 16, mark.timeMs)
  return crc32c(bytes)
}

export function encodeHead(head: Head): Uint8Array {
  const { hardState, last, compacted } = head
  const bytes = Buffer.allocUnsafe(headBytes)
  const view = viewOf(bytes)
  view.setUint8(0, headVersion)
  const uuid = Buffer.from(head.dataUuid.replaceAll('-', ''), 'hex')
  assert(uuid.byteLength === uuidBytes, 'A data UUID has 32 hexadecimal digits.')
  bytes.set(uuid, 1)
  let offset = 1 + uuidBytes
  const put64 = (value: number): void => {
    putUint64(view, offset, value)
    offset += 8
  }
  const put32 = (value: number): void => {
    view.setUint32(offset, value)
    offset += 4
  }
  put64(hardState.term)
  put64(hardState.vote)
  put64(hardState.commit)
  put64(last.index)
  put64(last.term)
  put32(last.crc)
  put64(compacted.index)
  put64(compacted.term)
  put64(compacted.timeMs)
  put32(compacted.crc)
  put32(crc32c(bytes.subarray(0, offset)))
  return bytes
}

/** @returns the head, 'unknown-version' when another release wrote it, or null when it is damaged. */
export function decodeHead(bytes: Uint8Array): Head | 'unknown-version' | null {
  if (bytes.byteLength < 5) return null
  const view = viewOf(bytes)
  const crcOffset = bytes.byteLength - 4
  if (crc32c(bytes.subarray(0, crcOffset)) !== view.getUint32(crcOffset)) return null
  if (view.getUint8(0) !== headVersion || bytes.byteLength !== headBytes) return 'unknown-version'
  let offset = 1 + uuidBytes
  const get64 = (): number => {
    offset += 8
    return getUint64(view, offset - 8)
  }
  const get32 = (): number => {
    offset += 4
    return view.getUint32(offset - 4)
  }
  // Object properties are read in the order in which they are written here, which is the order on disk.
  const hardState = { term: get64(), vote: get64(), commit: get64() }
  const last = { index: get64(), term: get64(), crc: get32() }
  const compacted = { index: get64(), term: get64(), timeMs: get64(), crc: get32() }
  return { dataUuid: formatUuid(bytes.subarray(1, 1 + uuidBytes)), hardState, last, compacted }
}

function formatUuid(bytes: Uint8Array): string {
  const digits = Buffer.from(bytes).toString('hex')
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts
    .slice(1)
    .map((end, part) => digits.slice(cuts[part], end))
    .join('-')
}
