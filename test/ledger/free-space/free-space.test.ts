import fc from 'fast-check'
import t from 'tap'
import { FreeSpace } from '../../../src/ledger/free-space/free-space.js'
import { checkTree } from './check-tree.js'
import { FreeSpaceModel, type Range } from './model.js'
import { openWithTree } from './open-with-tree.js'

/** Small ranges where keys are one to four words wide, aligned and not. */
const ranges: Range[] = [
  { first: 0n, last: 0n },
  { first: 5n, last: 6n },
  { first: 0xc0000200n, last: 0xc00002ffn },
  { first: 0xc0000201n, last: 0xc00002fen },
  { first: 2n ** 32n - 256n, last: 2n ** 32n - 1n },
  { first: 2n ** 32n - 100n, last: 2n ** 32n + 70n },
  { first: 2n ** 64n - 70n, last: 2n ** 64n + 100n },
  { first: 2n ** 96n - 128n, last: 2n ** 96n + 63n },
  { first: (0x20010db8n << 96n) + 2n ** 32n - 100n, last: (0x20010db8n << 96n) + 2n ** 32n + 70n },
  { first: (0x20010db8n << 96n) + 2n ** 64n - 70n, last: (0x20010db8n << 96n) + 2n ** 64n + 100n },
  { first: 2n ** 127n - 7n, last: 2n ** 127n + 120n },
  { first: 2n ** 128n - 256n, last: 2n ** 128n - 1n },
]

type Step = { at: number; size: number; count: number; sizeLog2: number; choose: Choice }
type Choice = 'place' | 'address' | 'run' | 'block'

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    at: fc.nat(255),
    size: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 40 })),
    count: fc.integer({ min: 1, max: 20 }),
    sizeLog2: fc.nat(8),
    choose: fc.constantFrom<Choice[]>('place', 'place', 'place', 'address', 'run', 'block'),
  }),
  { maxLength: 120 },
)

function throws(run: () => void): boolean {
  try {
    run()
    return false
  } catch {
    return true
  }
}

function same(a: unknown, b: unknown): boolean {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v))
  return text(a) === text(b)
}

function contains({ first, last }: Range, at: bigint): boolean {
  return first <= at && at <= last
}

/** Takes or releases a place when it is wholly free or taken; otherwise both must refuse and change nothing. */
function toggle(space: FreeSpace, model: FreeSpaceModel, first: bigint, last: bigint): boolean {
  if (model.isFree(first, last)) {
    if (!throws(() => space.release(first, last))) return false
    space.take(first, last)
    model.set(first, last, false)
    return true
  }
  if (!throws(() => space.take(first, last))) return false
  if (!model.isTaken(first, last)) return throws(() => space.release(first, last))
  space.release(first, last)
  model.set(first, last, true)
  return true
}

function agree(space: FreeSpace, model: FreeSpaceModel, step: Step, place: Range): boolean {
  const count = BigInt(step.count)
  const intervals = model.intervals()
  return (
    space.first() === model.first() &&
    space.firstRun(count) === model.firstRun(count) &&
    space.firstBlock(step.sizeLog2) === model.firstBlock(step.sizeLog2) &&
    space.firstBlockFrom(place.first, step.sizeLog2) ===
      model.firstBlockFrom(place.first, step.sizeLog2) &&
    space.lastBlock(step.sizeLog2) === (model.blocks(step.sizeLog2).at(-1) ?? null) &&
    space.largestBlockLog2() === model.largestBlockLog2() &&
    same(
      space.intervalAround(place.first),
      intervals.find(at => contains(at, place.first)) ?? null,
    ) &&
    space.isFree(place.first, place.last) === model.isFree(place.first, place.last) &&
    space.isTaken(place.first, place.last) === model.isTaken(place.first, place.last) &&
    space.freeCount === model.freeCount() &&
    space.intervalCount === intervals.length &&
    same(space.intervals(place.first, step.count), model.intervalsFrom(place.first, step.count))
  )
}

/** Where the step acts: a place of its own choosing (it may reach past the range), or what the space offers. */
function placeOf(space: FreeSpace, step: Step): Range | null {
  const spanned = space.range.last - space.range.first + 1n
  const at = space.range.first + (BigInt(step.at) % spanned)
  if (step.choose === 'place') return { first: at, last: at + BigInt(step.size) - 1n }
  const size =
    step.choose === 'run'
      ? BigInt(step.count)
      : step.choose === 'block'
        ? 1n << BigInt(step.sizeLog2)
        : 1n
  const first =
    step.choose === 'run'
      ? space.firstRun(size)
      : step.choose === 'block'
        ? space.firstBlock(step.sizeLog2)
        : space.first()
  return first === null ? null : { first, last: first + size - 1n }
}

