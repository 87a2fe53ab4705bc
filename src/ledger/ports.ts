// What the ledger asks of its rows. Synchronous; every read sees every write before it. Implemented by the store on
// SQLite, and by a plain in-memory version in test/support that passes the same contract suite.
import type { AlertRows } from './alerts/rows.js'
import type { CatalogueImage } from './catalogue/nouns.js'
import type { CatalogueRows } from './catalogue/rows.js'
import type {
  Allocation,
  Change,
  Deletion,
  Member,
  Network,
  NumberClaim,
  NumberPool,
  Vrf,
} from './entities.js'
import type { IdentityImage } from './identity/nouns.js'
import type { IdentityRows } from './identity/rows.js'
import type { JobRows } from './jobs/rows.js'
import type { Outcome } from './outcomes.js'
import type { PersonalRows } from './personal/rows.js'
import type { Country } from './regions/nouns.js'
import type { RegionRows } from './regions/rows.js'
import type { Reservation } from './reservations/nouns.js'
import type { ReservationRows } from './reservations/rows.js'
import type { WebhookRows } from './webhooks/rows.js'

export type ClusterIdentity = {
  readonly clusterId: number
  readonly clusterUuid: string
  /** The address book, ascending by id from the first change of it on. */
  readonly members: readonly Member[]
  /** Ids of nodes that were removed, ascending; absent while there are none. */
  readonly removed?: readonly number[]
  /**
   * `off`: nothing is done that time or history would have the cluster do (docs/decisions/0035). Absent: on. Whatever
   * reaches out of the cluster asks this first.
   */
  readonly effects?: 'off'
  /** Highest version of a command that was applied; absent = 1. Programs that know less do not get on from here. */
  readonly commandVersion?: number
  /**
   * What UUIDs that stand for numbers are made with: the UUID of the first cluster that this state was of, since they outlive a restore.
   * Absent: clusterUuid.
   */
  readonly idSpace?: string
}

export type SessionState = {
  readonly nodeId: number
  readonly start: number
  /** Outcomes below it are forgotten. */
  readonly awaitedFrom: number
  readonly outcomes: ReadonlyMap<number, Outcome>
}

export type IdempotencyRecord = {
  readonly scopeHash: string
  readonly requestHash: string
  readonly timeMs: number
  /** As it was first decided. */
  readonly outcome: Outcome
}

/** The oldest rows that are older than `beforeMs` or among the first `excess`, at most `limit`. */
export type PruneSlice = {
  readonly beforeMs: number
  readonly excess: number
  readonly limit: number
}

export type Sequence =
  | 'vrf'
  | 'network'
  | 'allocation'
  | 'pool'
  | 'block'
  | 'number-pool'
  | 'number'
  | 'user'
  | 'api-token'
  | 'tag'
  | 'custom-field'
  | 'reservation'
  | 'alert'
  | 'country'
  | 'comment'
  | 'share'
  | 'filter'
  | 'notification'
  | 'rule'
  | 'webhook'
  | 'delivery'
  | 'job'

/** A claim that ended and is not held back: what an allocator that goes by age must know. Later: (revision, id). */
export type EndedClaim = {
  readonly id: number
  readonly revision: number
  readonly first: bigint
  readonly last: bigint
}

export interface LedgerRows extends IdentityRows, CatalogueRows, ReservationRows, AlertRows {
  readonly regions: RegionRows
  readonly personal: PersonalRows
  readonly webhooks: WebhookRows
  readonly jobs: JobRows

  /** Next number of a sequence that starts at 1 and never gives a number twice. */
  nextId(sequence: Sequence): number

  saveVrf(vrf: Vrf): void
  deleteVrf(id: number): void
  saveNetwork(network: Network): void
  deleteNetwork(id: number): void

