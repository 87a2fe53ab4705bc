// Subnets, details, reservations and alerts on disk: they are there after a reopen, and a row that somebody changed in the
// file is found.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import { officeCommands, review } from './office.js'
import {
  createAllocation,
  EntryMaker,
  never,
  openStore,
  releaseAllocation,
  START_MS,
  temporaryDirectory,
} from './support.js'

const FILE = join('state', '0-0', 'state.db')

async function makeState(t: Test): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  store.apply(officeCommands.map(command => entries.command(command)))
  await store.close()
  return directory
}

function edited(t: Test, sound: string, sql: string): ReturnType<typeof checkState> {
  const directory = temporaryDirectory(t)
  cpSync(sound, directory, { recursive: true })
  const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
  const { changes } = db.prepare(sql).run()
  db.close()
  t.equal(changes, 1, `${sql} changes a row`)
  return checkState(directory)
}

t.test('a sound state passes, and is the same after a reopen', async t => {
  const directory = await makeState(t)
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  t.match(report.verified, { networks: 3, allocations: 5, reservations: 4, alerts: 2 })
  const store = await openStore(t, directory)
  t.equal((await store.scans.stateHash(never)).hash, report.stateHash)
  const { reads } = store
  t.match(reads.network(1)?.subnet, {
    gateway: 0x0a000001n,
    vlanId: 100,
    location: 'Büro “3”',
    customFields: { floor: 3, name: 'a' },
  })
  t.match(reads.network(2), { pool: { id: 1 }, subnet: { gateway: null, customFields: {} } })
  t.match(reads.allocation(1)?.details, {
    mac: 'aa:bb:cc:00:00:02',
    formerMacs: ['aa:bb:cc:00:00:01'],
    customFields: { isLeased: false },
  })
  t.match(reads.allocation(3)?.details, { mac: null, releaseReason: 'gone' })
  t.equal(reads.allocation(4)?.details, null)
  const next = new EntryMaker(store.appliedIndex(), 2)
  store.apply([next.command(createAllocation(1, { place: { ip: '10.0.0.1' } }))])
  t.equal(reads.allocation(6), null, 'the gateway is not given after a reopen either')
})

