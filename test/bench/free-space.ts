// What the free space costs at 0 to 10^6 claims, in microseconds an operation and bytes an interval; then what a
// pool's placement strategies cost. Takes about a minute of CPU: node --import tsx test/bench/free-space.ts.
// BENCH_CLAIMS lists the fills.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseCidr } from '../../src/ledger/address/cidr-text.js'
import { networkRange } from '../../src/ledger/address/range.js'
import type { PlacementStrategy } from '../../src/ledger/entities.js'
import { FreeSpace } from '../../src/ledger/free-space/free-space.js'
import { makeBlockChoice } from '../../src/ledger/free-space/make-block-choice.js'

const FILLS = (process.env.BENCH_CLAIMS ?? '0,10000,100000,1000000').split(',').map(Number)
const NETWORKS = ['10.0.0.0/8', '2001:db8::/32']
/** Operations timed together, and how often; the quickest round counts, as the one that nobody disturbed. */
const OPERATIONS = 512
const ROUNDS = 25
const RUN = 4n
const BLOCK_LOG2 = 4
const LEAST_RECENT = 'least_recently_released'

type Range = { readonly first: bigint; readonly last: bigint }
type Row = { readonly [column: string]: string | number }

/** Claims one after the other, every other address, or of 1 to 8 addresses with gaps of 1 to 8. */
const PATTERNS: Record<string, (base: bigint, claims: number) => Generator<Range>> = {
  *contiguous(base, claims) {
    for (let i = 0n; i < claims; i++) yield { first: base + i, last: base + i }
  },
  *fragmented(base, claims) {
    for (let i = 0n; i < claims; i++) yield { first: base + 2n * i, last: base + 2n * i }
  },
  *mixed(base, claims) {
    let state = 7
    for (let i = 0, at = base; i < claims; i++) {
      state = (state * 48271) % 2147483647
      const first = at + BigInt((state >> 3) % 8) + 1n
      const last = first + BigInt((state >> 9) % 8)
      yield { first, last }
      at = last + 1n
    }
  },
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function usedBytes(): number {
  // Twice: array buffers are freed only after the collection that finds them.
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Microseconds a call, over OPERATIONS calls. */
function time(run: (i: number) => void): number {
  const start = performance.now()
  for (let i = 0; i < OPERATIONS; i++) run(i)
  return ((performance.now() - start) * 1000) / OPERATIONS
}

/** Takes what `choose` offers again and again, then gives it back in the same order, so that the fill stays. */
function timeChoice(
  space: FreeSpace,
  size: bigint,
  choose: () => bigint | null,
  ended: (block: Range) => void = () => {},
) {
  const taken: bigint[] = []
  const choices: number[] = []
  const releases: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    taken.length = 0
    choices.push(
      time(() => {
        const first = choose()
        if (first === null) throw new Error('the network is full')
        space.take(first, first + size - 1n)
        taken.push(first)
      }),
    )
    releases.push(
      time(i => {
        const first = taken[i] ?? 0n
        const last = first + size - 1n
        ended({ first, last })
        space.release(first, last)
      }),
    )
  }
  return { choose: Math.min(...choices), release: Math.min(...releases) }
}

/** Checks, then takes and gives back, addresses spread over the claims and the gaps between them. */
function timePlaces(space: FreeSpace, claims: number): number {
  const rounds = Array.from({ length: ROUNDS }, () =>
    time(i => {
      const at = space.range.first + BigInt((i * 7919 * 7919) % (2 * claims + OPERATIONS))
      const release = space.isTaken(at, at)
      if (release) space.release(at, at)
      else space.take(at, at)
      if (release) space.take(at, at)
      else space.release(at, at)
    }),
  )
  return Math.min(...rounds) / 2
}

function measure(cidr: string, pattern: string, claims: number): Row {
  const network = parseCidr(cidr)
  const make = PATTERNS[pattern]
  if ('reason' in network || make === undefined) throw new Error(`${cidr}, ${pattern}`)
  const range = networkRange(network)
  const before = usedBytes()
  const start = performance.now()
  const space = FreeSpace.fromTaken(range, make(range.first, claims))
  const buildMs = performance.now() - start
  const bytes = usedBytes() - before
  const address = timeChoice(space, 1n, () => space.first())
  const run = timeChoice(space, RUN, () => space.firstRun(RUN))
  const block = timeChoice(space, 1n << BigInt(BLOCK_LOG2), () => space.firstBlock(BLOCK_LOG2))
  return {
    network: cidr,
    pattern,
    claims,
    intervals: space.intervalCount,
    'address µs': address.choose.toFixed(2),
    'run of 4 µs': run.choose.toFixed(2),
    'block of 16 µs': block.choose.toFixed(2),
    'release µs': address.release.toFixed(2),
    'anywhere µs': timePlaces(space, claims).toFixed(2),
    'build ms': buildMs.toFixed(0),
    'bytes/interval': space.intervalCount > 1 ? (bytes / space.intervalCount).toFixed(1) : '',
  }
}

/** What a pool hands out in each network, and every strategy with what was released before. */
const POOLS = [
  { cidr: '10.0.0.0/8', sizeLog2: 2, strategies: ['first', 'last', 'best', LEAST_RECENT] },
  { cidr: '2001:db8::/32', sizeLog2: 64, strategies: ['first', 'sparse', 'best', LEAST_RECENT] },
] as const

/** Which of the claims, that fill the pool one behind the other, were released, by a stride through them all. */
const RELEASED = { half: (i: number) => i % 4 < 2, all: () => true }

type PoolCase = {
  readonly cidr: string
  readonly sizeLog2: number
  readonly strategy: PlacementStrategy
  readonly released: keyof typeof RELEASED
  readonly claims: number
}

function measurePool({ cidr, sizeLog2, strategy, released, claims }: PoolCase): Row {
  const network = parseCidr(cidr)
  if ('reason' in network) throw new Error(cidr)
  const range = networkRange(network)
  const size = 1n << BigInt(sizeLog2)
  const blockAt = (i: number): Range => {
    const first = range.first + BigInt(i) * size
    return { first, last: first + size - 1n }
  }
  const places = Array.from({ length: claims }, (_, i) => i)
  const taken = places.filter(i => !RELEASED[released](i)).map(blockAt)
  // Nothing was never released: a pool of that age has no fresh space left.
  taken.push({ first: blockAt(claims).first, last: range.last })
  const ended = places
    .map(i => (i * 7919) % claims)
    .filter(RELEASED[released])
    .map((place, i) => ({ id: i + 1, revision: i + 1, ...blockAt(place) }))
  const space = FreeSpace.fromTaken(range, taken)
  const before = usedBytes()
  const start = performance.now()
  const choice = makeBlockChoice(space, strategy, ended)
  const buildMs = performance.now() - start
  const bytes = usedBytes() - before
  let revision = claims
  const timeOf = (exponent: number) =>
    timeChoice(
      space,
      1n << BigInt(exponent),
      () => choice.choose(exponent),
      block => choice.ended({ id: ++revision, revision, ...block }),
    )
  const block = timeOf(sizeLog2)
  const double = timeOf(sizeLog2 + 1)
  return {
    network: cidr,
    strategy,
    released,
    claims,
    'block µs': block.choose.toFixed(1),
    'its release µs': block.release.toFixed(1),
    'double µs': double.choose.toFixed(1),
    'its release': double.release.toFixed(1),
    'build ms': buildMs.toFixed(0),
    'bytes/claim': claims > 0 ? (bytes / claims).toFixed(1) : '',
  }
}

function poolCases(fills: readonly number[]): PoolCase[] {
  return POOLS.flatMap(({ strategies, ...pool }) =>
    strategies.flatMap(strategy =>
      (['half', 'all'] as const).flatMap(released =>
        fills.map(claims => ({ ...pool, strategy, released, claims })),
      ),
    ),
  )
}

// Unmeasured first: compiled code for every key width, so that the first row is no slower than the last.
for (const cidr of NETWORKS) for (const pattern in PATTERNS) measure(cidr, pattern, 10_000)
const rows = NETWORKS.flatMap(cidr =>
  Object.keys(PATTERNS).flatMap((pattern, i) =>
    FILLS.filter(claims => i === 0 || claims > 0).map(claims => measure(cidr, pattern, claims)),
  ),
)
console.table(rows)

for (const poolCase of poolCases([10_000])) measurePool(poolCase)
console.table(poolCases(FILLS.filter(claims => claims > 0)).map(measurePool))
