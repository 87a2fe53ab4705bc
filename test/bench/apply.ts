// What one allocation.create, and one block.allocate, costs in the state machine, by entries a transaction.
// npm run bench:apply
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from '../../src/ledger/index.js'
import { Store } from '../../src/store/index.js'
import {
  allocateBlock,
  createAllocation,
  createNetwork,
  createPool,
  EntryMaker,
  genesis,
  membership,
  silentLog,
} from '../store/support.js'

const ENTRIES = 16_384
const NETWORKS = 8
const BATCHES = [1, 64, 256]
const ROUNDS = 3

type Cost = { readonly wallMicros: number; readonly cpuMicros: number }

/** Commands that make the network of that number, and take something in it. */
type Work = {
  readonly name: string
  readonly prepare: (network: number) => Command
  readonly take: (network: number, at: number) => Command
}

const works: readonly Work[] = [
  {
    name: 'allocation.create',
    prepare: network => createNetwork(`10.${network}.0.0/16`),
    take: (network, at) => createAllocation(network, { hostname: `host-${at}.example.com` }),
  },
  {
    name: 'block.allocate',
    prepare: network => createPool(`10.${network}.0.0/16`, { name: `pool-${network}` }),
    take: (network, at) => allocateBlock(`pool-${network}`, 30, `router-${at}.example.com`),
  },
]

async function measure(work: Work, batchSize: number, directory: string): Promise<Cost> {
  const store = await Store.open(
    { directory, cachePagesBytes: 64 << 20, initialMembership: membership },
    { log: silentLog },
  )
  const entries = new EntryMaker()
  store.apply([entries.command(genesis)])
  for (let network = 1; network <= NETWORKS; network++) {
    store.apply([entries.command(work.prepare(network))])
  }
  const creates = Array.from({ length: ENTRIES }, (_, at) =>
    entries.command(work.take(1 + (at % NETWORKS), at)),
  )
  // The first are for the compiler.
  for (let at = 0; at < ENTRIES / 4; at += batchSize) store.apply(creates.slice(at, at + batchSize))
  const measured = creates.slice(ENTRIES / 4)
  const startedCpu = process.cpuUsage()
  const started = performance.now()
  for (let at = 0; at < measured.length; at += batchSize) {
    store.apply(measured.slice(at, at + batchSize))
  }
  const wallMicros = ((performance.now() - started) * 1000) / measured.length
  const { user, system } = process.cpuUsage(startedCpu)
  await store.close()
  return { wallMicros, cpuMicros: (user + system) / measured.length }
}

async function report(work: Work, batchSize: number, directory: string): Promise<void> {
  const costs: Cost[] = []
  for (let round = 0; round < ROUNDS; round++) {
    costs.push(
      await measure(work, batchSize, join(directory, `${work.name}-${batchSize}-${round}`)),
    )
  }
  const least = (pick: (cost: Cost) => number) => Math.min(...costs.map(pick)).toFixed(1)
  console.log(
    `batch ${String(batchSize).padStart(3)}: ${least(cost => cost.wallMicros)} us wall, ${least(cost => cost.cpuMicros)} us CPU per ${work.name} (best of ${ROUNDS})`,
  )
}

const directory = mkdtempSync(join(tmpdir(), 'ipam-bench-'))
try {
  for (const work of works) {
    for (const batchSize of BATCHES) await report(work, batchSize, directory)
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
