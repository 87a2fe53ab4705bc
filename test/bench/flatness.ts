// npm run bench:flatness: what one allocation costs in apply at 10^4 to 10^6 live claims, contiguous and fully fragmented,
// beside the same in an empty network; then the same for the blocks of a pool. The two take turns of a batch, so that what else the machine does falls on both.
// BENCH_CLAIMS lists the fills. Real SQLite in a temporary directory, batches of 256 entries as under load.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Command,
  type CreateAllocationCommand,
  commandVersionOf,
} from '../../src/ledger/index.js'
import type { ApplyEntry } from '../../src/raft/index.js'
import { encodeRequest, Store } from '../../src/store/index.js'

const FILLS = (process.env.BENCH_CLAIMS ?? '10000,100000,1000000').split(',').map(Number)
const BATCH = 256
/** Batches of each kind and store. */
const TURNS = 48
const FILL_BATCH = 4096

const silent = { debug() {}, info() {}, warn() {}, error() {} }

class Feeder {
  #index = 0
  readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  /** Applies commands in batches. @returns µs per command. */
  apply(commands: readonly Command[]): number {
    const entries = commands.map(command => this.#entry(command))
    const start = process.hrtime.bigint()
    for (let from = 0; from < entries.length; from += BATCH) {
      this.store.apply(entries.slice(from, from + BATCH))
    }
    return Number(process.hrtime.bigint() - start) / 1000 / Math.max(1, commands.length)
  }

  #entry(command: Command): ApplyEntry {
    this.#index += 1
    const data = encodeRequest({
      version: commandVersionOf(command),
      session: { nodeId: 1, start: 1 },
      sequence: this.#index,
      awaitedFrom: this.#index,
      origin: { actor: 'system', clientAddress: null, userAgent: null },
      principal: null,
      idempotency: null,
      command,
    })
    const timeMs = 1_700_000_000_000 + this.#index
    return { index: this.#index, term: 1, kind: 'command', timeMs, data, membership: null }
  }
}

function allocation(place: CreateAllocationCommand['place']): Command {
  return {
    type: 'allocation.create',
    networkId: 1,
    place,
    hostname: 'bench',
    description: null,
    tags: [],
    ttlMs: null,
  }
}

function block(prefixLength: number): Command {
  const facts = { description: 'bench', owner: null, ttlMs: null }
  return { type: 'block.allocate', pool: 'bench', prefixLength, ...facts }
}

type Case = { readonly cidr: string; readonly claims: number; readonly fragmented: boolean }

/** What the space is filled with, and what is measured in it. */
type Kind = {
  readonly title: string
  space(cidr: string): Command
  claim(cidr: string): Command
  measured(cidr: string): readonly Command[]
}

const addresses: Kind = {
  title:
    'network | live claims | free space | µs full / empty = ratio: address | run of 3 | block of 4',
  space: cidr => ({
    type: 'network.create',
    vrf: 'default',
    place: { cidr },
    description: null,
    tags: [],
    holdHours: 0,
  }),
  claim: () => allocation({ count: 1 }),
  measured: cidr => [
    allocation({ count: 1 }),
    allocation({ count: 3 }),
    allocation({ prefixLength: cidr.includes(':') ? 126 : 30 }),
  ],
}

/** Small ones fill it, so that 10^6 are a quarter of an IPv4 /8; the large one skips all gaps. */
const blocks: Kind = {
  title:
    'pool | live blocks | free space | µs full / empty = ratio: small block (/30, /64) | twice that | 16 times that',
  space: cidr => ({
    type: 'pool.create',
    name: 'bench',
    cidr,
    description: null,
    strategy: 'first',
  }),
  claim: cidr => block(smallBlock(cidr)),
  measured: cidr => [0, 1, 4].map(bits => block(smallBlock(cidr) - bits)),
}

function smallBlock(cidr: string): number {
  return cidr.includes(':') ? 64 : 30
}

async function withStore<T>(work: (feeder: Feeder) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-flatness-'))
  const initialMembership = {
    voters: [1],
    votersOutgoing: [],
    learners: [],
    learnersNext: [],
    autoLeave: false,
  }
  const options = { directory, cachePagesBytes: 16 << 20, initialMembership }
  const store = await Store.open(options, { log: silent })
  try {
    return await work(new Feeder(store))
  } finally {
    await store.close()
    rmSync(directory, { recursive: true })
  }
}

function fill(feeder: Feeder, kind: Kind, { cidr, claims, fragmented }: Case): void {
  feeder.apply([
    { type: 'genesis', clusterId: 1, clusterUuid: 'bench', members: [] },
    kind.space(cidr),
  ])
  const made = fragmented ? claims * 2 : claims
  for (let done = 0; done < made; done += FILL_BATCH) {
    const count = Math.min(FILL_BATCH, made - done)
    feeder.apply(Array.from({ length: count }, () => kind.claim(cidr)))
  }
  if (!fragmented) return
  for (let id = 1; id <= made; id += 2 * FILL_BATCH) {
    const ids = Array.from({ length: FILL_BATCH }, (_, n) => id + 2 * n).filter(n => n <= made)
    feeder.apply(ids.map(n => ({ type: 'allocation.release', id: n, ifRevision: null }) as const))
  }
}

/** @returns µs of one allocation when full and when empty, and the median of the turns' ratios. */
function compare(full: Feeder, empty: Feeder, command: Command): string {
  const batch = () => Array.from({ length: BATCH }, () => command)
  const turns = Array.from(
    { length: TURNS },
    () => [full.apply(batch()), empty.apply(batch())] as const,
  )
  const [ours, theirs] = [median(turns.map(turn => turn[0])), median(turns.map(turn => turn[1]))]
  const ratio = median(turns.map(([one, other]) => one / other))
  return `${ours.toFixed(1)} / ${theirs.toFixed(1)} = ${ratio.toFixed(2)}`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function measure(kind: Kind, one: Case): Promise<void> {
  await withStore(async full => {
    fill(full, kind, one)
    await withStore(async empty => {
      fill(empty, kind, { ...one, claims: 0 })
      const figures = kind.measured(one.cidr).map(command => compare(full, empty, command))
      const space = one.fragmented ? 'fragmented' : 'contiguous'
      process.stdout.write(`${one.cidr} | ${one.claims} | ${space} | ${figures.join(' | ')}\n`)
    })
  })
}

for (const kind of [addresses, blocks]) {
  process.stdout.write(`${kind.title}\n`)
  for (const claims of FILLS) {
    for (const cidr of ['10.0.0.0/8', '2001:db8::/32']) {
      for (const fragmented of [false, true]) await measure(kind, { cidr, claims, fragmented })
    }
  }
}
