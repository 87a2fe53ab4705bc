// What the finder costs on a million claims: making it, and the first page of each list, filter and search.
// npm run bench:finder
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { addressToBytes } from '../../src/ledger/index.js'
import {
  type AddressQuery,
  type ChangeQuery,
  FinderBusyError,
  Store,
} from '../../src/store/index.js'
import { currentState } from '../../src/store/layout.js'
import { openDatabase } from '../../src/store/open.js'
import { lineOf, positionOf } from '../../src/store/tables/change-line.js'
import { createNetwork, EntryMaker, genesis, membership, silentLog } from '../store/support.js'

const CLAIMS = 1_000_000
const CHANGES = 200_000
const NETWORKS = 16
const ROUNDS = 30
const START_MS = 1_800_000_000_000
const KINDS = ['web', 'db', 'mail', 'cache', 'printer', 'phone', '数据库']
const CACHE_BYTES = 64 << 20
const MEBIBYTE = 1 << 20

const openStore = (directory: string) =>
  Store.open(
    { directory, cachePagesBytes: CACHE_BYTES, initialMembership: membership },
    { log: silentLog },
  )

/** Rows as they would be, without the ledger: it would take a minute. */
async function fill(directory: string): Promise<void> {
  const store = await openStore(directory)
  const entries = new EntryMaker()
  store.apply([entries.command(genesis)])
  for (let at = 0; at < NETWORKS; at++) {
    store.apply([entries.command(createNetwork(`10.${16 * at}.0.0/12`))])
  }
  await store.close()
  const db = openDatabase(currentState(directory) ?? '', { mode: 'write', cacheBytes: CACHE_BYTES })
  const claim = db.prepare(
    `INSERT INTO claims (id, network_id, vrf_id, family, first, last, kind, hostname, description,
       tags, status, allocated_ms, held_until_ms, released_ms, revision, mac, details)
     VALUES (?, ?, 1, 4, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)`,
  )
  const details = JSON.stringify(['server', 'hall 1', {}, null, null])
  const macOf = (at: number) =>
    (((at * 2_654_435_761) % 2 ** 40) + 2 ** 41)
      .toString(16)
      .padStart(12, '0')
      .replace(/..\B/g, '$&:')
  db.transaction(() => {
    for (let at = 0; at < CLAIMS; at++) {
      const network = at % NETWORKS
      const place = 1 + Math.floor(at / NETWORKS)
      const address = addressToBytes(BigInt(0x0a000000 + network * 0x100000 + place))
      const isHeld = at % 1000 === 7
      const kind = KINDS[at % KINDS.length]
      const name = [`${kind}-${at}.example.com`, `rack ${at % 97}, floor ${at % 7}`]
      const tags = JSON.stringify(at % 2 === 0 ? ['prod', `row=${at % 5000}`] : [])
      const ended = isHeld ? START_MS + at : null
      const times = [START_MS + at, isHeld ? START_MS * 2 : null, ended]
      claim.run(
        ...[at + 1, network + 1, address, address, ...name, tags, isHeld ? 1 : 0, ...times],
        ...[macOf(at), details],
      )
    }
    const change = db.prepare('INSERT INTO changes VALUES (?, ?, ?)')
    const hash = new Uint8Array(32)
    for (let at = 0; at < CHANGES; at++) {
      const [revision, userId, id] = [100 + at, 1 + (at % 500), 1 + at]
      const origin = { actor: 'u', userId, clientAddress: null, userAgent: null }
      const image = { id, vrf_id: 1, network_id: 1 + (at % NETWORKS) }
      const what = { action: 'allocation.created', entity: 'allocation', entityId: id } as const
      const timeMs = START_MS + at * 1000
      const row = { revision, n: 0, timeMs, origin, ...what, before: null, after: image }
      change.run(positionOf(row), lineOf(row), hash)
    }
    db.prepare(
      `UPDATE state SET last_allocation_id = ?, head_position = ?, head_hash = ?,
         change_count = change_count + ?, applied_index = ?`,
    ).run(CLAIMS, positionOf({ revision: 99 + CHANGES, n: 0 }), hash, CHANGES, 99 + CHANGES)
  })()
  db.close()
}

