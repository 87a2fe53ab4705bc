// A 128-bit integer as 32-bit words and back: parsing, blobs and search keys all want words, and BigInt shifts
// cost several times as much as a trip through one DataView.

/** Scratch of the two functions below; nothing in it outlives a call. */
const view = new DataView(new ArrayBuffer(16))

/** The integer whose 32-bit words are a (highest) to d. Only the low 32 bits of each are read. */
export function joinWords(a: number, b: number, c: number, d: number): bigint {
  view.setUint32(0, a)
  view.setUint32(4, b)
  view.setUint32(8, c)
  view.setUint32(12, d)
  const low = view.getBigUint64(8)
  if ((a | b) === 0) return low
  return (view.getBigUint64(0) << 64n) | low
}

/** Writes the lowest `count` words (1 to 4) of 0 <= value < 2^128 to target[at ..], highest first. */
export function splitWords(value: bigint, target: Uint32Array, at: number, count: number): void {
  if (count > 2) view.setBigUint64(0, value >> 64n)
  view.setBigUint64(8, value)
  for (let i = 0; i < count; i++) target[at + i] = view.getUint32((4 - count + i) * 4)
}
