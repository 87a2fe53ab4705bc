// Thousands of free intervals and ages, where the indexes have several levels; checked against one array of addresses.
import t from 'tap'
import type { PlacementStrategy } from '../../../src/ledger/entities.js'
import { FreeSpace } from '../../../src/ledger/free-space/free-space.js'
import { makeBlockChoice } from '../../../src/ledger/free-space/make-block-choice.js'
import type { EndedClaim } from '../../../src/ledger/ports.js'
import { numbers } from './numbers.js'

const SIZE = 2 ** 13
const STEPS = 10_000
const CHECK_EVERY = 500
const BASES = { IPv4: 0x0a000000n, IPv6: (0x20010db8n << 96n) + 2n ** 64n - BigInt(SIZE / 2) }

/** Age of each address, 0 when it never was released; null when it is taken. */
type Ages = (number | null)[]

/** Of all aligned blocks the cheapest one, the lowest of equals; null when none is free. */
function cheapest(ages: Ages, size: number, cost: (start: number) => number): number | null {
  let best: number | null = null
  let least = Number.POSITIVE_INFINITY
  for (let start = 0; start < ages.length; start += size) {
    if (!isFree(ages, start, size)) continue
    const own = cost(start)
    if (own < least) [best, least] = [start, own]
  }
  return best
}

function isFree(ages: Ages, start: number, size: number): boolean {
  for (let at = start; at < start + size; at++) if (ages[at] === null) return false
  return start + size <= ages.length
}

const costs = {
  best: (ages: Ages, size: number) => (start: number) => {
    let around = size
    while (isFree(ages, start - (start % (around * 2)), around * 2)) around *= 2
    return around
  },
  least_recently_released: (ages: Ages, size: number) => (start: number) =>
    Math.max(...(ages.slice(start, start + size) as number[])),
} satisfies Partial<Record<PlacementStrategy, unknown>>

for (const [family, base] of Object.entries(BASES)) {
  for (const strategy of ['best', 'least_recently_released'] as const) {
    t.test(
      `${strategy}, ${family}: thousands of claims and ages choose as the array does`,
      async t => {
        const range = { first: base, last: base + BigInt(SIZE) - 1n }
        const space = new FreeSpace(range)
        const choice = makeBlockChoice(space, strategy, [])
        const ages: Ages = Array.from({ length: SIZE }, () => 0)
        // What taken addresses were released at before, which counts again if they are freed and no claim ended.
        const kept: number[] = Array.from({ length: SIZE }, () => 0)
        const live: { start: number; size: number }[] = []
        const ended: EndedClaim[] = []
        const random = numbers(17)
        const rangeOf = (start: number, size: number) => {
          const first = base + BigInt(start)
          return { first, last: first + BigInt(size) - 1n }
        }
        const take = (size: number) => {
          const first = choice.choose(Math.log2(size))
          if (first === null) return
          const start = Number(first - base)
          const { last } = rangeOf(start, size)
          space.take(first, last)
          ages.fill(null, start, start + size)
          live.push({ start, size })
        }
        const free = (revision: number) => {
          const [claim] = live.splice(random(live.length), 1)
          if (claim === undefined) return
          const { start, size } = claim
          const place = rangeOf(start, size)
          if (random(8) > 0) {
            ended.push({ id: revision, revision, ...place })
            choice.ended({ id: revision, revision, ...place })
            kept.fill(revision, start, start + size)
          }
          space.release(place.first, place.last)
          for (let at = start; at < start + size; at++) ages[at] = kept[at] as number
        }
        for (let step = 1; step <= STEPS; step++) {
          // It fills, and then is half empty in places all over.
          if (random(100) < (step < STEPS / 2 ? 75 : 35)) take(2 ** random(3))
          else free(step)
          if (step % CHECK_EVERY > 0) continue
          const rebuilt = makeBlockChoice(
            FreeSpace.fromTaken(range, takenIn(ages, base)),
            strategy,
            ended,
          )
          for (let sizeLog2 = 0; sizeLog2 < 8; sizeLog2++) {
            const size = 2 ** sizeLog2
            const wanted = cheapest(ages, size, costs[strategy](ages, size))
            const address = wanted === null ? null : base + BigInt(wanted)
            const found = [choice.choose(sizeLog2), rebuilt.choose(sizeLog2)]
            if (found.some(start => start !== address)) {
              t.fail(
                `step ${step}, 2^${sizeLog2}: ${found.join(' and built anew ')}, not ${address}`,
              )
            }
          }
        }
        t.ok(space.intervalCount > 300, `${space.intervalCount} free intervals at the end`)
      },
    )
  }
}

function* takenIn(ages: Ages, base: bigint) {
  for (const [at, age] of ages.entries()) {
    const address = base + BigInt(at)
    if (age === null) yield { first: address, last: address }
  }
}
