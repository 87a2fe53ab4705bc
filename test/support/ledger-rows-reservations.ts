// What every implementation of ReservationRows must give: those that are active are found by address and by time, those that
// are over by their id alone.
import type { LedgerImage, Reservation } from '../../src/ledger/index.js'
import { IPV6_LAST, ids, MANY, type WithRows } from './ledger-rows-samples.js'

export function reservationRow(
  set: Partial<Reservation> & { id: number; first: bigint },
): Reservation {
  return {
    uid: `00000000-0000-4000-8000-00000000000${set.id}`,
    networkId: 1,
    vrfId: 1,
    family: 4,
    reason: null,
    holder: 'anna',
    holderId: 3,
    status: 'active',
    createdMs: 1_700_000_000_000,
    expiresMs: null,
    endedMs: null,
    allocationId: null,
    cancelReason: null,
    revision: 7,
    ...set,
  }
}

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
      3: { ...ended('converted'), allocationId: 77 },
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
