// Reads for the office surface: who has addresses, what somebody should look at, and when a revision was.
import t from 'tap'
import { ClaimPages } from '../../src/store/claim-pages.js'
import type { Occupant } from '../../src/store/index.js'
import { migrate } from '../../src/store/migrations/index.js'
import { openDatabase } from '../../src/store/open.js'
import { SqliteRows } from '../../src/store/rows.js'
import { allocationRow, detailsOf, ended } from '../support/ledger-rows-samples.js'
import { officeCommands, reserve, review, update } from './office.js'
import { createAllocation, EntryMaker, openStore, releaseAllocation, START_MS } from './support.js'

const DAY_MS = 86_400_000
const NET = 0x0a000000n

async function office(t: Parameters<typeof openStore>[0]) {
  const store = await openStore(t, ':memory:')
  const entries = new EntryMaker()
  store.apply(officeCommands.map(command => entries.command(command)))
  return { store, entries, reads: store.reads }
}

const ids = (rows: readonly { readonly id: number }[]) => rows.map(row => row.id)
const named = (occupants: readonly Occupant[]) =>
  occupants.map(occupant => {
    if (occupant.kind === 'gateway') return `${occupant.address - NET} gateway`
    if (occupant.kind === 'reservation') return `${occupant.reservation.first - NET} reservation`
    return `${occupant.allocation.first - NET} ${occupant.kind}`
  })

t.test('occupants are claims, reservations and the gateway, in address order', async t => {
  const { reads, store, entries } = await office(t)
  const all = [
    '1 gateway',
    '2 allocation',
    '3 allocation',
    '4 hold',
    '9 reservation',
    '11 allocation',
  ]
  const of = (first: bigint, last: bigint, limit = 100) =>
    named(reads.occupants(1, NET + first, NET + last, limit))
  t.strictSame(of(0n, 255n), all)
  t.strictSame(of(0n, 255n, 2), all.slice(0, 2))
  t.strictSame(of(2n, 9n), all.slice(1, 5))
  t.strictSame(of(0n, 1n), ['1 gateway'])
  t.strictSame(of(5n, 8n), [])
  t.strictSame(of(0n, 255n, 0), [])
  t.strictSame(reads.occupants(9, 0n, 1n << 32n, 10), [], 'a network that is not there')
  const run = createAllocation(1, { place: { count: 4 }, hostname: 'run' })
  store.apply([entries.command(run)])
  t.strictSame(of(6n, 6n), ['5 allocation'], 'a run by any address of it')
  const [gateway] = reads.occupants(1, NET, NET + 1n, 1)
  t.match(gateway, { kind: 'gateway', network: { id: 1 } })
})

t.test('a gateway shows only where no claim has its address', async t => {
  const { reads, store, entries } = await office(t)
  const set = (gateway: string) => ({
    type: 'subnet.update' as const,
    id: 1,
    ifRevision: null,
    set: { gateway },
  })
  const kinds = () => named(reads.occupants(1, NET, NET + 3n, 9))
  store.apply([entries.command(set('10.0.0.2'))])
  t.strictSame(kinds(), ['2 allocation', '3 allocation'])
  store.apply([entries.command(releaseAllocation(1))])
  t.strictSame(kinds(), ['2 hold', '3 allocation'])
  const later = START_MS + DAY_MS
  store.apply([entries.command({ type: 'expire', rowsMax: 10 }, { timeMs: later })])
  t.strictSame(kinds(), ['2 gateway', '3 allocation'])
})

t.test('a reservation is read by its id, whatever became of it', async t => {
  const { reads } = await office(t)
  t.match(reads.reservation(1), { status: 'active', first: NET + 9n, holder: 'alice' })
  t.match(reads.reservation(2), { status: 'expired', endedMs: START_MS + 13 })
  t.match(reads.reservation(3), { status: 'converted', allocationId: 4 })
  t.match(reads.reservation(4), { status: 'cancelled', cancelReason: 'not needed' })
  t.equal(reads.reservation(5), null)
})

t.test('a reservation is due as a lease is', async t => {
  const { reads, store, entries } = await office(t)
  const hold = START_MS + 8 + 3_600_000
  t.equal(reads.nextDueMs(), hold)
  store.apply([entries.command(reserve('10.0.0.20', hold - 1))])
  t.equal(reads.nextDueMs(), hold - 1)
  store.apply([entries.command(reserve('10.0.0.21', hold + 1))])
  t.equal(reads.nextDueMs(), hold - 1)
})

t.test('the time of a revision is known while a Change of it is kept', async t => {
  const { reads, store, entries } = await office(t)
  t.equal(reads.revisionTimeMs(2), START_MS + 2)
  t.equal(reads.revisionTimeMs(14), START_MS + 14, 'one with two Changes')
  t.equal(reads.revisionTimeMs(21), null, 'one that changed nothing')
  t.equal(reads.revisionTimeMs(99), null)
  const prune = {
    type: 'prune' as const,
    changesBeforeMs: START_MS + 10,
    changesMax: null,
    idempotencyBeforeMs: 0,
    idempotencyMax: null,
    rowsMax: 100,
  }
  store.apply([entries.command(prune)])
  t.equal(reads.revisionTimeMs(2), null)
  t.equal(reads.revisionTimeMs(10), START_MS + 10)
})