t.test('any sequence of takes and releases agrees with one boolean an address', async t => {
  for (const range of ranges) {
    t.doesNotThrow(
      () =>
        fc.assert(
          fc.property(steps, all => {
            const { space, tree } = openWithTree(range)
            const model = new FreeSpaceModel(range)
            return all.every(step => {
              const place = placeOf(space, step)
              if (place !== null && !toggle(space, model, place.first, place.last)) return false
              checkTree(tree)
              return agree(space, model, step, place ?? range)
            })
          }),
          { numRuns: 60 },
        ),
      `${range.first}..${range.last}`,
    )
  }
})

t.test('a bulk build equals taking one by one', async t => {
  const pieces = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 5 })), { maxLength: 60 })
  for (const range of ranges) {
    t.doesNotThrow(
      () =>
        fc.assert(
          fc.property(pieces, all => {
            const taken: Range[] = []
            let next = range.first
            for (const [gap, size] of all) {
              const first = next + BigInt(gap)
              const last = first + BigInt(size) - 1n
              if (last > range.last) break
              taken.push({ first, last })
              next = last + 1n
            }
            const built = FreeSpace.fromTaken(range, taken)
            const space = new FreeSpace(range)
            for (const { first, last } of taken) space.take(first, last)
            return (
              built.freeCount === space.freeCount &&
              built.intervalCount === space.intervalCount &&
              same(built.intervals(range.first, 1000), space.intervals(range.first, 1000))
            )
          }),
          { numRuns: 60 },
        ),
      `${range.first}..${range.last}`,
    )
  }
})

t.test('undoing takes and releases in reverse order gives the same free space back', async t => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, steps, (before, bulk) => {
        const range = { first: 0x0a000000n, last: 0x0a0000ffn }
        const space = new FreeSpace(range)
        const undo: (() => void)[] = []
        const apply = (step: Step) => {
          const place = placeOf(space, step)
          if (place === null) return
          const { first, last } = place
          if (space.isFree(first, last)) {
            space.take(first, last)
            undo.push(() => space.release(first, last))
          } else if (space.isTaken(first, last)) {
            space.release(first, last)
            undo.push(() => space.take(first, last))
          }
        }
        before.forEach(apply)
        undo.length = 0
        const kept = space.intervals(range.first, 1000)
        bulk.forEach(apply)
        for (const step of undo.reverse()) step()
        return same(space.intervals(range.first, 1000), kept)
      }),
      { numRuns: 200 },
    ),
  )
})

t.test('all of IPv6 is one free interval, and exact at both ends', async t => {
  const last = 2n ** 128n - 1n
  const space = new FreeSpace({ first: 0n, last })
  t.equal(space.freeCount, 2n ** 128n)
  t.equal(space.intervalCount, 1)
  t.equal(space.firstRun(2n ** 128n), 0n)
  t.equal(space.firstRun(2n ** 128n + 1n), null)
  t.equal(space.firstBlock(128), 0n)
  t.equal(space.firstBlock(129), null)
  t.equal(space.isFree(0n, last), true)
  t.equal(space.isFree(0n, last + 1n), false)

  space.take(last, last)
  t.equal(space.firstBlock(128), null)
  t.equal(space.firstBlock(127), 0n)
  t.equal(space.firstRun(2n ** 128n - 1n), 0n)
  space.take(0n, 0n)
  t.equal(space.freeCount, 2n ** 128n - 2n)
  t.equal(space.first(), 1n)
  t.equal(space.firstBlock(127), null)
  t.equal(space.firstBlock(126), 2n ** 126n)
  space.take(2n ** 127n, 2n ** 127n)
  t.equal(space.firstRun(2n ** 127n - 1n), 1n)
  t.equal(space.firstRun(2n ** 127n), null)
  t.same(space.intervals(2n ** 127n, 5), [{ first: 2n ** 127n + 1n, last: last - 1n }])

  space.release(0n, 0n)
  space.release(2n ** 127n, 2n ** 127n)
  space.release(last, last)
  t.equal(space.intervalCount, 1)
  t.equal(space.firstBlock(128), 0n)
  space.take(0n, last)
  t.equal(space.freeCount, 0n)
  t.equal(space.first(), null)
  t.equal(space.firstRun(1n), null)
  t.equal(space.firstBlock(0), null)
  t.same(space.intervals(0n, 5), [])
  t.equal(space.isTaken(0n, last), true)
  space.release(0n, last)
  t.equal(space.freeCount, 2n ** 128n)
})

