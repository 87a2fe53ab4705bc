// What one allocation.create costs in the state machine, by entries a transaction. npm run bench:apply
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Store } from '../../src/store/index.js'
import {
  createAllocation,
  createNetwork,
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

async function measure(batchSize: number, directory: string): Promise<Cost> {
  const store = await Store.open(
    { directory, cachePagesBytes: 64 << 20, initialMembership: membership },
    { log: silentLog },
  )
  const entries = new EntryMaker()
  store.apply([entries.command(genesis)])
  for (let at = 0; at < NETWORKS; at++) {
    store.apply([entries.command(createNetwork(`10.${at}.0.0/16`))])
  }
  const creates = Array.from({ length: ENTRIES }, (_, at) =>
    entries.command(createAllocation(1 + (at % NETWORKS), { hostname: `host-${at}.example.com` })),
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

const directory = mkdtempSync(join(tmpdir(), 'ipam-bench-'))
try {
  for (const batchSize of BATCHES) {
    const costs: Cost[] = []
    for (let round = 0; round < ROUNDS; round++) {
      costs.push(await measure(batchSize, join(directory, `${batchSize}-${round}`)))
    }
    const least = (pick: (cost: Cost) => number) => Math.min(...costs.map(pick)).toFixed(1)
    console.log(
      `batch ${String(batchSize).padStart(3)}: ${least(cost => cost.wallMicros)} us wall, ${least(cost => cost.cpuMicros)} us CPU per allocation.create (best of ${ROUNDS})`,
    )
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
