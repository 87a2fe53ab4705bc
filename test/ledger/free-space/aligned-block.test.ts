import fc from 'fast-check'
import t from 'tap'
import { splitWords } from '../../../src/ledger/address/words.js'
import { largestBlock } from '../../../src/ledger/free-space/aligned-block.js'
import { slowLargestBlock } from './check-tree.js'

function blockOf(first: bigint, last: bigint, width: number): number {
  const a = new Uint32Array(4)
  const b = new Uint32Array(4)
  splitWords(first, a, 0, width)
  splitWords(last, b, 0, width)
  return largestBlock(a, b, width)
}

t.test('the largest aligned block of every interval within 64 addresses is found', async t => {
  for (let first = 0n; first < 64n; first++) {
    for (let last = first; last < 64n; last++) {
      const expected = slowLargestBlock(first, last)
      if (blockOf(first, last, 1) !== expected) t.fail(`${first}..${last}`)
      // Shifted up by 30 and 32 bits the same shapes cross and fill word borders.
      for (const shift of [30, 32, 80]) {
        const low = first << BigInt(shift)
        const high = (last << BigInt(shift)) | ((1n << BigInt(shift)) - 1n)
        if (blockOf(low, high, 4) !== expected + shift) t.fail(`${low}..${high}`)
      }
    }
  }
  t.equal(blockOf(0n, 0n, 1), 0)
})

t.test('whole key spaces are one block', async t => {
  for (const width of [1, 2, 3, 4]) {
    t.equal(blockOf(0n, 2n ** BigInt(32 * width) - 1n, width), 32 * width)
    t.equal(blockOf(1n, 2n ** BigInt(32 * width) - 1n, width), 32 * width - 1)
    t.equal(blockOf(0n, 2n ** BigInt(32 * width) - 2n, width), 32 * width - 1)
  }
})

t.test('any interval agrees with trying every size', async t => {
  // Few bits set, or few cleared: where carries and whole words are.
  const points = fc
    .tuple(fc.array(fc.nat(127), { maxLength: 3 }), fc.boolean(), fc.nat(2))
    .map(([bits, invert, add]) => {
      const value = bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
      return BigInt.asUintN(128, (invert ? ~value : value) + BigInt(add))
    })
  const ends = fc.oneof(points, fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }))
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(ends, ends, (a, b) => {
        const [first, last] = a < b ? [a, b] : [b, a]
        return blockOf(first, last, 4) === slowLargestBlock(first, last)
      }),
      { numRuns: 5000 },
    ),
  )
})