t.test('blocks are aligned to addresses, not to the start of the range', async t => {
  const space = new FreeSpace({ first: 0x0a000003n, last: 0x0a0000ffn })
  t.equal(space.firstBlock(0), 0x0a000003n)
  t.equal(space.firstBlock(1), 0x0a000004n)
  t.equal(space.firstBlock(3), 0x0a000008n)
  t.equal(space.firstBlock(7), 0x0a000080n)
  t.equal(space.firstBlock(8), null)
})

t.test('clear makes the whole range free again', async t => {
  const range = { first: 100n, last: 199n }
  const space = new FreeSpace(range)
  for (let at = 100n; at < 200n; at += 2n) space.take(at, at)
  t.equal(space.freeCount, 50n)
  space.clear()
  t.equal(space.freeCount, 100n)
  t.same(space.intervals(0n, 10), [range])
})

t.test('a page of intervals begins inside one and ends at the limit', async t => {
  const space = FreeSpace.fromTaken({ first: 10n, last: 40n }, [
    { first: 15n, last: 15n },
    { first: 20n, last: 29n },
  ])
  const all = [
    { first: 10n, last: 14n },
    { first: 16n, last: 19n },
    { first: 30n, last: 40n },
  ]
  t.same(space.intervals(0n, 10), all)
  t.same(space.intervals(12n, 2), [{ first: 12n, last: 14n }, all[1]])
  t.same(space.intervals(20n, 10), [all[2]])
  t.same(space.intervals(40n, 10), [{ first: 40n, last: 40n }])
  t.same(space.intervals(41n, 10), [])
  t.same(space.intervals(10n, 0), [])
})

t.test('what no caller may ask is refused before anything changes', async t => {
  const range = { first: 10n, last: 20n }
  const space = FreeSpace.fromTaken(range, [{ first: 12n, last: 14n }])
  t.throws(() => space.take(14n, 15n), /14\.\.15 is not wholly free/)
  t.throws(() => space.take(9n, 10n), /not wholly free/)
  t.throws(() => space.take(20n, 21n), /not wholly free/)
  t.throws(() => space.take(16n, 15n), /not wholly free/)
  t.throws(() => space.release(11n, 12n), /11\.\.12 is not wholly taken/)
  t.throws(() => space.release(14n, 15n), /not wholly taken/)
  t.throws(() => space.release(11n, 15n), /not wholly taken/)
  t.throws(() => space.release(14n, 12n), /not wholly taken/)
  t.throws(() => space.release(21n, 22n), /not wholly taken/)
  t.throws(() => space.firstRun(0n), /at least one/)
  t.throws(() => space.firstBlock(-1), /at least one/)
  t.throws(() => space.isFree(12n, 11n), /in order/)
  t.throws(() => space.isTaken(12n, 11n), /in order/)
  t.equal(space.freeCount, 8n)
  t.throws(() => new FreeSpace({ first: 1n, last: 0n }), /0\.\.2\^128-1/)
  t.throws(() => new FreeSpace({ first: -1n, last: 0n }), /0\.\.2\^128-1/)
  t.throws(() => new FreeSpace({ first: 0n, last: 2n ** 128n }), /0\.\.2\^128-1/)
  const claims = (...taken: [bigint, bigint][]) =>
    FreeSpace.fromTaken(
      range,
      taken.map(([first, last]) => ({ first, last })),
    )
  t.throws(() => claims([9n, 10n]), /out of order/)
  t.throws(() => claims([20n, 21n]), /out of order/)
  t.throws(() => claims([12n, 11n]), /out of order/)
  t.throws(() => claims([12n, 14n], [14n, 15n]), /out of order/)
  t.throws(() => claims([12n, 14n], [10n, 11n]), /out of order/)
  t.equal(claims([10n, 14n], [15n, 20n]).freeCount, 0n)
})
