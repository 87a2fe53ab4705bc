import fc from 'fast-check'
import t from 'tap'
import type { PlacementStrategy } from '../../../src/ledger/entities.js'
import type { BlockChoice } from '../../../src/ledger/free-space/block-choice.js'
import { FreeSpace } from '../../../src/ledger/free-space/free-space.js'
import { makeBlockChoice } from '../../../src/ledger/free-space/make-block-choice.js'
import type { EndedClaim } from '../../../src/ledger/ports.js'
import { slowChoice } from './choice-model.js'
import { FreeSpaceModel, type Range } from './model.js'

const STRATEGIES: PlacementStrategy[] = [
  'first',
  'last',
  'sparse',
  'best',
  'least_recently_released',
]

/** Networks and ranges across their edges, with keys of one to four words, at both ends of the number space. */
const ranges: Range[] = [
  { first: 0n, last: 0n },
  { first: 0n, last: 63n },
  { first: 5n, last: 6n },
  { first: 0xc0000200n, last: 0xc000023fn },
  { first: 0xc0000203n, last: 0xc000023en },
  { first: 2n ** 32n - 64n, last: 2n ** 32n - 1n },
  { first: 2n ** 32n - 20n, last: 2n ** 32n + 30n },
  { first: 2n ** 64n - 40n, last: 2n ** 64n + 23n },
  { first: (0x20010db8n << 96n) + 2n ** 64n - 30n, last: (0x20010db8n << 96n) + 2n ** 64n + 33n },
  { first: 2n ** 127n - 7n, last: 2n ** 127n + 40n },
  { first: 2n ** 128n - 64n, last: 2n ** 128n - 1n },
]

const EXPONENTS = [0, 1, 2, 3, 4, 5, 6, 7]

type Step = {
  kind: 'choose' | 'toggle' | 'end' | 'undo' | 'end free'
  at: number
  size: number
  sizeLog2: number
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>(
      'choose',
      'choose',
      'toggle',
      'end',
      'end',
      'end',
      'undo',
      'end free',
    ),
    at: fc.nat(63),
    size: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 30 })),
    sizeLog2: fc.oneof(fc.nat(2), fc.nat(6)),
  }),
  { maxLength: 60 },
)

/** A pool and its model side by side; what one does the other does. */
class Pool {
  readonly space: FreeSpace
  readonly model: FreeSpaceModel
  readonly choice: BlockChoice
  ended: readonly EndedClaim[] = []
  /** Ids of claims: one revision has several, so that their order within it counts, too. */
  #id = 0
  readonly #undo: (() => void)[] = []

  constructor(
    readonly range: Range,
    readonly strategy: PlacementStrategy,
  ) {
    this.space = new FreeSpace(range)
    this.model = new FreeSpaceModel(range)
    this.choice = makeBlockChoice(this.space, strategy, [])
  }

  run(step: Step): void {
    if (step.kind === 'undo') this.#undo.pop()?.()
    else if (step.kind === 'choose') this.#choose(step.sizeLog2)
    else this.#act(step)
  }

  /** Null when every size is chosen as the model does, by this choice and by one that is built anew. */
  difference(): string | null {
    const rebuiltSpace = FreeSpace.fromTaken(this.range, this.#taken())
    const sorted = [...this.ended].sort((a, b) => a.revision - b.revision || a.id - b.id)
    const rebuilt = makeBlockChoice(rebuiltSpace, this.strategy, sorted)
    for (const sizeLog2 of EXPONENTS) {
      const wanted = slowChoice(this.strategy, this.model, this.ended, sizeLog2)
      const evolved = this.choice.choose(sizeLog2)
      const built = rebuilt.choose(sizeLog2)
      if (evolved !== wanted) return `2^${sizeLog2}: ${evolved}, not ${wanted}`
      if (built !== wanted) return `2^${sizeLog2}, built anew: ${built}, not ${wanted}`
    }
    return null
  }

  #choose(sizeLog2: number): void {
    const first = this.choice.choose(sizeLog2)
    if (first !== null) this.#set({ first, last: first + (1n << BigInt(sizeLog2)) - 1n }, false)
  }