t.test('alerts come newest first, and open ones in id order', async t => {
  const { reads, store, entries } = await office(t)
  const page = (open: boolean, afterId = 0, limit = 9) =>
    ids(reads.alertPage({ open }, { afterId, limit }))
  t.strictSame(page(true), [2, 1])
  t.match(reads.alert(1), { kind: 'utilization', networkId: 3, severity: 'critical' })
  t.match(reads.alert(2), { kind: 'conflict', allocationId: 1, severity: 'high' })
  t.equal(reads.alert(3), null)
  const expiry = { timeMs: START_MS + 2 * DAY_MS }
  store.apply([entries.command(releaseAllocation(5)), entries.command(review([3], [2]), expiry)])
  t.strictSame(page(true), [3, 2])
  t.strictSame(page(false), [3, 2, 1], 'resolved ones too')
  t.strictSame(page(false, 3, 1), [2])
  t.strictSame(page(true, 2), [])
  t.strictSame(ids(reads.openAlertPage({ afterId: 0, limit: 1 })), [2])
  t.strictSame(ids(reads.openAlertPage({ afterId: 2, limit: 9 })), [3])
  t.equal(reads.alertCount({ open: true }), 2)
  t.equal(reads.alertCount({ open: false }), 3)
})

t.test('alerts wait for their mail until it is marked', async t => {
  const { reads, store, entries } = await office(t)
  t.strictSame(reads.alertsToMail(9), [], 'nobody was to be mailed')
  const mail = { smtpHost: 'mail', alertEmail: 'a@b' }
  store.apply([
    entries.command({ type: 'settings.update', ifRevision: null, set: mail }),
    entries.command(releaseAllocation(5)),
    entries.command(review([3])),
    entries.command(createAllocation(3)),
    entries.command(review([3])),
    entries.command(update(2, 'aabbcc000003')),
    entries.command(update(2, 'aabbcc000004')),
    entries.command(review([], [2])),
  ])
  t.strictSame(ids(reads.alertsToMail(9)), [3, 4])
  t.strictSame(ids(reads.alertsToMail(1)), [3])
  store.apply([entries.command({ type: 'alert.mailed', id: 3, number: 1 })])
  t.strictSame(ids(reads.alertsToMail(9)), [4])
})

function pagesOnRows(t: { teardown(close: () => void): void }) {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  t.teardown(() => db.close())
  migrate(db)
  const rows = new SqliteRows(db)
  return { rows, pages: new ClaimPages(db, () => rows.deletions(1).length > 0) }
}

t.test('leases that end soon come by (time, id), from one on', async t => {
  const { rows, pages } = pagesOnRows(t)
  for (const [id, expiresMs, networkId] of [
    [1, 30, 1],
    [2, 10, 1],
    [3, 10, 2],
    [4, null, 1],
    [5, 31, 1],
  ] as const) {
    rows.insertAllocation(allocationRow({ id, first: BigInt(id), expiresMs, networkId }))
  }
  rows.insertAllocation(allocationRow({ id: 6, first: 6n, expiresMs: 9, ...ended(99) }))
  t.strictSame(ids(pages.ending(9, null, 9)), [])
  t.strictSame(ids(pages.ending(30, null, 9)), [2, 3, 1])
  t.strictSame(ids(pages.ending(99, null, 2)), [2, 3])
  t.strictSame(ids(pages.ending(99, { expiresMs: 10, id: 2 }, 2)), [3, 1])
  t.strictSame(ids(pages.ending(99, { expiresMs: 30, id: 1 }, 9)), [5])
  t.strictSame(ids(pages.ending(99, { expiresMs: 31, id: 5 }, 9)), [])
  rows.saveDeletion({ timeMs: 1, revision: 1, kind: 'network', networkId: 1 })
  t.strictSame(ids(pages.ending(99, null, 9)), [3], 'what was deleted has ended')
})

t.test('claims in conflict come by id, live ones only', async t => {
  const { rows, pages } = pagesOnRows(t)
  const details = detailsOf({ mac: 'a', formerMacs: ['b'] })
  for (const [id, networkId] of [
    [3, 1],
    [1, 1],
    [2, 2],
  ] as const) {
    rows.insertAllocation(allocationRow({ id, first: BigInt(id), networkId, details }))
  }
  rows.insertAllocation(allocationRow({ id: 4, first: 4n, details: detailsOf({ mac: 'a' }) }))
  rows.insertAllocation(allocationRow({ id: 5, first: 5n, details, ...ended(99) }))
  rows.insertAllocation(allocationRow({ id: 6, first: 6n }))
  const page = (afterId: number, limit = 9) => ids(pages.inConflict({ afterId, limit }))
  t.strictSame(page(0), [1, 2, 3])
  t.strictSame(page(0, 1), [1])
  t.strictSame(page(2), [3])
  rows.updateAllocation(allocationRow({ id: 3, first: 3n, details: detailsOf({ mac: 'a' }) }))
  t.strictSame(page(0), [1, 2])
  rows.saveDeletion({ timeMs: 1, revision: 1, kind: 'network', networkId: 1 })
  t.strictSame(page(0), [2], 'what was deleted has ended')
})
