// The one setting of MessagePack for everything that is kept: no records (they hold state between calls, which a disk
// does not have), and bigints of any size exactly.
import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false, useBigIntExtension: true })

/** The same value with the same key order gives the same bytes. Safe integers come back as numbers, bigints as bigints. */
export function pack(value: unknown): Uint8Array {
  return packr.pack(value)
}

/** @throws on bytes that `pack` did not write, and on bytes left over. */
export function unpack(bytes: Uint8Array): unknown {
  return packr.unpack(bytes)
}

/** A format's number in front of its packed value. */
export function packAs(format: number, value: unknown): Uint8Array {
  const packed = pack(value)
  const bytes = new Uint8Array(packed.length + 1)
  bytes[0] = format
  bytes.set(packed, 1)
  return bytes
}

/** The inverse of `packAs`. @param what names the value in the errors. */
export function unpackAs(format: number, bytes: Uint8Array, what: string): unknown {
  if (bytes[0] !== format) {
    throw new Error(
      `${what} has format ${bytes[0] ?? 'none'}, and this program reads format ${format}.`,
    )
  }
  try {
    return unpack(bytes.subarray(1))
  } catch (cause) {
    throw new Error(`${what} is damaged: ${bytes.length} bytes that cannot be unpacked.`, { cause })
  }
}