  #act({ kind, at, size }: Step): void {
    const first = this.range.first + (BigInt(at) % (this.range.last - this.range.first + 1n))
    const last = first + BigInt(size) - 1n
    if (last > this.range.last) return
    const place = { first, last }
    if (kind === 'end free') this.#end(place)
    else if (this.model.isTaken(first, last)) {
      if (kind === 'end') this.#end(place)
      this.#set(place, true)
    } else if (this.model.isFree(first, last)) this.#set(place, false)
  }

  #set({ first, last }: Range, free: boolean): void {
    const change = (to: boolean) => {
      if (to) this.space.release(first, last)
      else this.space.take(first, last)
      this.model.set(first, last, to)
    }
    change(free)
    this.#undo.push(() => change(!free))
  }

  #end({ first, last }: Range): void {
    this.#id++
    // Ids go down within a revision: claims of one entry end in any order.
    const revision = Math.ceil(this.#id / 4)
    const claim = { id: 1000 - this.#id, revision, first, last }
    const before = this.ended
    const undo = this.choice.ended(claim)
    this.ended = [...before, claim]
    this.#undo.push(() => {
      undo()
      this.ended = before
    })
  }

  #taken(): Range[] {
    const taken: Range[] = []
    for (let at = this.range.first; at <= this.range.last; at++) {
      if (this.model.isTaken(at, at)) taken.push({ first: at, last: at })
    }
    return taken
  }
}

for (const strategy of STRATEGIES) {
  t.test(
    `${strategy}: any history chooses as the slow model does, evolved or built anew`,
    async t => {
      for (const range of ranges) {
        t.doesNotThrow(
          () =>
            fc.assert(
              fc.property(steps, all => {
                const pool = new Pool(range, strategy)
                for (const step of all) {
                  pool.run(step)
                  const difference = pool.difference()
                  if (difference !== null) throw new Error(difference)
                }
              }),
              { numRuns: 50 },
            ),
          `${range.first}..${range.last}`,
        )
      }
    },
  )
}

const IPV6: Range = { first: 0x20010db8n << 96n, last: (0x20010db9n << 96n) - 1n }

t.test('sparse bisects: each block has as much room as the space has left', async t => {
  const space = new FreeSpace(IPV6)
  const choice = makeBlockChoice(space, 'sparse', [])
  const starts = Array.from({ length: 6 }, () => {
    const first = choice.choose(80) ?? 0n
    space.take(first, first + 2n ** 80n - 1n)
    return (first - IPV6.first) >> 92n
  })
  t.same(starts, [0n, 8n, 4n, 12n, 2n, 6n], 'sixteenths of the space')
  t.equal(choice.choose(96), null)
  t.equal(choice.choose(97), null)
})

t.test('all of IPv6 is one block, and strategies are exact at both ends', async t => {
  for (const strategy of STRATEGIES) {
    const space = new FreeSpace({ first: 0n, last: 2n ** 128n - 1n })
    const choice = makeBlockChoice(space, strategy, [])
    t.equal(choice.choose(128), 0n, strategy)
    t.equal(choice.choose(0), strategy === 'last' ? 2n ** 128n - 1n : 0n, strategy)
    const claim = { id: 1, revision: 2, first: 0n, last: 2n ** 128n - 1n }
    space.take(claim.first, claim.last)
    for (const sizeLog2 of [0, 64, 128]) t.equal(choice.choose(sizeLog2), null, strategy)
    choice.ended(claim)
    space.release(claim.first, claim.last)
    t.equal(choice.choose(128), 0n, strategy)
  }
})

t.test('a released block rests until no other is left', async t => {
  const range: Range = { first: 0n, last: 15n }
  const space = new FreeSpace(range)
  const choice = makeBlockChoice(space, 'least_recently_released', [])
  const release = (first: bigint, revision: number) => {
    choice.ended({ id: revision, revision, first, last: first + 3n })
    space.release(first, first + 3n)
  }
  space.take(0n, 15n)
  for (const [i, first] of [8n, 0n, 12n, 4n].entries()) release(first, i + 1)
  t.equal(choice.choose(2), 8n)
  t.equal(choice.choose(3), 8n, '8 and 12 were released before 4 was')
  space.take(8n, 11n)
  t.equal(choice.choose(2), 0n)
  t.equal(choice.choose(3), 0n)
  release(8n, 5)
  t.equal(choice.choose(3), 0n, 'younger than 4 now')
})

t.test('a choice that was closed watches no longer, and only one watches at a time', async t => {
  for (const strategy of ['best', 'least_recently_released'] as const) {
    const space = new FreeSpace({ first: 0n, last: 15n })
    const choice = makeBlockChoice(space, strategy, [])
    t.throws(() => makeBlockChoice(space, 'best', []), /one observer at a time/)
    t.throws(() => space.clear(), /not cleared/)
    t.throws(() => choice.choose(-1), /at least one address/)
    choice.close()
    const next = makeBlockChoice(space, strategy, [])
    space.take(0n, 7n)
    t.equal(next.choose(3), 8n)
  }
})
