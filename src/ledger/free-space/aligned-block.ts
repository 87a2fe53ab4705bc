// How large an aligned block an interval holds, worked out on words: it is asked at every change of an interval.

const ALL_ONES = 0xffffffff

/**
 * Exponent of the largest block of 2^k addresses, aligned to 2^k, inside first..last (0 for a single address).
 * An interval that holds a block of one size holds one of every smaller size.
 * @param first, last `width` words each, highest first; first <= last.
 */
export function largestBlock(first: Uint32Array, last: Uint32Array, width: number): number {
  let top = 0
  while (top < width - 1 && first[top] === last[top]) top++
  const bit = 31 - Math.clz32((first[top] as number) ^ (last[top] as number))
  if (bit < 0) return 0
  // Between first and last lies one multiple of 2^(bit + lower words), the middle. Aligned blocks end there on the
  // left or begin there on the right; only when both halves are whole do they make a block together.
  const lowBits = (1 << bit) - 1
  const whole = (width - 1 - top) * 32 + bit
  const left = blockBeside(first, ALL_ONES, top, lowBits, width)
  const right = blockBeside(last, 0, top, lowBits, width)
  return left === whole && right === whole ? whole + 1 : Math.max(left, right)
}

/**
 * floor(log2(distance + 1)), where the distance is that of an interval's end to its middle: the bits of `end` below the
 * one where the ends differ, taken as they are or (`flip` all ones) inverted.
 */
function blockBeside(
  end: Uint32Array,
  flip: number,
  top: number,
  lowBits: number,
  width: number,
): number {
  for (let i = top; i < width; i++) {
    const word = (((end[i] as number) ^ flip) & (i === top ? lowBits : ALL_ONES)) >>> 0
    if (word === 0) continue
    const bits = (width - 1 - i) * 32 + 32 - Math.clz32(word)
    let allOnes = (word & (word + 1)) === 0
    for (let j = i + 1; allOnes && j < width; j++) {
      allOnes = ((end[j] as number) ^ flip) >>> 0 === ALL_ONES
    }
    return allOnes ? bits : bits - 1
  }
  return 0
}
