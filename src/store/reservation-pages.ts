// Reservations as /ipam shows them: by their UUID, and newest first over both tables, what was hidden or cancelled left out. Those of one
// holder are found by an index; of everybody's, all are gone over.
import { addressToBytes, DEFAULT_VRF_ID, type Reservation } from '../ledger/index.js'
import { reservationStatuses } from './codec/name-codes.js'
import type { Database, Statement } from './open.js'
import type { Counted, ReservationFilter, Window } from './reads.js'
import {
  ACTIVE_FIELDS,
  type ActiveRaw,
  activeOf,
  PAST_RESERVATION_COLUMNS,
  type PastRaw,
  pastOf,
  RESERVATION_COLUMNS,
} from './tables/reservation-rows.js'

type Kind = ReservationFilter['kind']
type Status = ReservationFilter['status']
type Named = Readonly<Record<string, number | Uint8Array>>

/** 10.0.0.0/8. */
const [TEN_FIRST, TEN_LAST] = [0x0a000000n, 0x0affffffn]
/** An address has none. */
const LENGTHS: Readonly<Record<'region' | 'host', string>> = {
  region: 'prefix_length = 24',
  host: 'prefix_length IS NULL',
}
const ENDED_MS = ACTIVE_FIELDS + 1
const CANCELLED = reservationStatuses.codeOf('cancelled')
/** In place of what only those that are over have. */
const NO_END = PAST_RESERVATION_COLUMNS.slice(RESERVATION_COLUMNS.length).replaceAll(/\w+/g, 'NULL')

export class ReservationPages {
  readonly #db: Database
  readonly #activeByUid: Statement<[string], ActiveRaw>
  readonly #pastByUid: Statement<[string], PastRaw>
  readonly #statements = new Map<string, Statement<[Named], unknown[]>>()

  constructor(db: Database) {
    const byUid = (table: string, columns: string) =>
      db.prepare(`SELECT ${columns} FROM ${table} WHERE uid = ? ORDER BY id LIMIT 1`).raw()
    this.#db = db
    this.#activeByUid = byUid('reservations', RESERVATION_COLUMNS) as Statement<[string], ActiveRaw>
    this.#pastByUid = byUid('past_reservations', PAST_RESERVATION_COLUMNS) as Statement<
      [string],
      PastRaw
    >
  }

  /** Whatever became of it, a hidden one too. */
  byUid(uid: string): Reservation | null {
    const active = this.#activeByUid.get(uid)
    if (active !== undefined) return activeOf(active)
    const past = this.#pastByUid.get(uid)
    return past === undefined ? null : pastOf(past)
  }

  page(filter: ReservationFilter, { skip, limit }: Window): Counted<Reservation> {
    const { holderId } = filter
    const named = {
      first: addressToBytes(TEN_FIRST),
      last: addressToBytes(TEN_LAST),
      ...(holderId === null ? {} : { holder: holderId }),
    }
    const arms = armsOf(filter)
    const count = arms.map(({ from }) => `(SELECT count(*) FROM ${from})`).join(' + ')
    const [total] = this.#prepared(`SELECT ${count}`).get(named) as [number]
    const rows = arms.map(({ columns, from }) => `SELECT ${columns} FROM ${from}`)
    const page = `${rows.join(' UNION ALL ')} ORDER BY id DESC LIMIT $limit OFFSET $skip`
    const found = this.#prepared(page).all({ ...named, limit, skip }) as PastRaw[]
    return { rows: found.map(reservationOf), total }
  }

  #prepared(text: string): Statement<[Named], unknown[]> {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const statement = this.#db.prepare(text).raw() as unknown as Statement<[Named], unknown[]>
    this.#statements.set(text, statement)
    return statement
  }
}

/** Active ones have no time of their end. */
function reservationOf(raw: PastRaw): Reservation {
  return raw[ENDED_MS] === null ? activeOf(raw.slice(0, ACTIVE_FIELDS) as ActiveRaw) : pastOf(raw)
}

type Arm = { readonly columns: string; readonly from: string }

/** One for each table that may have any. */
function armsOf({ holderId, status, kind }: ReservationFilter): Arm[] {
  const shown = [...inTen(kind), ...(holderId === null ? [] : ['holder_id = $holder'])]
  const index = (table: string) => (holderId === null ? '' : `INDEXED BY ${table}_by_holder`)
  const arm = (table: string, columns: string, where: readonly string[]): Arm => {
    return { columns, from: `${table} ${index(table)} WHERE ${[...shown, ...where].join(' AND ')}` }
  }
  const arms: Arm[] = []
  if (status === null || status === 'active') {
    arms.push(arm('reservations', `${RESERVATION_COLUMNS}${NO_END}`, []))
  }
  if (status !== 'active') {
    arms.push(arm('past_reservations', PAST_RESERVATION_COLUMNS, ['hidden = 0', ended(status)]))
  }
  return arms
}

function ended(status: Status): string {
  return status === null
    ? `status <> ${CANCELLED}`
    : `status = ${reservationStatuses.codeOf(status)}`
}

function inTen(kind: Kind): readonly string[] {
  const lengths = kind === null ? Object.values(LENGTHS) : [LENGTHS[kind]]
  const place = `vrf_id = ${DEFAULT_VRF_ID} AND family = 4 AND first BETWEEN $first AND $last`
  return [place, `(${lengths.join(' OR ')})`]
}