const plain: AddressQuery = {
  networkId: null,
  status: null,
  text: null,
  fields: [],
  tags: [],
  order: 'ip_address',
  descending: false,
  skip: 0,
  limit: 20,
}
const lists: Readonly<Record<string, Partial<AddressQuery>>> = {
  all: {},
  'all, from the end': { descending: true },
  'all by hostname': { order: 'hostname' },
  'all by time, newest first': { order: 'allocated_at', descending: true },
  'all by MAC': { order: 'mac_address' },
  'one network': { networkId: 5 },
  'one network by hostname': { networkId: 5, order: 'hostname' },
  reserved: { status: 'reserved' },
  'reserved of one network': { networkId: 8, status: 'reserved' },
  'allocated by status': { status: 'allocated', order: 'status' },
  'a tag of every second': { tags: ['prod'] },
  'a tag of few': { tags: ['row=42'] },
  'a tag of few, by hostname': { tags: ['row=42'], order: 'hostname' },
  'a word in all': { text: 'example' },
  'a word in every seventh': { text: 'printer' },
  'a word in every seventh, by hostname': { text: 'printer', order: 'hostname' },
  'a word in every seventh, by time': { text: 'printer', order: 'allocated_at' },
  'one hostname': { text: 'web-777777.example' },
  'a word in none': { text: 'quantum' },
  'two words that never meet': { text: 'printer phone' },
  'two words that meet': { text: 'printer floor' },
  'two letters': { text: 'db' },
  'a Chinese word': { text: '数据' },
  'a word in a network, reserved': { text: 'web', networkId: 8, status: 'reserved' },
  'a beginning of addresses': { text: '10.20' },
  'an address': { text: '10.16.3.9' },
  'a CIDR': { text: '10.32.0.0/20' },
  'a MAC': { text: macText() },
  'a beginning of MACs': { text: '02:0' },
}
const histories: Readonly<Record<string, Partial<ChangeQuery>>> = {
  history: {},
  'history of a user': { userId: 7 },
  'history of an action': { actions: ['allocation.created'] },
  'history of an address': { address: { family: 4, value: 0x0a000003n } },
  'history of a day': { fromMs: START_MS, beforeMs: START_MS + 86_400_000 },
  'history of a user on a day': { userId: 7, fromMs: START_MS, beforeMs: START_MS + 86_400_000 },
}

function macText(): string {
  return (2 ** 41 + 2_654_435_761).toString(16).padStart(12, '0').replace(/..\B/g, '$&-')
}

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof FinderBusyError)) throw error
      await setTimeout(100)
    }
  }
}

async function measure(
  name: string,
  ask: () => Promise<{ total: number; rows: readonly unknown[] }>,
) {
  const times: number[] = []
  let found = await ask()
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    found = await ask()
    times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => (times[Math.floor(part * (ROUNDS - 1))] ?? 0).toFixed(1).padStart(7)
  const [p50, p99] = [at(0.5), at(0.99)]
  console.log(`${name.padEnd(40)} p50 ${p50} ms  p99 ${p99} ms  total ${found.total}`)
}

const directory = mkdtempSync(join(tmpdir(), 'ipam-finder-'))
try {
  await fill(directory)
  const store = await openStore(directory)
  const { finder } = store
  const { signal } = new AbortController()
  const before = process.memoryUsage().rss
  const started = performance.now()
  await patiently(() => finder.addresses(plain, signal))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const mebibytes = (bytes: number) => (bytes / MEBIBYTE).toFixed(0)
  const file = mebibytes(statSync(join(directory, 'finder.db')).size)
  const memory = mebibytes(process.memoryUsage().rss - before)
  console.log(
    `made of ${CLAIMS} claims and ${CHANGES} Changes in ${seconds} s; ${file} MiB on disk, ${memory} MiB of memory`,
  )
  for (const [name, set] of Object.entries(lists)) {
    await measure(name, () => finder.addresses({ ...plain, ...set }, signal))
  }
  const all = { userId: null, actions: null, entities: null, address: null }
  const history: ChangeQuery = { ...all, fromMs: null, beforeMs: null, skip: 0, limit: 20 }
  for (const [name, set] of Object.entries(histories)) {
    await measure(name, () => finder.changes({ ...history, ...set }, signal))
  }
  await store.close()
} finally {
  rmSync(directory, { recursive: true, force: true })
}
