// What every implementation of ReservationRows must give: those that are active are found by address and by time, those that
// are over by their id alone.
import type { LedgerImage, LedgerRows, Reservation } from '../../src/ledger/index.js'
import { IPV6_LAST, ids, MANY, type WithRows } from './ledger-rows-samples.js'

export function reservationRow(
  set: Partial<Reservation> & { id: number; first: bigint },
): Reservation {
  return {
    uid: `00000000-0000-4000-8000-${String(set.id).padStart(12, '0')}`,
    networkId: 1,
    vrfId: 1,
    family: 4,
    prefixLength: set.family === 6 ? 128 : 32,
    reason: null,
    holder: 'anna',
    holderId: 3,
    status: 'active',
    createdMs: 1_700_000_000_000,
    expiresMs: null,
    endedMs: null,
    allocationId: null,
    madeNetworkId: null,
    cancelReason: null,
    isHidden: false,
    revision: 7,
    ...set,
  }
}

type Site = Parameters<LedgerRows['reservationsOutside']>[0]

const ended = (status: Reservation['status']) =>
  ({ status, endedMs: 1_700_000_000_500, revision: 8 }) as const
const keysOf = (image: LedgerImage) =>
  [...image.reservations()].map(({ id, networkId, first }) => ({ id, networkId, first }))

