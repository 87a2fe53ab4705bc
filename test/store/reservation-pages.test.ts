// Reservations as /ipam lists them, and the parts of a reserved CIDR among the occupants of a network.
import t from 'tap'
import type { Reservation } from '../../src/ledger/index.js'
import { migrate } from '../../src/store/migrations/index.js'
import { occupantsOf, rangeOfOccupant } from '../../src/store/occupants.js'
import { openDatabase } from '../../src/store/open.js'
import type { ReservationFilter } from '../../src/store/reads.js'
import { ReservationPages } from '../../src/store/reservation-pages.js'
import { SqliteRows } from '../../src/store/rows.js'
import { reservationRow } from '../support/ledger-rows-reservations.js'
import { allocationRow, networkRow, subnetFacet } from '../support/ledger-rows-samples.js'

const TEN = 0x0a000000n
const ALL: ReservationFilter = { holderId: null, status: null, kind: null }

function onRows(t: { teardown(close: () => void): void }) {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  t.teardown(() => db.close())
  migrate(db)
  return { rows: new SqliteRows(db), pages: new ReservationPages(db) }
}

const over = (status: Reservation['status'], set: Partial<Reservation> = {}) =>
  ({ status, endedMs: 9, ...set }) as const

function filled(t: Parameters<typeof onRows>[0]) {
  const made = onRows(t)
  const put = (id: number, set: Partial<Reservation> = {}) =>
    made.rows.insertReservation(reservationRow({ id, first: TEN + 256n * BigInt(id), ...set }))
  put(1)
  put(2, { prefixLength: 24, networkId: null })
  put(3, { holderId: 4, holder: 'bert' })
  put(4, over('expired', { prefixLength: 24 }))
  put(5, over('converted', { madeNetworkId: 7, prefixLength: 24 }))
  put(6, over('cancelled'))
  put(7, over('expired', { isHidden: true }))
  put(8, over('converted', { allocationId: 7, holderId: 4 }))
  put(9, { prefixLength: 26 })
  put(10, { vrfId: 2 })
  put(11, { first: 0x0b000000n })
  put(12, { family: 6, first: TEN, prefixLength: 128 })
  put(13, { first: TEN - 256n, prefixLength: 24 })
  return made
}

t.test('they come newest first, neither hidden nor cancelled ones, of 10.0.0.0/8 only', async t => {
  const { pages } = filled(t)
  const ids = (set: Partial<ReservationFilter>, skip = 0, limit = 99) => {
    const { rows, total } = pages.page({ ...ALL, ...set }, { skip, limit })
    return [rows.map(({ id }) => id), total]
  }
  t.strictSame(ids({}), [[8, 5, 4, 3, 2, 1], 6])
  t.strictSame(ids({}, 1, 2), [[5, 4], 6])
  t.strictSame(ids({}, 9, 2), [[], 6])
  t.strictSame(ids({ holderId: 3 }), [[5, 4, 2, 1], 4])
  t.strictSame(ids({ holderId: 4 }), [[8, 3], 2])
  t.strictSame(ids({ holderId: 5 }), [[], 0])
  t.strictSame(ids({ status: 'active' }), [[3, 2, 1], 3])
  t.strictSame(ids({ status: 'expired' }), [[4], 1])
  t.strictSame(ids({ status: 'converted', holderId: 3 }), [[5], 1])
  t.strictSame(ids({ kind: 'region' }), [[5, 4, 2], 3])
  t.strictSame(ids({ kind: 'host', holderId: 3 }), [[1], 1])
  t.strictSame(ids({ kind: 'host', status: 'active', holderId: 4 }), [[3], 1])
})

t.test('each is read whole, by its UUID too, whatever became of it', async t => {
  const { pages, rows } = filled(t)
  for (const found of pages.page(ALL, { skip: 0, limit: 99 }).rows) {
    t.strictSame(found, rows.reservation(found.id))
    t.strictSame(pages.byUid(found.uid), found)
  }
  t.match(pages.byUid('00000000-0000-4000-8000-000000000007'), { id: 7, isHidden: true })
  t.equal(pages.byUid('00000000-0000-4000-8000-000000000099'), null)
})

t.test('a reserved CIDR is given in parts between the addresses in it, page by page', async t => {
  const { rows } = onRows(t)
  const network = networkRow({
    id: 1,
    first: TEN,
    prefixLength: 24,
    subnet: subnetFacet({ gateway: TEN + 100n }),
  })
  const put = (id: number, at: bigint, prefixLength = 32) =>
    rows.insertReservation(reservationRow({ id, first: TEN + at, prefixLength }))
  put(1, 16n, 28)
  put(2, 16n)
  put(3, 20n)
  put(4, 21n)
  put(5, 31n)
  put(6, 40n)
  put(7, 48n, 30)
  for (const at of [48n, 49n, 50n, 51n]) put(10 + Number(at), at)
  put(8, 64n, 31)
  rows.insertAllocation(allocationRow({ id: 1, first: TEN + 5n }))
  const of = (first: bigint, last: bigint, limit: number) =>
    occupantsOf(network, rows, { first: TEN + first, last: TEN + last, limit })
  const named = (found: ReturnType<typeof of>) =>
    found.map(occupant => {
      const { first, last } = rangeOfOccupant(occupant)
      const id = occupant.kind === 'reservation' ? occupant.reservation.id : occupant.kind
      return `${first - TEN}-${last - TEN} ${id}`
    })
  const all = [
    ...['5-5 allocation', '16-16 2', '17-19 1', '20-20 3', '21-21 4', '22-30 1', '31-31 5'],
    ...['40-40 6', '48-48 58', '49-49 59', '50-50 60', '51-51 61', '64-65 8', '100-100 gateway'],
  ]
  t.strictSame(named(of(0n, 255n, 99)), all)
  for (let limit = 1; limit < 16; limit += 1) {
    const paged: string[] = []
    for (let from = 0n; from < 256n; ) {
      const page = of(from, 255n, limit)
      paged.push(...named(page))
      const end = page.at(-1)
      if (end === undefined || page.length < limit) break
      from = rangeOfOccupant(end).last - TEN + 1n
    }
    t.strictSame(paged, all, `${limit} at once`)
  }
  t.strictSame(named(of(18n, 25n, 9)), ['18-19 1', '20-20 3', '21-21 4', '22-25 1'], 'as asked')
  t.strictSame(named(of(20n, 20n, 1)), ['20-20 3'], 'the address itself')
  t.strictSame(named(of(24n, 24n, 1)), ['24-24 1'])
})
