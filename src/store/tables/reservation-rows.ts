// Rows of reservations: active ones in one table, those that are over in another. An address has no prefix length there, and one that
// lies in no network has network 0.
import {
  type AddressRange,
  addressBits,
  addressToBytes,
  bytesToAddress,
  type Family,
  isSingleAddress,
  networkRange,
  type Reservation,
  type ReservationRows,
  rangesOverlap,
} from '../../ledger/index.js'
import { assert } from '../../lib/index.js'
import { familyOf } from '../codec/entity-codec.js'
import { reservationStatuses } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'

export const RESERVATION_COLUMNS = `id, uid, network_id, vrf_id, family, first, reason, holder, holder_id,
  created_ms, expires_ms, revision, prefix_length`
export const PAST_RESERVATION_COLUMNS = `${RESERVATION_COLUMNS}, status, ended_ms, allocation_id, cancel_reason,
  made_network_id, hidden`

export type ActiveRaw = [
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
  prefixLength: number | null,
]
type EndRaw = [
  status: number,
  endedMs: number,
  allocationId: number | null,
  cancelReason: string | null,
  madeNetworkId: number | null,
  hidden: number,
]
export type PastRaw = [...ActiveRaw, ...EndRaw]
type Site = { readonly vrfId: number; readonly family: Family } & AddressRange
type Bytes = readonly [first: Uint8Array, last: Uint8Array]
type Space = readonly [vrfId: number, family: number]

/** Of active ones. */
const NOT_ENDED = {
  status: 'active',
  endedMs: null,
  allocationId: null,
  cancelReason: null,
  madeNetworkId: null,
  isHidden: false,
} as const
export const ACTIVE_FIELDS = RESERVATION_COLUMNS.split(',').length
/** Of what lies in none. */
export const NO_NETWORK = 0

/** Of all. */
const ORDER = 'vrf_id, family, first, ifnull(prefix_length, 128), id'

/** By space and address, what covers an address before the address; the caller's connection does nothing else meanwhile. */
export function* readActiveReservations(db: Database): Generator<Reservation> {
  const sql = `SELECT ${RESERVATION_COLUMNS} FROM reservations ORDER BY ${ORDER}`
  for (const raw of db.prepare<[], ActiveRaw>(sql).raw().iterate()) {
    yield activeOf(raw as unknown as ActiveRaw)
  }
}

export class SqliteReservationRows implements ReservationRows {
  readonly #insertActive: Statement<ActiveRaw>
  readonly #insertPast: Statement<PastRaw>
  readonly #updateActive: Statement
  readonly #updatePast: Statement
  readonly #deleteActive: Statement<[number]>
  readonly #active: Statement<[number], ActiveRaw>
  readonly #past: Statement<[number], PastRaw>
  readonly #in: Statement<[number, ...Bytes, number], ActiveRaw>
  readonly #rangeBefore: Statement<[number, Uint8Array], ActiveRaw>
  readonly #outside: Statement<[...Space, ...Bytes, number], ActiveRaw>
  readonly #outsideBefore: Statement<[...Space, Uint8Array], ActiveRaw>
  readonly #due: Statement<[number, number], ActiveRaw>