export function testReservationRows(withRows: WithRows): void {
  withRows('a reservation comes back as it was written', (t, { rows }) => {
    const full = reservationRow({
      id: 2 ** 40,
      uid: 'c0ffee00-0000-4000-8000-000000000001',
      family: 6,
      first: IPV6_LAST,
      vrfId: 9,
      reason: 'printer “3”\n第三層',
      expiresMs: 253_402_300_799_999,
    })
    rows.insertReservation(full)
    const range = { first: 1n << 127n, family: 6, prefixLength: 1 } as const
    for (const [id, networkId] of [
      [3, 7],
      [4, null],
    ] as const) {
      const row = reservationRow({ id, ...range, networkId, vrfId: id })
      rows.insertReservation(row)
      t.strictSame(rows.reservation(id), row)
    }
    rows.insertReservation(reservationRow({ id: 1, first: 0n, holder: 'system', holderId: null }))
    t.strictSame(rows.reservation(2 ** 40), full)
    t.match(rows.reservation(1), { first: 0n, holder: 'system', holderId: null })
    t.equal(rows.reservation(2), null)
  })

  withRows('active ones are found by address, up to the limit', (t, { rows }) => {
    for (const [id, first, networkId] of [
      [1, 30n, 1],
      [2, 10n, 1],
      [3, 20n, 1],
      [4, 20n, 2],
    ] as const) {
      rows.insertReservation(reservationRow({ id, first, networkId }))
    }
    for (const [first, last, limit, wanted] of [
      [0n, 9n, MANY, []],
      [0n, 10n, MANY, [2]],
      [11n, 29n, MANY, [3]],
      [10n, 30n, MANY, [2, 3, 1]],
      [0n, IPV6_LAST, 2, [2, 3]],
      [31n, IPV6_LAST, MANY, []],
    ] as const) {
      const found = rows.reservationsIn(1, first, last, limit)
      t.strictSame(ids(found), wanted, `${first}..${last}, ${limit}`)
    }
    t.strictSame(rows.reservationsIn(2, 0n, 99n, MANY), [rows.reservation(4)])
    t.strictSame(rows.reservationsIn(3, 0n, 99n, MANY), [])
  })

  withRows('a CIDR is found by whatever overlaps it, before the addresses in it', (t, made) => {
    const { rows } = made
    const put = (id: number, first: bigint, prefixLength = 32, networkId = 1) =>
      rows.insertReservation(reservationRow({ id, first, prefixLength, networkId }))
    put(2, 16n)
    put(1, 16n, 28)
    put(3, 31n)
    put(4, 32n)
    put(5, 0n, 30)
    put(8, 0n, 32, 3)
    put(9, 0n, 24, 3)
    put(6, 12n, 30, 2)
    put(7, 48n, 29)
    for (const [first, last, limit, wanted] of [
      [16n, 16n, MANY, [1, 2]],
      [17n, 17n, MANY, [1]],
      [31n, 31n, MANY, [1, 3]],
      [32n, 32n, MANY, [4]],
      [4n, 15n, MANY, []],
      [3n, 16n, MANY, [5, 1, 2]],
      [20n, 50n, MANY, [1, 3, 4, 7]],
      [0n, IPV6_LAST, MANY, [5, 1, 2, 3, 4, 7]],
      [20n, 50n, 2, [1, 3]],
      [20n, 50n, 1, [1]],
      [16n, 50n, 1, [1]],
      [20n, 50n, 0, []],
      [33n, 47n, MANY, []],
      [56n, IPV6_LAST, MANY, []],
    ] as const) {
      const found = rows.reservationsIn(1, first, last, limit)
      t.strictSame(ids(found), wanted, `${first}..${last}, ${limit}`)
    }
    t.strictSame(ids(rows.reservationsIn(3, 0n, 0n, 1)), [9], 'whichever was made first')
  })

  withRows('those in no network are found by space and address', (t, { rows, image }) => {
    const put = (id: number, set: Partial<Reservation> & { first: bigint }) =>
      rows.insertReservation(reservationRow({ id, networkId: null, ...set }))
    put(1, { first: 16n, prefixLength: 28 })
    put(2, { first: 16n })
    put(3, { first: 0n, prefixLength: 8, vrfId: 2 })
    put(4, { first: 0n, prefixLength: 120, family: 6 })
    put(5, { first: 20n, networkId: 9 })
    put(6, { first: 24n, vrfId: 2 })
    const found = (first: bigint, last: bigint, set: Partial<Site> = {}, limit = MANY) =>
      ids(rows.reservationsOutside({ vrfId: 1, family: 4, first, last, ...set }, limit))
    t.strictSame(found(20n, 30n), [1])
    t.strictSame(found(0n, IPV6_LAST), [1, 2])
    t.strictSame(found(0n, IPV6_LAST, {}, 1), [1])
    t.strictSame(found(32n, 99n), [])
    t.strictSame(found(20n, 30n, { vrfId: 2 }), [3, 6])
    t.strictSame(found(20n, 30n, { family: 6 }), [4])
    t.strictSame(found(20n, 30n, { vrfId: 3 }), [])
    t.strictSame(keysOf(image()), [{ id: 5, networkId: 9, first: 20n }], 'a load takes no others')
    const moved = reservationRow({ id: 1, first: 16n, prefixLength: 28, networkId: 9 })
    rows.updateReservation(moved)
    t.strictSame(found(0n, 99n), [2])
    t.strictSame(rows.reservationsIn(9, 17n, 17n, MANY), [moved])
  })

  withRows('they keep address order in the whole of IPv6', (t, { rows }) => {
    const firsts = [IPV6_LAST, 0n, 1n << 127n, 1n << 64n, 255n, 256n]
    firsts.forEach((first, at) => {
      rows.insertReservation(reservationRow({ id: at + 1, family: 6, first }))
    })
    t.strictSame(ids(rows.reservationsIn(1, 0n, IPV6_LAST, MANY)), [2, 5, 6, 4, 3, 1])
  })

  withRows('one that moved is found in its new network only', (t, { rows, image }) => {
    rows.insertReservation(reservationRow({ id: 1, first: 10n }))
    rows.updateReservation(reservationRow({ id: 1, first: 10n, networkId: 2, revision: 9 }))
    t.strictSame(ids(rows.reservationsIn(1, 0n, 99n, MANY)), [])
    t.strictSame(rows.reservationsIn(2, 0n, 99n, MANY), [
      reservationRow({ id: 1, first: 10n, networkId: 2, revision: 9 }),
    ])
    t.strictSame(keysOf(image()), [{ id: 1, networkId: 2, first: 10n }])
  })

  withRows('one that is over is history: found by its id, and nowhere else', (t, made) => {
    const { rows, image } = made
    const ends = {
      2: ended('expired'),
      3: { ...ended('converted'), allocationId: 77, madeNetworkId: 78 },
      4: { ...ended('cancelled'), cancelReason: 'not needed “any more”' },
    }
    for (const id of [1, 2, 3, 4]) {
      rows.insertReservation(reservationRow({ id, first: BigInt(id), expiresMs: 50 }))
    }
    for (const [id, end] of Object.entries(ends)) {
      const row = reservationRow({ id: Number(id), first: BigInt(id), expiresMs: 50, ...end })
      rows.updateReservation(row)
      t.strictSame(rows.reservation(row.id), row)
    }
    t.strictSame(ids(rows.reservationsIn(1, 0n, 99n, MANY)), [1])
    t.strictSame(ids(rows.dueReservations(60, MANY)), [1])
    t.strictSame(keysOf(image()), [{ id: 1, networkId: 1, first: 1n }])
    rows.insertReservation(reservationRow({ id: 5, first: 2n }))
    t.strictSame(
      ids(rows.reservationsIn(1, 2n, 2n, MANY)),
      [5],
      'its address may be reserved again',
    )
  })

  withRows('one that is over may be hidden', (t, { rows }) => {
    const row = reservationRow({ id: 1, first: 0n, prefixLength: 24, networkId: null })
    rows.insertReservation(row)
    const over = { ...row, ...ended('converted'), madeNetworkId: 5 }
    rows.updateReservation(over)
    rows.updateReservation({ ...over, isHidden: true, revision: 12 })
    t.strictSame(rows.reservation(1), { ...over, isHidden: true, revision: 12 })
    t.strictSame(ids(rows.dueReservations(Number.MAX_SAFE_INTEGER, MANY)), [])
  })

  withRows('what has no row is not replaced', (t, { rows }) => {
    t.throws(() => rows.updateReservation(reservationRow({ id: 1, first: 1n })))
    t.throws(() =>
      rows.updateReservation(reservationRow({ id: 1, first: 1n, ...ended('expired') })),
    )
    t.equal(rows.reservation(1), null)
  })

  withRows('those that are due come by (time, id), up to the limit', (t, { rows }) => {
    for (const [id, expiresMs] of [
      [1, 30],
      [2, 10],
      [3, 10],
      [4, null],
      [5, 31],
    ] as const) {
      rows.insertReservation(reservationRow({ id, first: BigInt(id), expiresMs }))
    }
    t.strictSame(ids(rows.dueReservations(9, MANY)), [])
    t.strictSame(ids(rows.dueReservations(30, MANY)), [2, 3, 1])
    t.strictSame(ids(rows.dueReservations(99, 2)), [2, 3])
    rows.updateReservation(reservationRow({ id: 2, first: 2n, expiresMs: 40 }))
    t.strictSame(ids(rows.dueReservations(99, MANY)), [3, 1, 5, 2])
  })

  withRows('an image has the active ones in id order', (t, { rows, image }) => {
    t.strictSame(keysOf(image()), [])
    const range = { id: 4, family: 6, first: 1n << 64n, prefixLength: 64, networkId: 4 } as const
    rows.insertReservation(reservationRow(range))
    t.strictSame([...image().reservations()], [range])
    rows.updateReservation(reservationRow({ ...range, ...ended('expired') }))
    for (const id of [3, 1, 2]) {
      rows.insertReservation(reservationRow({ id, first: BigInt(9 - id), networkId: id }))
    }
    t.strictSame(keysOf(image()), [
      { id: 1, networkId: 1, first: 8n },
      { id: 2, networkId: 2, first: 7n },
      { id: 3, networkId: 3, first: 6n },
    ])
  })

  withRows('what a savepoint undoes was never there', (t, { rows, image }) => {
    rows.insertReservation(reservationRow({ id: rows.nextId('reservation'), first: 1n }))
    rows.atomically(() => {
      rows.updateReservation(reservationRow({ id: 1, first: 1n, ...ended('cancelled') }))
      rows.insertReservation(reservationRow({ id: rows.nextId('reservation'), first: 2n }))
      return false
    })
    t.strictSame(keysOf(image()), [{ id: 1, networkId: 1, first: 1n }])
    t.equal(rows.reservation(1)?.status, 'active')
    t.equal(rows.reservation(2), null)
    t.equal(rows.nextId('reservation'), 2)
  })
}
