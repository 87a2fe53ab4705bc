// What a ledger loads when the node opens, read from a file at rest. Claims stream a page at a time.
import { type Allocation, bytesToAddress, type LedgerImage } from '../ledger/index.js'
import { kindOf, statusOf } from './codec/entity-codec.js'
import type { Database } from './open.js'
import { readNetworks, readVrfs } from './tables/noun-rows.js'
import { readSessions } from './tables/session-rows.js'
import { readState } from './tables/state-row.js'

const PAGE_ROWS = 1000
/** Below the first address of any network. */
const BEFORE_ALL = new Uint8Array(0)

type Claim = Pick<Allocation, 'id' | 'networkId' | 'first' | 'last' | 'kind' | 'status'>
type ClaimRaw = [number, number, Uint8Array, Uint8Array, number, number]

export function readImage(db: Database): LedgerImage {
  return {
    cluster: readState(db).cluster,
    vrfs: readVrfs(db),
    networks: readNetworks(db),
    sessions: readSessions(db),
    claims: () => readClaims(db),
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