  constructor(db: Database) {
    const select = <P extends unknown[], Raw>(columns: string, rest: string) =>
      db.prepare<P, Raw>(`SELECT ${columns} FROM ${rest}`).raw() as Statement<P, Raw>
    const insert = <Raw extends unknown[]>(table: string, columns: string): Statement<Raw> => {
      const marks = columns.split(',').map(() => '?')
      return db.prepare<Raw>(`INSERT INTO ${table} (${columns}) VALUES (${marks.join(', ')})`)
    }
    const update = (table: string, columns: string): Statement => {
      const [, ...others] = columns.split(',')
      const assignments = others.map(column => `${column} = ?`).join(', ')
      return db.prepare(`UPDATE ${table} SET ${assignments} WHERE id = ?`)
    }
    this.#insertActive = insert('reservations', RESERVATION_COLUMNS)
    this.#insertPast = insert('past_reservations', PAST_RESERVATION_COLUMNS)
    this.#updateActive = update('reservations', RESERVATION_COLUMNS)
    this.#updatePast = update('past_reservations', PAST_RESERVATION_COLUMNS)
    this.#deleteActive = db.prepare('DELETE FROM reservations WHERE id = ?')
    this.#active = select(RESERVATION_COLUMNS, 'reservations WHERE id = ?')
    this.#past = select(PAST_RESERVATION_COLUMNS, 'past_reservations WHERE id = ?')
    this.#in = select(
      RESERVATION_COLUMNS,
      `reservations INDEXED BY reservations_by_address
       WHERE network_id = ? AND first BETWEEN ? AND ? ORDER BY first LIMIT ?`,
    )
    const inSpace = `network_id = ${NO_NETWORK} AND vrf_id = ? AND family = ?`
    this.#outside = select(
      RESERVATION_COLUMNS,
      `reservations INDEXED BY reservations_waiting
       WHERE ${inSpace} AND first BETWEEN ? AND ? ORDER BY first LIMIT ?`,
    )
    // CIDRs of one space never overlap: only the last one that begins before an address can cover it.
    const before = 'prefix_length IS NOT NULL AND first < ? ORDER BY first DESC LIMIT 1'
    this.#rangeBefore = select(
      RESERVATION_COLUMNS,
      `reservations INDEXED BY reservations_of_ranges WHERE network_id = ? AND ${before}`,
    )
    this.#outsideBefore = select(
      RESERVATION_COLUMNS,
      `reservations INDEXED BY reservations_waiting_ranges WHERE ${inSpace} AND ${before}`,
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

  /** @throws when there is no row of that id; one that is over stays so. */
  updateReservation(reservation: Reservation): void {
    const [id, ...values] = activeToRaw(reservation)
    const end = endToRaw(reservation)
    const wasActive = end !== null && this.#deleteActive.run(id).changes === 1
    if (end !== null && wasActive) {
      this.#insertPast.run(id, ...values, ...end)
      return
    }
    const { changes } =
      end === null
        ? this.#updateActive.run(...values, id)
        : this.#updatePast.run(...values, ...end, id)
    assert(changes === 1, `reservation ${id} has no row to replace`)
  }

  reservationsIn(networkId: number, first: bigint, last: bigint, limit: number): Reservation[] {
    const [from, to] = [addressToBytes(first), addressToBytes(last)]
    const before = this.#rangeBefore.get(networkId, from)
    return overlapping(before, { first, last }, limit, rest =>
      this.#in.all(networkId, from, to, rest),
    )
  }

  reservationsOutside(site: Site, limit: number): Reservation[] {
    const { vrfId, family, first, last } = site
    const [from, to] = [addressToBytes(first), addressToBytes(last)]
    const before = this.#outsideBefore.get(vrfId, family, from)
    return overlapping(before, { first, last }, limit, rest =>
      this.#outside.all(vrfId, family, from, to, rest),
    )
  }

  dueReservations(timeMs: number, limit: number): Reservation[] {
    return this.#due.all(timeMs, limit).map(activeOf)
  }
}

/** @param before the CIDR that begins last before the range @param within reads those that begin in it */
function overlapping(
  before: ActiveRaw | undefined,
  range: AddressRange,
  limit: number,
  within: (limit: number) => readonly ActiveRaw[],
): Reservation[] {
  const covering = before === undefined ? [] : [activeOf(before)]
  const found = covering.filter(one => limit > 0 && rangesOverlap(networkRange(one), range))
  // One more: of two that begin at one address, the index gives either first.
  const rest = within(limit - found.length + 1).map(activeOf)
  return [...found, ...rest.sort(outerFirst)].slice(0, limit)
}

function outerFirst(a: Reservation, b: Reservation): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.prefixLength - b.prefixLength
}

export function activeOf(raw: ActiveRaw): Reservation {
  const [networkId, family] = [raw[2], familyOf(raw[4])]
  return {
    id: raw[0],
    uid: raw[1],
    networkId: networkId === NO_NETWORK ? null : networkId,
    vrfId: raw[3],
    family,
    first: bytesToAddress(raw[5]),
    prefixLength: raw[12] ?? addressBits(family),
    reason: raw[6],
    holder: raw[7],
    holderId: raw[8],
    ...NOT_ENDED,
    createdMs: raw[9],
    expiresMs: raw[10],
    revision: raw[11],
  }
}

export function pastOf(raw: PastRaw): Reservation {
  const end = {
    status: reservationStatuses.nameOf(raw[13]),
    endedMs: raw[14],
    allocationId: raw[15],
    cancelReason: raw[16],
    madeNetworkId: raw[17],
    isHidden: raw[18] === 1,
  }
  return { ...activeOf(raw.slice(0, ACTIVE_FIELDS) as ActiveRaw), ...end }
}

function activeToRaw(reservation: Reservation): ActiveRaw {
  const { id, uid, networkId, vrfId, family, first, reason, holder, holderId } = reservation
  const { createdMs, expiresMs, revision } = reservation
  const what = [id, uid, networkId ?? NO_NETWORK, vrfId, family, addressToBytes(first)] as const
  const prefixLength = isSingleAddress(reservation) ? null : reservation.prefixLength
  return [...what, reason, holder, holderId, createdMs, expiresMs, revision, prefixLength]
}

/** null: it is active. */
function endToRaw(reservation: Reservation): EndRaw | null {
  const { id, status, endedMs, allocationId, cancelReason, madeNetworkId } = reservation
  assert(
    (status === 'active') === (endedMs === null),
    `reservation ${id} has ended or it is active`,
  )
  if (endedMs === null) return null
  const hidden = reservation.isHidden ? 1 : 0
  const end = [reservationStatuses.codeOf(status), endedMs, allocationId, cancelReason] as const
  return [...end, madeNetworkId, hidden]
}
