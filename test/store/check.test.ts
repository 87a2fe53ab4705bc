// `ipam check` passes what the daemon wrote, and names what someone else changed in the file.
import { cpSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import { goldenLogs, readGoldenLog } from '../support/golden-log.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  openStore,
  releaseAllocation,
  START_MS,
  temporaryDirectory,
} from './support.js'

const FILE = join('state', '0-0', 'state.db')

/** Networks 1 10.0.0.0/16, 2 10.0.1.0/24, 3 2001:db8::/32 and, in block 4 of it, 4 2001:db8:0:1::/64. */
async function makeState(t: Test): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  store.apply([
    entries.empty(),
    entries.command(genesis),
    entries.command(createNetwork('10.0.0.0/16')),
    entries.command(createNetwork('10.0.1.0/24', 1)),
    entries.command(createNetwork('2001:db8::/32')),
    entries.command(createAllocation(1)),
    entries.command(createAllocation(1, { place: { count: 4 } })),
    entries.command(createAllocation(2)),
    entries.command(createAllocation(3, { place: { prefixLength: 64 } })),
    entries.command(createNetwork('2001:db8:0:1::/64')),
    entries.command(createAllocation(4)),
    entries.command(createAllocation(2)),
    entries.command(releaseAllocation(6)),
    entries.command(releaseAllocation(1)),
  ])
  await store.close()
  return directory
}

t.test('a sound state passes, and the report says what was verified', async t => {
  const directory = await makeState(t)
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  t.equal(report.ok, true)
  t.strictSame(report.verified, {
    changes: 14,
    vrfs: 1,
    networks: 4,
    allocations: 6,
    liveClaims: 4,
    numberPools: 0,
    numbers: 0,
    reservations: 0,
    alerts: 0,
    countries: 0,
    comments: 0,
  })
  t.equal(report.appliedIndex, 14)
  const store = await openStore(t, directory)
  const { hash } = await store.scans.stateHash(new AbortController().signal)
  t.equal(report.stateHash, hash, 'the hash that the daemon gives')
  t.equal(report.chainHead?.hash, Buffer.from(store.reads.chainHead().hash).toString('hex'))
})

t.test('a pruned history still proves the rest', async t => {
  const directory = await makeState(t)
  const store = await openStore(t, directory)
  const prune = {
    type: 'prune',
    changesBeforeMs: START_MS + 8,
    changesMax: null,
    idempotencyBeforeMs: 0,
    idempotencyMax: null,
    rowsMax: 100,
  } as const
  store.apply([new EntryMaker(14, 2).command(prune)])
  t.equal(store.reads.oldestRevision(), 8)
  await store.close()
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  t.ok(report.verified.changes < 14 && report.verified.changes > 4)
})

t.test('long histories with everything in them pass', async t => {
  for (const number of goldenLogs) {
    const directory = temporaryDirectory(t)
    const store = await openStore(t, directory)
    store.apply(readGoldenLog(number).entries)
    await store.close()
    const report = checkState(directory)
    t.strictSame(report.findings, [], `log ${number}`)
    const { changes, liveClaims } = report.verified
    t.ok(changes > 100 && liveClaims > 5, `${changes} changes, ${liveClaims} live claims`)
  }
})