t.test('an alert that was forgotten is missed by nobody', async t => {
  const directory = await makeState(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker(store.appliedIndex(), 2)
  store.apply([
    entries.command(releaseAllocation(5)),
    entries.command(review([3])),
    entries.command({ ...review([]), forgetBeforeMs: START_MS * 2 } as ReturnType<typeof review>),
  ])
  t.equal(store.reads.alert(1), null)
  await store.close()
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  t.equal(report.verified.alerts, 1)
})

const AT = "X'0000000000000000000000000A0000"
const reservation = (id: number, network: number, first: string, length: number | null = null) =>
  `INSERT INTO reservations VALUES (${id}, 'u', ${network}, 1, 4, ${AT}${first}', NULL, 'x', NULL, 1, NULL, 1, ${length})`

t.test('an edited row is found and named', async t => {
  const sound = await makeState(t)
  for (const [sql, area, message] of [
    ['UPDATE networks SET subnet_vlan_id = 7 WHERE id = 1', 'history', /^network 1 has vlan_id 7/],
    [
      "UPDATE networks SET subnet_custom_fields = '{}' WHERE id = 1",
      'history',
      /^network 1 has custom_fields \{\}, and Change 3\.0 left \{"floor":3,"name":"a"\}/,
    ],
    [
      `UPDATE networks SET subnet_gateway = ${AT}05' WHERE id = 1`,
      'history',
      /^network 1 has gateway "10\.0\.0\.5"/,
    ],
    [
      `UPDATE networks SET subnet_gateway = ${AT}00' WHERE id = 1`,
      'placement',
      /^The gateway 10\.0\.0\.0 of network 1 is not usable in its network 10\.0\.0\.0\/24/,
    ],
    [
      `UPDATE networks SET subnet_gateway = ${AT}09' WHERE id = 1`,
      'overlap',
      /^The gateway 10\.0\.0\.9 of network 1 is taken by reservation 1 too/,
    ],
    [
      `UPDATE networks SET subnet_gateway = ${AT}09' WHERE id = 2`,
      'placement',
      /^The gateway 10\.0\.0\.9 of network 2 lies outside its network 10\.1\.0\.0\/16/,
    ],
    [
      'UPDATE networks SET subnet_custom_fields = NULL WHERE id = 1',
      'columns',
      /^Network 1 has a part of a subnet facet and no facet/,
    ],
    [
      'UPDATE networks SET subnet_custom_fields = NULL WHERE id = 2',
      'history',
      /^network 2 has gateway unset, and Change 17\.0 left null/,
    ],
    [
      "UPDATE networks SET subnet_custom_fields = '[' WHERE id = 1",
      'columns',
      /^Network 1 has custom fields that are no object/,
    ],
    [
      "UPDATE networks SET subnet_gateway = X'00' WHERE id = 1",
      'columns',
      /^Network 1 has a gateway that is no address/,
    ],
    [
      'UPDATE networks SET subnet_vlan_id = 4095 WHERE id = 1',
      'columns',
      /^Network 1 has a VLAN id that there is not/,
    ],
    [
      "UPDATE claims SET mac = 'aa:bb:cc:00:00:09' WHERE id = 1",
      'history',
      /^allocation 1 has mac_address "aa:bb:cc:00:00:09"/,
    ],
    [
      'UPDATE claims SET former_macs = NULL WHERE id = 1',
      'history',
      /^allocation 1 has former_macs/,
    ],
    [
      "UPDATE claims SET former_macs = '{}' WHERE id = 1",
      'columns',
      /^Allocation 1 has former MACs that are no list/,
    ],
    [
      "UPDATE claims SET details = '[null,null,{}]' WHERE id = 1",
      'columns',
      /^Allocation 1 has details that cannot be read/,
    ],
    [
      'UPDATE claims SET details = NULL WHERE id = 1',
      'columns',
      /^Allocation 1 has a MAC and no details/,
    ],
    [
      'UPDATE claims SET details = NULL WHERE id = 2',
      'history',
      /^allocation 2 has mac_address unset, and Change 5\.0 left null/,
    ],
    [
      `UPDATE claims SET details = '[null,null,{},null,"x"]' WHERE id = 3`,
      'history',
      /^allocation 3 has release_reason "x", and Change 8\.0 left "gone"/,
    ],
    [
      "UPDATE reservations SET holder = 'mallory' WHERE id = 1",
      'history',
      /^reservation 1 has holder "mallory", and Change 9\.0 left "alice"/,
    ],
    ['DELETE FROM reservations', 'history', /^reservation 1 is missing; Change 9\.0 left it/],
    [
      'UPDATE past_reservations SET status = 1 WHERE id = 4',
      'history',
      /^reservation 4 has status "expired", and Change 15\.0 left "cancelled"/,
    ],
    [
      'UPDATE past_reservations SET allocation_id = 1 WHERE id = 3',
      'history',
      /^reservation 3 has allocation_id 1/,
    ],
    [
      reservation(4000, 1, '20'),
      'counters',
      /^The highest reservation has id 4000, and the sequence stands at 4/,
    ],
    [reservation(4000, 1, '20'), 'history', /^1 rows of kind reservation have no history/],
    [
      reservation(4000, 1, '02'),
      'overlap',
      /^Reservation 4000 \(10\.0\.0\.2 in VRF 1\) is taken by allocation 1 too/,
    ],
    [
      reservation(4000, 1, '04'),
      'overlap',
      /^Reservation 4000 \(10\.0\.0\.4 in VRF 1\) is taken by allocation 3 too/,
    ],
    [
      reservation(4000, 1, '09'),
      'overlap',
      /^Reservation 4000 \(10\.0\.0\.9 in VRF 1\) is taken by reservation 1 too/,
    ],
    [
      reservation(4000, 1, 'FF'),
      'placement',
      /^Reservation 4000 \(10\.0\.0\.255 in VRF 1\) is not usable in its network 10\.0\.0\.0\/24/,
    ],
    [
      reservation(4000, 2, '20'),
      'placement',
      /^Reservation 4000 \(10\.0\.0\.32 in VRF 1\) lies outside its network 10\.1\.0\.0\/16/,
    ],
    [reservation(4000, 9, '20'), 'placement', /^Reservation 4000 .* lies in no network/],
    [
      reservation(4000, 1, '00', 30),
      'overlap',
      /^Reservation 4000 \(10\.0\.0\.0\/30 in VRF 1\) is taken by allocation 1 too/,
    ],
    [
      reservation(4000, 1, '08', 29),
      'overlap',
      /^Reservation 1 \(10\.0\.0\.9 in VRF 1\) is taken by reservation 4000 too/,
    ],
    [
      reservation(4000, 1, '00', 30),
      'overlap',
      /^The gateway 10\.0\.0\.1 of network 1 is taken by reservation 4000 too/,
    ],
    [
      reservation(4000, 0, '20', 29),
      'placement',
      /^Reservation 4000 .* waits, and lies in the network 10\.0\.0\.0\/24/,
    ],
    [
      reservation(4000, 0, '00', 16),
      'placement',
      /^Reservation 4000 .* has the network 10\.0\.0\.0\/24 in it/,
    ],
    [
      reservation(4000, 1, '00', 24),
      'placement',
      /^Reservation 4000 .* has the network 10\.0\.0\.0\/24 in it/,
    ],
    [
      'UPDATE reservations SET prefix_length = 29 WHERE id = 1',
      'history',
      /^reservation 1 has cidr "10\.0\.0\.9\/29", and Change 9\.0 left unset/,
    ],
    [
      'UPDATE past_reservations SET hidden = 1 WHERE id = 4',
      'history',
      /^reservation 4 has hidden true, and Change 15\.0 left unset/,
    ],
    [
      'UPDATE past_reservations SET made_network_id = 1 WHERE id = 3',
      'history',
      /^reservation 3 has made_network_id 1/,
    ],
    [
      `INSERT INTO networks SELECT 9, vrf_id, family, ${AT}08', 29, description, tags, hold_hours,
         created_ms, updated_ms, revision, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, NULL, NULL
       FROM networks WHERE id = 1`,
      'placement',
      /^Reservation 1 .* lies in the more specific network 10\.0\.0\.8\/29/,
    ],
    ['UPDATE alerts SET severity = 0 WHERE id = 1', 'history', /^alert 1 has severity "low"/],
    ['UPDATE alerts SET mails = 3 WHERE id = 2', 'history', /^alert 2 has mails 3/],
    ['DELETE FROM alerts WHERE id = 1', 'history', /^alert 1 is missing; Change 20\.0 left it/],
    [
      'UPDATE alerts SET revision = 99 WHERE id = 1',
      'counters',
      /^A alert has revision 99, beyond the applied index 21/,
    ],
    ['UPDATE state SET last_alert_id = 1', 'counters', /^The highest alert has id 2/],
  ] as const) {
    const { ok, findings } = edited(t, sound, sql)
    t.equal(ok, false, sql)
    const found = findings.some(finding => finding.area === area && message.test(finding.message))
    t.ok(found, `${sql}: ${JSON.stringify(findings)}`)
  }
})

t.test('whatever is edited, the state hash is another one', async t => {
  const sound = await makeState(t)
  const { stateHash } = checkState(sound)
  const hashes = [
    'UPDATE networks SET subnet_created_by = 5 WHERE id = 1',
    "UPDATE networks SET subnet_location = 'x' WHERE id = 1",
    "UPDATE claims SET mac = 'x' WHERE id = 1",
    "UPDATE claims SET former_macs = '[]' WHERE id = 1",
    "UPDATE claims SET details = '[null,null,{},7,null]' WHERE id = 1",
    'UPDATE reservations SET created_ms = 5 WHERE id = 1',
    'UPDATE past_reservations SET ended_ms = 5 WHERE id = 4',
    'UPDATE past_reservations SET made_network_id = 5 WHERE id = 4',
    'UPDATE past_reservations SET hidden = 1 WHERE id = 4',
    'UPDATE reservations SET prefix_length = 31 WHERE id = 1',
    'UPDATE alerts SET raised_ms = 5 WHERE id = 1',
    'UPDATE alerts SET figure = 5 WHERE id = 1',
    'UPDATE state SET last_reservation_id = 70',
    'UPDATE state SET last_alert_id = 70',
  ].map(sql => edited(t, sound, sql).stateHash)
  t.equal(new Set([stateHash, ...hashes]).size, hashes.length + 1)
})
