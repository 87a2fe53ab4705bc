// `ipam check` of pools: it passes what the daemon wrote, deletions under way too, and names what someone else changed.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import {
  allocateBlock,
  allocateNumber,
  createAllocation,
  createNetwork,
  createNumberPool,
  createPool,
  EntryMaker,
  genesis,
  openStore,
  temporaryDirectory,
} from './support.js'

const FILE = join('state', '0-0', 'state.db')
const rt = { kind: 'rt', format: 1, administrator: '192.0.2.1', rangeEnd: 65_535 } as const

/**
 * Pools 1 10.0.0.0/24 and 2 10.1.0.0/24 in networks 2 and 3; blocks 1 10.0.0.0/30, 2 10.0.0.4/30 (released) and
 * 3 10.1.0.0/25. Number pools 1 and 2 of AS numbers and 3 of RTs; numbers 1 AS 1 (released), 2 AS 2, 3 an RT, 4 AS 1.
 */
async function makeState(t: Test): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  store.apply([
    entries.command(genesis),
    entries.command(createNetwork('192.0.2.0/24')),
    entries.command(createPool('10.0.0.0/24', { description: 'links' })),
    entries.command(createPool('10.1.0.0/24', { strategy: 'best' })),
    entries.command(allocateBlock('10.0.0.0/24', 30)),
    entries.command(allocateBlock('10.0.0.0/24', 30)),
    entries.command(allocateBlock('10.1.0.0/24', 25)),
    entries.command(createAllocation(1)),
    entries.command({
      type: 'block.release',
      pool: '10.0.0.0/24',
      cidr: '10.0.0.4/30',
      ifRevision: null,
    }),
    entries.command(createNumberPool('asns', { rangeEnd: 100 })),
    entries.command(createNumberPool('more asns', { rangeEnd: 200 })),
    entries.command(createNumberPool('targets', rt)),
    entries.command(allocateNumber('asns')),
    entries.command(allocateNumber('more asns')),
    entries.command(allocateNumber('targets', '192.0.2.1:77')),
    entries.command({ type: 'number.release', pool: 'asns', value: '1', ifRevision: null }),
    entries.command(allocateNumber('asns')),
  ])
  await store.close()
  return directory
}

t.test('a sound state with pools passes, and the report counts them', async t => {
  const report = checkState(await makeState(t))
  t.strictSame(report.findings, [])
  t.match(report.verified, { networks: 3, allocations: 4, liveClaims: 3 })
  t.match(report.verified, { numberPools: 3, numbers: 4 })
})

t.test('claims that wait for the end of their pool are in nobody’s way', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  const both = () => [
    entries.command(allocateBlock('10.0.0.0/16', 28)),
    entries.command(allocateNumber('asns')),
  ]
  store.apply([
    entries.command(genesis),
    entries.command(createPool('10.0.0.0/16')),
    entries.command(createNumberPool('asns')),
    ...Array.from({ length: 950 }, both).flat(),
  ])
  store.apply([
    entries.command({ type: 'pool.delete', name: '10.0.0.0/16', ifRevision: null }),
    entries.command({ type: 'number-pool.delete', name: 'asns', ifRevision: null }),
    entries.command(createPool('10.0.56.0/21')),
    entries.command(allocateBlock('10.0.56.0/21', 27)),
    entries.command(createNumberPool('asns')),
    entries.command(allocateNumber('asns')),
  ])
  t.equal(store.reads.deletionsWait(), true)
  await store.close()
  const waiting = checkState(directory)
  t.strictSame(waiting.findings, [])
  t.equal(waiting.verified.liveClaims, 1)

  const again = await openStore(t, directory)
  again.apply([new EntryMaker(again.appliedIndex(), 3).command({ type: 'sweep', rowsMax: 999 })])
  t.equal(again.reads.deletionsWait(), false)
  await again.close()
  t.strictSame(checkState(directory).findings, [])
})

