import t from 'tap'
import { FreeSpace } from '../../../src/ledger/free-space/free-space.js'
import { IntervalTreeBuilder } from '../../../src/ledger/free-space/interval-tree-builder.js'
import { checkTree } from './check-tree.js'
import { FreeSpaceModel, type Range } from './model.js'
import { numbers } from './numbers.js'
import { openWithTree } from './open-with-tree.js'

const SIZE = 3 * 2 ** 12
const CHECK_EVERY = 5000

/** One to four words a key; the second and fourth lie across a border of words. */
const ranges: Range[] = [
  0x0a000000n,
  2n ** 32n - 999n,
  2n ** 96n - 2n ** 15n,
  2n ** 127n - 77n,
].map(first => ({ first, last: first + BigInt(SIZE) - 1n }))

/** Indexes in the orders that fill and empty a tree differently. */
const orders: Record<string, (i: number, random: (below: number) => number) => number> = {
  ascending: i => i,
  descending: i => SIZE - 1 - i,
  'even, then odd': i => (i < SIZE / 2 ? i * 2 : (i - SIZE / 2) * 2 + 1),
  'odd from the end, then even': i => SIZE - 1 - (i < SIZE / 2 ? i * 2 : (i - SIZE / 2) * 2 + 1),
  'by a stride': i => (i * 5741) % SIZE,
  'at random': (_, random) => random(SIZE),
}

function sameAnswers(space: FreeSpace, model: FreeSpaceModel): string | null {
  if (space.freeCount !== model.freeCount()) return 'freeCount'
  const intervals = model.intervals()
  const listed = space.intervals(space.range.first, SIZE)
  const text = (list: Range[]) => list.map(({ first, last }) => `${first}-${last}`).join()
  if (text(intervals) !== text(listed)) return 'intervals'
  const longest = intervals.reduce((n, { first, last }) => Math.max(n, Number(last - first) + 1), 0)
  for (const count of [1, 2, 3, Math.ceil(longest / 2), longest, longest + 1]) {
    if (count < 1) continue
    if (space.firstRun(BigInt(count)) !== model.firstRun(BigInt(count))) return `firstRun ${count}`
  }
  for (let k = 0; k <= 15; k++) {
    if (space.firstBlock(k) !== model.firstBlock(k)) return `firstBlock ${k}`
    const from = space.range.first + BigInt(Math.floor((SIZE * (k + 1)) / 17))
    if (space.firstBlockFrom(from, k) !== model.firstBlockFrom(from, k)) return `from ${from} ${k}`
  }
  return null
}

for (const range of ranges) {
  t.test(`thousands of intervals from ${range.first.toString(16)} on stay in order`, async t => {
    const { space, tree } = openWithTree(range)
    const model = new FreeSpaceModel(range)
    const random = numbers(7)
    let highest = 0
    const check = (what: string) => {
      highest = Math.max(highest, checkTree(tree))
      const wrong = sameAnswers(space, model)
      if (wrong !== null) t.fail(`${what}: ${wrong}`)
    }
    for (const [name, order] of Object.entries(orders)) {
      for (let i = 0; i < SIZE; i++) {
        const at = range.first + BigInt(order(i, random))
        const free = space.isFree(at, at)
        if (free) space.take(at, at)
        else space.release(at, at)
        model.set(at, at, !free)
        if (i % CHECK_EVERY === 0) check(`${name}, step ${i}`)
      }
      check(name)
    }
    t.ok(highest >= 3, `the tree was ${highest} levels high`)
  })
}

t.test('a tree that grew high shrinks back to one leaf', async t => {
  const range = { first: 0x0a000000n, last: 0x0a007fffn }
  const { space, tree } = openWithTree(range)
  for (let at = range.first; at < range.last; at += 2n) space.take(at, at)
  t.equal(space.intervalCount, 2 ** 14)
  t.equal(checkTree(tree), 3)
  for (let at = range.first; at < range.last; at += 2n) space.release(at, at)
  t.equal(space.intervalCount, 1)
  t.equal(checkTree(tree), 1)

  for (let at = range.first; at < range.last; at += 2n) space.take(at, at)
  for (let first = space.first(); first !== null; first = space.first()) space.take(first, first)
  t.equal(space.freeCount, 0n)
  t.equal(checkTree(tree), 1)
})

t.test('a bulk build of any size is a sound tree, and takes changes', async t => {
  for (const count of [0, 1, 2, 47, 48, 49, 64, 95, 96, 97, 48 * 48, 48 * 48 + 1, 12_345]) {
    for (const width of [1, 3]) {
      const builder = new IntervalTreeBuilder(width)
      // Each a little longer than those before: when nodes merge, the longest is in the right half.
      const interval = (i: bigint) => ({ first: i * 1000n, last: i * 1000n + i / 20n })
      for (let i = 0n; i < count; i++) builder.append(interval(i))
      const tree = builder.finish()
      checkTree(tree)
      t.equal(tree.count, count, `${count} intervals`)
      for (let i = 0n; i < count; i++) {
        if (i % 11n === 0n) continue
        tree.remove(interval(i).first)
        if (i % 997n === 1n) checkTree(tree)
      }
      checkTree(tree)
      for (let i = 0n; i < count; i++) if (i % 11n !== 0n) tree.insert(interval(i))
      checkTree(tree)
      t.equal(tree.count, count, `${count} intervals again`)
    }
  }
})

t.test('answers do not depend on the order in which the same addresses were taken', async t => {
  const range = { first: 0n, last: 9999n }
  const taken = Array.from({ length: 10_000 }, (_, i) => BigInt(i)).filter(i => (i * i) % 7n < 3n)
  const spaces = [
    taken,
    [...taken].reverse(),
    taken.map((_, i) => taken[(i * 7919) % taken.length] as bigint),
  ].map(order => {
    const space = new FreeSpace(range)
    for (const at of order) space.take(at, at)
    return space
  })
  for (const space of spaces) {
    t.same(space.intervals(0n, 10_000), spaces[0]?.intervals(0n, 10_000))
    for (const count of [1n, 2n, 3n, 4n]) t.equal(space.firstRun(count), spaces[0]?.firstRun(count))
    for (const k of [0, 1, 2]) t.equal(space.firstBlock(k), spaces[0]?.firstBlock(k))
  }
})
