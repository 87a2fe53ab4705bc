// Addresses as the 16-byte big-endian blobs of the tables, whose byte order is address order.

export const ADDRESS_BYTES = 16

/** Big-endian, both families in 16 bytes: IPv4 10.0.0.1 is twelve zeros, then 0a 00 00 01. @param value 0 to 2^128-1. */
export function addressToBytes(value: bigint): Uint8Array {
  throw new Error(`not built yet ${value}`)
}

/** The inverse of `addressToBytes`. @param bytes exactly 16 of them (a Buffer will do). */
export function bytesToAddress(bytes: Uint8Array): bigint {
  throw new Error(`not built yet ${bytes.length}`)
}