const damages: readonly { sql: string; area: string; message: RegExp }[] = [
  {
    sql: `UPDATE networks SET pool_name = '10.0.0.0/24' WHERE id = 3`,
    area: 'pools',
    message: /^Two pools have the name "10\.0\.0\.0\/24"/,
  },
  {
    sql: 'UPDATE networks SET pool_id = 1 WHERE id = 3',
    area: 'pools',
    message: /^Two pools have the id 1/,
  },
  {
    sql: 'UPDATE networks SET vrf_id = 9 WHERE id = 3',
    area: 'pools',
    message: /^Network 3 has a pool and lies in VRF 9/,
  },
  {
    sql: `UPDATE networks SET pool_strategy = 0 WHERE id = 3`,
    area: 'history',
    message: /^network 3 has pool_strategy "first", and Change 4\.1 left "best"/,
  },
  {
    sql: `UPDATE networks SET pool_id = NULL WHERE id = 3`,
    area: 'history',
    message: /^network 3 has pool_id unset, and Change 4\.1 left 2/,
  },
  {
    sql: 'UPDATE claims SET block_id = 1 WHERE id = 3',
    area: 'pools',
    message: /^Two blocks have the number 1/,
  },
  {
    sql: 'UPDATE past_allocations SET block_id = 3 WHERE id = 2',
    area: 'pools',
    message: /^Two blocks have the number 3/,
  },
  {
    sql: 'UPDATE claims SET block_id = NULL WHERE id = 3',
    area: 'pools',
    message: /^Allocation 3 is a block of a pool and has no number of its own/,
  },
  {
    sql: 'UPDATE claims SET block_id = 9 WHERE id = 4',
    area: 'pools',
    message: /^Allocation 4 has the number of a block and is none/,
  },
  {
    sql: `UPDATE claims SET owner = 'mallory' WHERE id = 1`,
    area: 'history',
    message: /^allocation 1 has owner "mallory", and Change 5\.0 left "router-1"/,
  },
  {
    sql: `UPDATE claims SET last = x'0000000000000000000000000a010101' WHERE id = 3`,
    area: 'placement',
    message: /^Allocation 3 \(.*\) lies outside its network 10\.1\.0\.0\/24/,
  },
  {
    sql: 'UPDATE claims SET kind = 1 WHERE id = 3',
    area: 'placement',
    message: /^Allocation 3 \(.*\) is not usable in its network 10\.1\.0\.0\/24/,
  },
  {
    sql: 'DELETE FROM networks WHERE id = 2',
    area: 'placement',
    message: /^Allocation 1 \(.*\) lies in no network/,
  },
  {
    sql: 'INSERT INTO deletions VALUES (0, 2, 17, 5, NULL)',
    area: 'pools',
    message: /^Network 2 is there, and its deletion is under way/,
  },
  {
    sql: `INSERT INTO deletions VALUES (1, 3, 17, 5, '[3,"b",null,0,1,"192.0.2.1",1,9,5,5,17]')`,
    area: 'pools',
    message: /^Number pool 3 is there, and its deletion is under way/,
  },
  {
    sql: `UPDATE number_pools SET name = 'asns' WHERE id = 3`,
    area: 'pools',
    message: /^Two number pools have the name "asns"/,
  },
  {
    sql: 'UPDATE number_pools SET range_end = 70000 WHERE id = 3',
    area: 'history',
    message: /^number-pool 3 has range_end 70000, and Change 12\.0 left 65535/,
  },
  {
    sql: 'UPDATE number_claims SET value = 1 WHERE id = 2',
    area: 'overlap',
    message: /^Number 4 \(1 of number pool 1\) is taken by number 2 too/,
  },
  {
    sql: 'UPDATE number_claims SET value = 78 WHERE id = 3',
    area: 'history',
    message: /^number 3 has value 78, and Change 15\.0 left 77/,
  },
  {
    sql: 'UPDATE number_claims SET value = 201 WHERE id = 2',
    area: 'placement',
    message: /^Number 2 \(201 of number pool 2\) lies outside its pool/,
  },
  {
    sql: 'DELETE FROM number_pools WHERE id = 2',
    area: 'placement',
    message: /^Number 2 \(2 of number pool 2\) lies in no pool/,
  },
  {
    sql: 'DELETE FROM past_numbers WHERE id = 1',
    area: 'history',
    message: /^number 1 is missing; Change 16\.0 left it/,
  },
  {
    sql: 'INSERT INTO number_claims VALUES (5, 1, 50, NULL, NULL, 1, 17)',
    area: 'history',
    message: /^1 rows of kind number have no history/,
  },
  {
    sql: 'UPDATE state SET last_block_id = 2',
    area: 'counters',
    message: /^The highest block has id 3, and the sequence stands at 2/,
  },
  {
    sql: 'UPDATE state SET last_pool_id = 1',
    area: 'counters',
    message: /^The highest pool has id 2, and the sequence stands at 1/,
  },
  {
    sql: 'UPDATE state SET last_number_pool_id = 0',
    area: 'counters',
    message: /^The highest number-pool has id 3, and the sequence stands at 0/,
  },
  {
    sql: 'UPDATE state SET last_number_id = 3',
    area: 'counters',
    message: /^The highest number has id 4, and the sequence stands at 3/,
  },
  {
    sql: 'UPDATE number_claims SET revision = 99 WHERE id = 2',
    area: 'counters',
    message: /^A number has revision 99, beyond the applied index 17/,
  },
]

t.test('each damage is found and named', async t => {
  const sound = await makeState(t)
  for (const { sql, area, message } of damages) {
    const directory = temporaryDirectory(t)
    cpSync(sound, directory, { recursive: true })
    const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
    db.exec(sql)
    db.close()
    const { ok, findings } = checkState(directory)
    t.equal(ok, false, sql)
    const found = findings.some(finding => finding.area === area && message.test(finding.message))
    t.ok(found, `${sql}: ${JSON.stringify(findings)}`)
  }
})
