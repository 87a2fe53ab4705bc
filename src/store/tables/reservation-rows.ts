// Rows of reservations: active ones in one table, those that are over in another.
import {
  addressToBytes,
  bytesToAddress,
  type Reservation,
  type ReservationRows,
} from '../../ledger/index.js'
import { assert } from '../../lib/index.js'
import { familyOf } from '../codec/entity-codec.js'
import { reservationStatuses } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'

export const RESERVATION_COLUMNS = `id, uid, network_id, vrf_id, family, first, reason, holder, holder_id,
  created_ms, expires_ms, revision`
export const PAST_RESERVATION_COLUMNS = `${RESERVATION_COLUMNS}, status, ended_ms, allocation_id, cancel_reason`

type ActiveRaw = [
  id: number,
  uid: string,
  networkId: number,
  vrfId: number,
  family: number,
  first: Uint8Array,
  reason: string | null,
  holder: string,
  holderId: number | null,
  createdMs: number,
  expiresMs: number | null,
  revision: number,
]
type EndRaw = [
  status: number,
  endedMs: number,
  allocationId: number | null,
  cancelReason: string | null,
]

const ACTIVE = { status: 'active', endedMs: null, allocationId: null, cancelReason: null } as const

/** In id order; the caller's connection does nothing else meanwhile. */
export function* readActiveReservations(db: Database): Generator<Reservation> {
  const sql = `SELECT ${RESERVATION_COLUMNS} FROM reservations ORDER BY id`
  for (const raw of db.prepare<[], ActiveRaw>(sql).raw().iterate()) {
    yield activeOf(raw as unknown as ActiveRaw)
  }
}

export class SqliteReservationRows implements ReservationRows {
  readonly #insertActive: Statement<ActiveRaw>
  readonly #insertPast: Statement<[...ActiveRaw, ...EndRaw]>
  readonly #updateActive: Statement
  readonly #deleteActive: Statement<[number]>
  readonly #active: Statement<[number], ActiveRaw>
  readonly #past: Statement<[number], [...ActiveRaw, ...EndRaw]>
  readonly #in: Statement<[number, Uint8Array, Uint8Array, number], ActiveRaw>
  readonly #due: Statement<[number, number], ActiveRaw>

  constructor(db: Database) {
    const select = <P extends unknown[], Raw>(columns: string, rest: string) =>
      db.prepare<P, Raw>(`SELECT ${columns} FROM ${rest}`).raw() as Statement<P, Raw>
    const insert = <Raw extends unknown[]>(table: string, columns: string): Statement<Raw> => {
      const marks = columns.split(',').map(() => '?')
      return db.prepare<Raw>(`INSERT INTO ${table} (${columns}) VALUES (${marks.join(', ')})`)
    }
    const [, ...others] = RESERVATION_COLUMNS.split(',')
    const assignments = others.map(column => `${column} = ?`).join(', ')
    this.#insertActive = insert('reservations', RESERVATION_COLUMNS)
    this.#insertPast = insert('past_reservations', PAST_RESERVATION_COLUMNS)
    this.#updateActive = db.prepare(`UPDATE reservations SET ${assignments} WHERE id = ?`)
    this.#deleteActive = db.prepare('DELETE FROM reservations WHERE id = ?')
    this.#active = select(RESERVATION_COLUMNS, 'reservations WHERE id = ?')
    this.#past = select(PAST_RESERVATION_COLUMNS, 'past_reservations WHERE id = ?')
    this.#in = select(
      RESERVATION_COLUMNS,
      `reservations INDEXED BY reservations_by_address
       WHERE network_id = ? AND first BETWEEN ? AND ? ORDER BY first LIMIT ?`,
    )
    this.#due = select(
      RESERVATION_COLUMNS,
      'reservations WHERE expires_ms <= ? ORDER BY expires_ms, id LIMIT ?',
    )
  }

  reservation(id: number): Reservation | null {
    const active = this.#active.get(id)
    if (active !== undefined) return activeOf(active)
    const past = this.#past.get(id)
    return past === undefined ? null : pastOf(past)
  }

  insertReservation(reservation: Reservation): void {
    const end = endToRaw(reservation)
    if (end === null) this.#insertActive.run(...activeToRaw(reservation))
    else this.#insertPast.run(...activeToRaw(reservation), ...end)
  }

  /** @throws when there is no active row of that id: what is over never changes. */
  updateReservation(reservation: Reservation): void {
    const [id, ...values] = activeToRaw(reservation)
    const end = endToRaw(reservation)
    const { changes } =
      end === null ? this.#updateActive.run(...values, id) : this.#deleteActive.run(id)
    assert(changes === 1, `reservation ${id} has no active row to replace`)
    if (end !== null) this.#insertPast.run(id, ...values, ...end)
  }

  reservationsIn(networkId: number, first: bigint, last: bigint, limit: number): Reservation[] {
    const range = [addressToBytes(first), addressToBytes(last)] as const
    return this.#in.all(networkId, ...range, limit).map(activeOf)
  }

  dueReservations(timeMs: number, limit: number): Reservation[] {
    return this.#due.all(timeMs, limit).map(activeOf)
  }
}

function activeOf(raw: ActiveRaw): Reservation {
  return {
    id: raw[0],
    uid: raw[1],
    networkId: raw[2],
    vrfId: raw[3],
    family: familyOf(raw[4]),
    first: bytesToAddress(raw[5]),
    reason: raw[6],
    holder: raw[7],
    holderId: raw[8],
    ...ACTIVE,
    createdMs: raw[9],
    expiresMs: raw[10],
    revision: raw[11],
  }
}

function pastOf(raw: [...ActiveRaw, ...EndRaw]): Reservation {
  const end = {
    status: reservationStatuses.nameOf(raw[12]),
    endedMs: raw[13],
    allocationId: raw[14],
    cancelReason: raw[15],
  }
  return { ...activeOf(raw.slice(0, 12) as ActiveRaw), ...end }
}

function activeToRaw(reservation: Reservation): ActiveRaw {
  const { id, uid, networkId, vrfId, family, first, reason, holder, holderId } = reservation
  const { createdMs, expiresMs, revision } = reservation
  const what = [id, uid, networkId, vrfId, family, addressToBytes(first)] as const
  return [...what, reason, holder, holderId, createdMs, expiresMs, revision]
}

/** null: it is active. */
function endToRaw(reservation: Reservation): EndRaw | null {
  const { id, status, endedMs, allocationId, cancelReason } = reservation
  assert(
    (status === 'active') === (endedMs === null),
    `reservation ${id} has ended or it is active`,
  )
  if (endedMs === null) return null
  return [reservationStatuses.codeOf(status), endedMs, allocationId, cancelReason]
}
