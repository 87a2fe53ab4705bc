// What a ledger loads when the node opens, read from a file at rest. Claims stream a page at a time.
import {
  type Allocation,
  addressBits,
  bytesToAddress,
  type EndedClaim,
  type LedgerImage,
  type NumberClaim,
  type Reservation,
} from '../ledger/index.js'
import { familyOf, kindOf, statusOf } from './codec/entity-codec.js'
import type { Database } from './open.js'
import { readCatalogue } from './tables/catalogue-rows.js'
import { readDeletions } from './tables/deletion-rows.js'
import { readIdentity } from './tables/identity-rows.js'
import { readNetworks, readVrfs } from './tables/noun-rows.js'
import { readNumberPools } from './tables/number-rows.js'
import { readCountries } from './tables/region-rows.js'
import { NO_NETWORK } from './tables/reservation-rows.js'
import { readSessions } from './tables/session-rows.js'
import { readState } from './tables/state-row.js'

const PAGE_ROWS = 1000
/** Below the first address of any network. */
const BEFORE_ALL = new Uint8Array(0)

type Claim = Pick<Allocation, 'id' | 'networkId' | 'first' | 'last' | 'kind' | 'status'>
type NumberKey = Pick<NumberClaim, 'id' | 'poolId' | 'value'>
type ReservationKey = Pick<Reservation, 'id' | 'family' | 'first' | 'prefixLength'> & {
  readonly networkId: number
}
type ReservationKeyRaw = [number, number, number, Uint8Array, number | null]
type ClaimRaw = [number, number, Uint8Array, Uint8Array, number, number]

export function readImage(db: Database): LedgerImage {
  const { cluster, sequences } = readState(db)
  return {
    cluster,
    vrfs: readVrfs(db),
    networks: readNetworks(db),
    sessions: readSessions(db),
    identity: readIdentity(db),
    catalogue: readCatalogue(db),
    countries: sequences.country === 0 ? null : readCountries(db),
    numberPools: readNumberPools(db),
    deletions: readDeletions(db),
    reservations: () => readReservations(db),
    claims: () => readClaims(db),
    numberClaims: () => readNumberClaims(db),
    endedClaims: (networkId, sinceRevision) => readEndedClaims(db, networkId, sinceRevision),
  }
}

/** In (network, address) order; claims of one network never overlap, so that pair names a row. */
function* readClaims(db: Database): Generator<Claim> {
  const select = db
    .prepare<[number, Uint8Array, number], ClaimRaw>(
      `SELECT id, network_id, first, last, kind, status FROM claims INDEXED BY claims_by_address
       WHERE (network_id, first) > (?, ?) ORDER BY network_id, first LIMIT ?`,
    )
    .raw()
  let [networkId, first] = [0, BEFORE_ALL]
  for (;;) {
    const page = select.all(networkId, first, PAGE_ROWS) as unknown as ClaimRaw[]
    for (const [id, network, from, to, kind, status] of page) {
      yield {
        id,
        networkId: network,
        first: bytesToAddress(from),
        last: bytesToAddress(to),
        kind: kindOf(kind),
        status: statusOf(status),
      }
    }
    const end = page.at(-1)
    if (end === undefined) return
    networkId = end[1]
    first = end[2] as Uint8Array<ArrayBuffer>
  }
}

/** In (pool, value) order; a number is taken once in a pool, so that pair names a row. */
function* readNumberClaims(db: Database): Generator<NumberKey> {
  const select = db.prepare<[number, number, number], NumberKey>(
    `SELECT id, pool_id AS poolId, value FROM number_claims INDEXED BY number_claims_by_value
     WHERE (pool_id, value) > (?, ?) ORDER BY pool_id, value LIMIT ?`,
  )
  let after = { poolId: 0, value: -1 }
  for (;;) {
    const page = select.all(after.poolId, after.value, PAGE_ROWS)
    yield* page
    const end = page.at(-1)
    if (end === undefined) return
    after = end
  }
}

/** Active ones that lie in a network, in id order. */
function* readReservations(db: Database): Generator<ReservationKey> {
  const select = db
    .prepare<[number, number], ReservationKeyRaw>(
      `SELECT id, network_id, family, first, prefix_length FROM reservations
       WHERE id > ? AND network_id <> ${NO_NETWORK} ORDER BY id LIMIT ?`,
    )
    .raw()
  let after = 0
  for (;;) {
    const page = select.all(after, PAGE_ROWS) as unknown as ReservationKeyRaw[]
    for (const [id, networkId, code, first, length] of page) {
      const family = familyOf(code)
      const prefixLength = length ?? addressBits(family)
      yield { id, networkId, family, first: bytesToAddress(first), prefixLength }
      after = id
    }
    if (page.length === 0) return
  }
}

/**
 * In one statement: there is no index in this order, as it would cost every release a write, and only pools that go by
 * age ask, once, when the node opens. SQLite sorts before the first row comes.
 */
function* readEndedClaims(
  db: Database,
  networkId: number,
  sinceRevision: number,
): Generator<EndedClaim> {
  const select = db
    .prepare<[number, number], [number, number, Uint8Array, Uint8Array]>(
      `SELECT id, revision, first, last FROM past_allocations INDEXED BY past_allocations_by_network
       WHERE network_id = ? AND revision >= ? ORDER BY revision, id`,
    )
    .raw()
  for (const raw of select.iterate(networkId, sinceRevision)) {
    const [id, revision, first, last] = raw as unknown as [number, number, Uint8Array, Uint8Array]
    yield { id, revision, first: bytesToAddress(first), last: bytesToAddress(last) }
  }
}
