// The state's rows as the finder reads them: what takes up addresses now, by id or page by page. All that knows how the
// state keeps them is here.
import {
  type AddressRange,
  type Allocation,
  addressToBytes,
  bytesToAddress,
  type Family,
  type Network,
  networkRange,
} from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import type { Occupant } from '../reads.js'
import { ALLOCATION_COLUMNS, type AllocationRaw, allocationOf } from '../tables/allocation-row.js'
import { NETWORK_COLUMNS, type NetworkRaw, networkOf } from '../tables/noun-rows.js'
import { SqliteReservationRows } from '../tables/reservation-rows.js'
import {
  allocationOccupant,
  DEFAULT_VRF,
  gatewayOccupant,
  type IndexedOccupant,
  KIND_ALLOCATION,
  KIND_RESERVATION,
  reservationOccupant,
} from './occupant.js'
import { keyOf, spanClass } from './places.js'

/** An id after which to go on, and how many. */
type Page = [afterId: number, limit: number]
type PlaceRaw = [vrfId: number, family: 4 | 6, first: Uint8Array, last: Uint8Array]

/** Where in the default VRF something lies or lay. */
export type Place = {
  readonly spanClass: number
  readonly first: Uint8Array
  readonly last: Uint8Array
}

export class OccupantRows {
  readonly #claim: Statement<[number], AllocationRaw>
  readonly #claims: Statement<Page, AllocationRaw>
  readonly #network: Statement<[number], NetworkRaw>
  readonly #networks: Statement<Page, NetworkRaw>
  readonly #covering: Statement<[number, Uint8Array, Uint8Array], number>
  readonly #reservations: SqliteReservationRows
  readonly #reservationIds: Statement<Page, number>
  readonly #allocationPlace: Statement<[number, number], PlaceRaw>

  constructor(db: Database) {
    const prepare = <P extends unknown[], Row>(sql: string) =>
      db.prepare<P, Row>(sql).raw() as Statement<P, Row>
    // A network that is gone leaves holds, or blocks that wait for `sweep`: these take up nothing.
    const claims = `SELECT ${ALLOCATION_COLUMNS} FROM claims
      WHERE vrf_id = ${DEFAULT_VRF} AND EXISTS (SELECT 1 FROM networks WHERE id = network_id)`
    const networks = `SELECT ${NETWORK_COLUMNS} FROM networks WHERE vrf_id = ${DEFAULT_VRF}`
    this.#claim = prepare(`${claims} AND id = ?`)
    this.#claims = prepare(`${claims} AND id > ? ORDER BY id LIMIT ?`)
    this.#network = prepare(`${networks} AND id = ?`)
    this.#networks = prepare(`${networks} AND id > ? ORDER BY id LIMIT ?`)
    // Claims of one network never overlap one another: only the last one that begins before the address can cover it.
    this.#covering = db
      .prepare(
        `SELECT count(*) FROM (SELECT last FROM claims INDEXED BY claims_by_address
           WHERE network_id = ? AND first <= ? ORDER BY first DESC LIMIT 1) WHERE last >= ?`,
      )
      .pluck() as Statement<[number, Uint8Array, Uint8Array], number>
    this.#reservations = new SqliteReservationRows(db)
    this.#reservationIds = db
      .prepare(
        `SELECT id FROM reservations WHERE vrf_id = ${DEFAULT_VRF} AND id > ? ORDER BY id LIMIT ?`,
      )
      .pluck() as Statement<Page, number>
    this.#allocationPlace = prepare(
      `SELECT vrf_id, family, first, last FROM claims WHERE id = ?
       UNION ALL SELECT vrf_id, family, first, last FROM past_allocations WHERE id = ?`,
    )
  }

  /** null when it takes up nothing in the default VRF. */
  claim(id: number): IndexedOccupant | null {
    const allocation = this.allocation(id)
    return allocation === null ? null : allocationOccupant(allocation)
  }

  /** null when it takes up nothing in the default VRF. */
  allocation(id: number): Allocation | null {
    const raw = this.#claim.get(id)
    return raw === undefined ? null : allocationOf(raw)
  }

  claims(afterId: number, limit: number): IndexedOccupant[] {
    return this.#claims.all(afterId, limit).map(raw => allocationOccupant(allocationOf(raw)))
  }

  /** null when it takes up nothing in the default VRF. */
  reservation(id: number): IndexedOccupant | null {
    const reservation = this.#reservations.reservation(id)
    if (reservation?.status !== 'active' || reservation.vrfId !== DEFAULT_VRF) return null
    return reservationOccupant(reservation)
  }

  /** Active ones. */
  reservations(afterId: number, limit: number): IndexedOccupant[] {
    const ids = this.#reservationIds.all(afterId, limit)
    return ids.map(id => this.reservation(id)).filter(reservation => reservation !== null)
  }

  network(id: number): Network | null {
    const raw = this.#network.get(id)
    return raw === undefined ? null : networkOf(raw)
  }

  networks(afterId: number, limit: number): Network[] {
    return this.#networks.all(afterId, limit).map(networkOf)
  }

  /** null when it has none, or while a claim has the address. */
  gateway(network: Network): IndexedOccupant | null {
    const address = network.subnet?.gateway ?? null
    if (address === null) return null
    const key = addressToBytes(address)
    return this.#covering.get(network.id, key, key) === 0 ? gatewayOccupant(network, address) : null
  }

  /** Of an allocation, over or not; null outside the default VRF. */
  allocationPlace(id: number): Place | null {
    const raw = this.#allocationPlace.get(id, id)
    return raw === undefined ? null : placeOf(raw)
  }

  /** Of a reservation, over or not; null outside the default VRF. */
  reservationPlace(id: number): Place | null {
    const reservation = this.#reservations.reservation(id)
    if (reservation?.vrfId !== DEFAULT_VRF) return null
    return rangePlace(reservation.family, networkRange(reservation))
  }

  /** What an occupant's row stands for. */
  occupant(kind: number, ref: number): Occupant | null {
    if (kind === KIND_ALLOCATION) {
      const allocation = this.allocation(ref)
      return allocation === null ? null : allocationAs(allocation)
    }
    if (kind === KIND_RESERVATION) {
      const reservation = this.#reservations.reservation(ref)
      return reservation === null ? null : { kind: 'reservation', reservation }
    }
    const network = this.network(ref)
    const address = network?.subnet?.gateway ?? null
    return network === null || address === null ? null : { kind: 'gateway', network, address }
  }
}

function allocationAs(allocation: Allocation): Occupant {
  return { kind: allocation.status === 'allocated' ? 'allocation' : 'hold', allocation }
}

export function addressPlace(family: Family, address: bigint): Place {
  return rangePlace(family, { first: address, last: address })
}

function placeOf([vrfId, family, from, to]: PlaceRaw): Place | null {
  if (vrfId !== DEFAULT_VRF) return null
  return rangePlace(family, { first: bytesToAddress(from), last: bytesToAddress(to) })
}

function rangePlace(family: Family, { first, last }: AddressRange): Place {
  return {
    spanClass: spanClass(family, first, last),
    first: keyOf(family, first),
    last: keyOf(family, last),
  }
}