const damages: readonly { sql: string; area: string; message: RegExp }[] = [
  {
    sql: `UPDATE changes SET line = replace(line, 'alice', 'mallory') WHERE position = 6 * 4096`,
    area: 'chain',
    message: /^Change 6\.0 does not follow from the one before it \(5\.0\)/,
  },
  {
    sql: 'DELETE FROM changes WHERE position = 7 * 4096',
    area: 'chain',
    message: /^Change 8\.0 does not follow from the one before it \(6\.0\)/,
  },
  {
    sql: 'DELETE FROM changes WHERE position = 14 * 4096',
    area: 'chain',
    message: /^The history ends with Change 13\.0, and the state says 14\.0/,
  },
  {
    sql: 'UPDATE changes SET position = 6 * 4096 + 9 WHERE position = 6 * 4096',
    area: 'chain',
    message: /^Change 6\.9 says that it is another one/,
  },
  {
    sql: `UPDATE changes SET line = 'x' WHERE position = 6 * 4096`,
    area: 'chain',
    message: /^Change 6\.0 cannot be read/,
  },
  {
    sql: `UPDATE changes SET line = replace(line, 'allocated"', 'held"') WHERE position = 8 * 4096`,
    area: 'chain',
    message: /^Change 8\.0 does not follow/,
  },
  {
    sql: `UPDATE changes SET line = json_set(line, '$[9].hostname', 'x') WHERE position = 13 * 4096`,
    area: 'history',
    message: /^Change 13\.0 of allocation 6 does not begin where the one before it ended/,
  },
  {
    sql: `UPDATE claims SET hostname = 'mallory' WHERE id = 3`,
    area: 'history',
    message: /^allocation 3 has hostname "mallory", and Change 8\.0 left "web-1/,
  },
  {
    sql: 'DELETE FROM past_allocations WHERE id = 1',
    area: 'history',
    message: /^allocation 1 is missing; Change 14\.0 left it/,
  },
  {
    sql: `INSERT INTO past_allocations SELECT 77, network_id, vrf_id, family, first, last, kind,
          prefix_length, hostname, description, tags, status, allocated_ms, expires_ms, released_ms,
          held_until_ms, revision, block_id, owner, NULL, NULL, NULL FROM past_allocations WHERE id = 1`,
    area: 'history',
    message: /^1 rows of kind allocation have no history/,
  },
  {
    sql: `UPDATE state SET last_allocation_id = 5`,
    area: 'counters',
    message: /^The highest allocation has id 6, and the sequence stands at 5/,
  },
  {
    sql: 'UPDATE state SET applied_index = 13',
    area: 'counters',
    message: /^The newest Change is 14\.0, beyond the applied index 13/,
  },
  {
    sql: 'UPDATE state SET change_count = 13',
    area: 'counters',
    message: /^Table changes has 14 rows, and the state counts 13/,
  },
  {
    sql: `INSERT INTO idempotency VALUES ('a', 'r', 1, x'00')`,
    area: 'counters',
    message: /^Table idempotency has 1 rows, and the state counts 0/,
  },
  {
    sql: `UPDATE claims SET first = x'0000000000000000000000000a000004',
          last = x'0000000000000000000000000a000004' WHERE id = 3`,
    area: 'overlap',
    message: /^Allocation 3 \(10\.0\.0\.4-10\.0\.0\.4 in VRF 1\) overlaps Allocation 2/,
  },
  {
    sql: `UPDATE claims SET first = x'0000000000000000000000000a000101',
          last = x'0000000000000000000000000a000101' WHERE id = 6`,
    area: 'overlap',
    message: /^Allocation (3|6) overlaps another claim of network 2/,
  },
  {
    sql: `UPDATE claims SET first = x'0000000000000000000000000a000100',
          last = x'0000000000000000000000000a000100' WHERE id = 3`,
    area: 'placement',
    message: /^Allocation 3 \(.*\) is not usable in its network 10\.0\.1\.0\/24/,
  },
  {
    sql: 'UPDATE claims SET network_id = 1 WHERE id = 3',
    area: 'placement',
    message: /^Allocation 3 \(.*\) lies in the more specific network 10\.0\.1\.0\/24/,
  },
  {
    sql: `UPDATE claims SET last = x'0000000000000000000000000a000105' WHERE id = 2`,
    area: 'placement',
    message: /^Allocation 2 \(.*\) lies in the more specific network 10\.0\.1\.0\/24/,
  },
  {
    sql: 'UPDATE claims SET network_id = 2 WHERE id = 2',
    area: 'placement',
    message: /^Allocation 2 \(.*\) lies outside its network 10\.0\.1\.0\/24/,
  },
  {
    sql: 'UPDATE claims SET network_id = 99 WHERE id = 2',
    area: 'placement',
    message: /^Allocation 2 \(.*\) lies in no network/,
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

t.test('a file that is no database is a finding', async t => {
  const directory = await makeState(t)
  writeFileSync(join(directory, FILE), 'not a database, but longer than a header'.repeat(100))
  const report = checkState(directory)
  t.equal(report.ok, false)
  t.match(report.findings[0], { area: 'file' })
})

t.test('a file that was cut is a finding', async t => {
  const directory = await makeState(t)
  truncateSync(join(directory, FILE), 5 * 4096)
  const report = checkState(directory)
  t.equal(report.ok, false)
  t.match(report.findings[0], { area: 'file' })
})

t.test('a directory without a state is refused', async t => {
  t.throws(() => checkState(temporaryDirectory(t)), /holds no state/)
})
