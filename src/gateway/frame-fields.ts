// What the frames between gateways are read with: four fields each, of which nothing is believed before it was looked at.
import { Packr } from 'msgpackr'

/** Plain arrays only: nothing that one frame would leave behind for the next. */
export const packr = new Packr({ useRecords: false })

/** Items in a list of a frame. */
export const FRAME_LIST_MAX = 1024

/** The fields of a frame; null when the bytes are none. */
export function unpackFrame(bytes: Uint8Array): readonly unknown[] | null {
  try {
    const value: unknown = packr.unpack(bytes)
    return Array.isArray(value) && value.length === 4 ? value : null
  } catch {
    return null
  }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

export function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= FRAME_LIST_MAX && value.every(isCount)
}
