// What can be asked of a node's own state. Whoever asks has first waited for the level that the client wants (gateway).
import type {
  Allocation,
  CatalogueView,
  Change,
  ClusterIdentity,
  IdentityView,
  Network,
  NetworkStatistics,
  NumberClaim,
  NumberFigures,
  NumberKind,
  NumberPool,
  PoolFigures,
  Vrf,
} from '../ledger/index.js'

export type AllocationFilter = {
  readonly networkId: number | null
  /** Also released and expired ones. */
  readonly ended: boolean
}
/** After this id, at most `limit`, in id order. */
export type PageRequest = { readonly afterId: number; readonly limit: number }

/** A Change as it stands in the chain. */
export type ChangeRow = Change & { readonly hash: Uint8Array }
export type ChangePosition = { readonly revision: number; readonly n: number }

/** `oldestMs`: entry time of the oldest row; null when there is none. */
export type Kept = { readonly count: number; readonly oldestMs: number | null }

/** Synchronous reads on indexed rows, at most a page each. */
export interface Reads {
  cluster(): ClusterIdentity | null
  identities(): IdentityView
  catalogue(): CatalogueView
  vrfs(): readonly Vrf[]
  network(id: number): Network | null
  networkPage(vrfId: number, page: PageRequest): readonly Network[]
  statistics(networkId: number): NetworkStatistics | null
  allocation(id: number): Allocation | null
  allocationPage(filter: AllocationFilter, page: PageRequest): readonly Allocation[]
  /** The network of that pool. */
  pool(name: string): Network | null
  /** null when the network has no pool. O(1). */
  poolFigures(networkId: number): PoolFigures | null
  /** Networks with a pool in order of the pools' ids; the page goes by these. */
  poolPage(page: PageRequest): readonly Network[]
  /** Live blocks of a pool; the page goes by blockId. */
  blockPage(networkId: number, page: PageRequest): readonly Allocation[]
  /** How many live blocks it has. O(1). */
  blockCount(networkId: number): number
  numberPool(name: string): NumberPool | null
  numberFigures(poolId: number): NumberFigures | null
  numberPoolPage(kinds: readonly NumberKind[], page: PageRequest): readonly NumberPool[]
  /** Live claims of a pool in id order. */
  numberPage(poolId: number, page: PageRequest): readonly NumberClaim[]
  /** Whether claims of a deleted pool wait for `sweep`. */
  deletionsWait(): boolean
  /** Changes after a position in order (watch, history). */
  changesAfter(position: ChangePosition, limit: number): readonly ChangeRow[]
  /** Newest first (audit). */
  changesBefore(position: ChangePosition | null, limit: number): readonly ChangeRow[]
  /** When the next lease or hold ends (expiresMs of live claims, heldUntilMs of held ones); null when none will. */
  nextDueMs(): number | null
  /** What pruning goes by: how much is kept, and since when. */
  kept(): { readonly changes: Kept; readonly idempotency: Kept }
  /** Oldest revision whose Changes are still kept; 0 when nothing was ever pruned. */
  oldestRevision(): number
  /** Hash of the last Change: equal applied index, equal head. */
  chainHead(): { readonly revision: number; readonly n: number; readonly hash: Uint8Array }
}

/** A piece of a list, and how many rows the whole list has: all pieces come from one transaction. */
export type CountedSlice<Row> = { readonly total: number; readonly rows: readonly Row[] }

/** Reads that scan: in read-only transactions off the main thread, in slices, each bounded by `signal`. */
export interface Scans {
  networks(vrfId: number, signal: AbortSignal): AsyncIterable<readonly Network[]>
  allocations(filter: AllocationFilter, signal: AbortSignal): AsyncIterable<readonly Allocation[]>
  blocks(networkId: number, signal: AbortSignal): AsyncIterable<CountedSlice<Allocation>>
  numbers(poolId: number, signal: AbortSignal): AsyncIterable<CountedSlice<NumberClaim>>
  pools(signal: AbortSignal): AsyncIterable<readonly Network[]>
  numberPools(
    kinds: readonly NumberKind[],
    signal: AbortSignal,
  ): AsyncIterable<readonly NumberPool[]>
  /** SHA-256 over all replicated tables at one applied index (LEDGER.md, invariant 4). */
  stateHash(signal: AbortSignal): Promise<{ readonly appliedIndex: number; readonly hash: string }>
}