  allocation(id: number): Allocation | null
  insertAllocation(allocation: Allocation): void
  /** Replaces the row of that id. */
  updateAllocation(allocation: Allocation): void
  /** Claims (live, or held back) directly in the network that overlap first..last, in address order, at most `limit`; they never overlap one another. */
  claimsIn(networkId: number, first: bigint, last: bigint, limit: number): Allocation[]
  /** Live blocks of a network, one that was deleted too, in (blockId, id) order, those without a blockId first, at most `limit`. */
  liveBlocks(networkId: number, limit: number): Allocation[]
  /** The live claim (not a hold) directly in the network with the highest addresses; null when there is none. */
  highestClaim(networkId: number): Allocation | null
  /** Live claims with expiresMs <= timeMs in (expiresMs, id) order. */
  expiredClaims(timeMs: number, limit: number): Allocation[]
  /** Held claims, those of deleted networks too, with heldUntilMs <= timeMs in (heldUntilMs, id) order. */
  endedHolds(timeMs: number, limit: number): Allocation[]

  saveNumberPool(pool: NumberPool): void
  deleteNumberPool(id: number): void
  /** The live claim on that number of that pool. */
  numberClaim(poolId: number, value: number): NumberClaim | null
  insertNumberClaim(claim: NumberClaim): void
  /** Replaces the row of that id; a released one becomes history. */
  updateNumberClaim(claim: NumberClaim): void
  /** Live claims of a pool, one that was deleted too, in id order, at most `limit`. */
  numberClaims(poolId: number, limit: number): NumberClaim[]

  saveDeletion(deletion: Deletion): void
  /** It has come to its end. */
  endDeletion(deletion: Deletion): void
  /** Those under way in (revision, kind, id) order, at most `limit`. */
  deletions(limit: number): Deletion[]

  addChange(change: Change): void

  saveOutcome(nodeId: number, start: number, sequence: number, outcome: Outcome): void
  /** The session `start` of the node replaces all older ones; outcomes below `awaitedFrom` go. */
  saveSession(nodeId: number, start: number, awaitedFrom: number): void

  idempotencyRecord(scopeHash: string): IdempotencyRecord | null
  saveIdempotencyRecord(record: IdempotencyRecord): void

  /** How many Changes are kept. O(1). */
  changeCount(): number
  /** How many idempotency records are kept. O(1). */
  idempotencyCount(): number
  /** Deletes Changes from the oldest on, leaving an anchor; returns how many. */
  pruneChanges(slice: PruneSlice): number
  /** Deletes idempotency records in (timeMs, scopeHash) order; returns how many. */
  pruneIdempotency(slice: PruneSlice): number

  saveCluster(identity: ClusterIdentity): void

  /** A bulk's savepoint: what `run` wrote, numbers of sequences included, is undone when it returns false. */
  atomically(run: () => boolean): void
}

/** Everything the ledger keeps in memory, read once when the node opens. */
export interface LedgerImage {
  readonly cluster: ClusterIdentity | null
  readonly vrfs: readonly Vrf[]
  readonly networks: readonly Network[]
  readonly sessions: readonly SessionState[]
  readonly identity: IdentityImage
  readonly catalogue: CatalogueImage
  /** In id order. */
  readonly numberPools: readonly NumberPool[]
  /** Pools that were deleted and whose claims are still being ended. */
  readonly deletions: readonly Deletion[]
  /** Live claims, those of deleted pools too, in (poolId, value) order. */
  numberClaims(): Iterable<Pick<NumberClaim, 'id' | 'poolId' | 'value'>>
  /** Past claims of a network whose last revision is `sinceRevision` or later, in (revision, id) order. */
  endedClaims(networkId: number, sinceRevision: number): Iterable<EndedClaim>
  /** Active ones that lie in a network, in id order. */
  reservations(): Iterable<
    Pick<Reservation, 'id' | 'family' | 'first' | 'prefixLength'> & { readonly networkId: number }
  >
  /** null: nobody has edited the table. In id order. */
  readonly countries: readonly Country[] | null
  /** Claims (live, or held back) in (networkId, first) order; holds of deleted networks among them (README.md, Holds). */
  claims(): Iterable<Pick<Allocation, 'id' | 'networkId' | 'first' | 'last' | 'kind' | 'status'>>
}
