// npm run bench:flatness: what one allocation costs in apply, at 0 to 10^6 live claims, contiguous and fully fragmented.
// BENCH_CLAIMS lists the fills. Real SQLite in a temporary directory, batches of 256 entries as under load.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, CreateAllocationCommand } from '../../src/ledger/index.js'
import type { ApplyEntry } from '../../src/raft/index.js'
import { encodeRequest, Store } from '../../src/store/index.js'

const FILLS = (process.env.BENCH_CLAIMS ?? '0,10000,100000,1000000').split(',').map(Number)
const BATCH = 256
const SAMPLES = 4096

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
      version: 1,
      session: { nodeId: 1, start: 1 },
      sequence: this.#index,
      awaitedFrom: this.#index,
      origin: { actor: 'system', clientAddress: null, userAgent: null },
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

async function measure(cidr: string, claims: number, fragmented: boolean): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-flatness-'))
  const store = await Store.open(
    {
      directory,
      cachePagesBytes: 16 * 1024 * 1024,
      initialMembership: {
        voters: [1],
        votersOutgoing: [],
        learners: [],
        learnersNext: [],
        autoLeave: false,
      },
    },
    { log: silent },
  )
  try {
    const feeder = new Feeder(store)
    feeder.apply([
      { type: 'genesis', clusterId: 1, clusterUuid: 'bench', members: [] },
      {
        type: 'network.create',
        vrf: 'default',
        place: { cidr },
        description: null,
        tags: [],
        holdHours: 0,
      },
    ])
    const made = fragmented ? claims * 2 : claims
    for (let done = 0; done < made; done += 4096) {
      const count = Math.min(4096, made - done)
      feeder.apply(Array.from({ length: count }, () => allocation({ count: 1 })))
    }
    if (fragmented) {
      for (let id = 1; id <= made; id += 2 * 4096) {
        const ids = Array.from({ length: 4096 }, (_, n) => id + 2 * n).filter(n => n <= made)
        feeder.apply(
          ids.map(n => ({ type: 'allocation.release', id: n, ifRevision: null }) as const),
        )
      }
    }
    const prefixLength = cidr.includes(':') ? 126 : 30
    const [address, run, block] = [{ count: 1 }, { count: 3 }, { prefixLength }].map(place =>
      feeder.apply(Array.from({ length: SAMPLES }, () => allocation(place))).toFixed(1),
    )
    return `${cidr} | ${claims} | ${fragmented ? 'fragmented' : 'contiguous'} | ${address} | ${run} | ${block}`
  } finally {
    await store.close()
    rmSync(directory, { recursive: true })
  }
}

process.stdout.write('network | live claims | free space | µs: address | run of 3 | block of 4\n')
for (const cidr of ['10.0.0.0/8', '2001:db8::/32']) {
  for (const fragmented of [false, true]) {
    await measure(cidr, 1000, fragmented)
    for (const claims of FILLS) {
      process.stdout.write(`${await measure(cidr, claims, fragmented)}\n`)
    }
  }
}
