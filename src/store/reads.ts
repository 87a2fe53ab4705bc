// What can be asked of a node's own state. Whoever asks has first waited for the level that the client wants (gateway).
import type {
  Address,
  AddressRange,
  Alert,
  Allocation,
  CatalogueView,
  Change,
  ChangeAction,
  Cidr,
  ClusterIdentity,
  EntityKind,
  IdentityView,
  Network,
  NetworkStatistics,
  NumberClaim,
  NumberFigures,
  NumberKind,
  NumberPool,
  PoolFigures,
  Reservation,
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

/** What has an address, or a range of them, directly in a network; `gateway`: the network itself. */
export type Occupant =
  | { readonly kind: 'allocation' | 'hold'; readonly allocation: Allocation }
  | { readonly kind: 'reservation'; readonly reservation: Reservation }
  | { readonly kind: 'gateway'; readonly network: Network; readonly address: bigint }

/** What lies around a CIDR that may or may not be a network: the one that equals it, all that contain it, those directly inside it. */
export type Surroundings = {
  readonly exact: Network | null
  /** From the largest on. */
  readonly containing: readonly Network[]
  /** In address order, at most as many as were asked for. */
  readonly inside: readonly Network[]
}

/** Of a network's statistics those that are in memory. */
export type Figures = Pick<NetworkStatistics, 'total' | 'allocated' | 'reserved' | 'available'>

/** Synchronous reads on indexed rows, at most a page each. */
export interface Reads {
  cluster(): ClusterIdentity | null
  identities(): IdentityView
  catalogue(): CatalogueView
  vrfs(): readonly Vrf[]
  network(id: number): Network | null
  networkPage(vrfId: number, page: PageRequest): readonly Network[]
  statistics(networkId: number): NetworkStatistics | null
  /** From memory alone, for whoever goes over all networks. */
  figures(networkId: number): Figures | null
  allocation(id: number): Allocation | null
  allocationPage(filter: AllocationFilter, page: PageRequest): readonly Allocation[]
  /** The most specific network that contains the address. */
  networkAt(vrfId: number, address: Address): Network | null
  surroundings(vrfId: number, cidr: Cidr, insideMax: number): Surroundings
  /** All networks of the VRF in tree order (address, then the larger one first), from memory: for whoever goes over them in slices. */
  networksInTreeOrder(vrfId: number): Iterable<Network>
  /** Utilization of the network in hundredths of a percent of its own addresses: allocated / total, 0 when total is 0. */
  utilization(networkId: number): number
  /** The network's own addresses (usable, and no child network's), from the `skip`th on, at most `limit` of them. */
  ownAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[]
  /** Of these the free ones. */
  freeAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[]
  /** Who has addresses of first..last directly in the network, in address order, at most `limit`. */
  occupants(networkId: number, first: bigint, last: bigint, limit: number): readonly Occupant[]
  reservation(id: number): Reservation | null
  /** Entry time of that revision; null when its Changes are not kept any more. */
  revisionTimeMs(revision: number): number | null
  alert(id: number): Alert | null
  /** Newest first; the page goes by ids below `afterId` (0: from the newest on). */
  alertPage(filter: { readonly open: boolean }, page: PageRequest): readonly Alert[]
  alertCount(filter: { readonly open: boolean }): number
  /** Open ones in id order. */
  openAlertPage(page: PageRequest): readonly Alert[]
  /** Those whose mail waits, in id order. */
  alertsToMail(limit: number): readonly Alert[]
  /** Live claims of which expiresMs is at most `untilMs`, from the one after `after` on, in (expiresMs, id) order. */
  endingPage(
    untilMs: number,
    after: { readonly expiresMs: number; readonly id: number } | null,
    limit: number,
  ): readonly Allocation[]
  /** Live claims with former MACs in id order. */
  conflictPage(page: PageRequest): readonly Allocation[]
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

/** `total`: how many there are, counted up to a limit of the finder's; exact below it. */
export type Found<Row> = {
  readonly rows: readonly Row[]
  readonly total: number
  readonly totalIsExact: boolean
}

export type SearchField = 'ip_address' | 'hostname' | 'mac_address' | 'description'
export type AddressOrder = 'ip_address' | 'hostname' | 'mac_address' | 'status' | 'allocated_at'

/** Of what takes up addresses in the default VRF. Conditions are all to hold; null or empty = none. */
export type AddressQuery = {
  readonly networkId: number | null
  /** reserved: reservations and holds; allocated: all else, gateways too. */
  readonly status: 'allocated' | 'reserved' | null
  /** Words, each of which is to be in one of `fields`, whatever the case of its letters; of addresses and MACs: their beginnings. */
  readonly text: string | null
  /** Empty: all. */
  readonly fields: readonly SearchField[]
  /** Any of them; `key` also finds `key=value`. */
  readonly tags: readonly string[]
  readonly order: AddressOrder
  readonly descending: boolean
  readonly skip: number
  readonly limit: number
}

/** Of history. Times: from `fromMs` on, before `beforeMs`; null = no condition. Newest first. */
export type ChangeQuery = {
  readonly userId: number | null
  readonly actions: readonly ChangeAction[] | null
  readonly entities: readonly EntityKind[] | null
  /** Changes of whatever covers this address of the default VRF, an allocation's whole life included. */
  readonly address: Address | null
  readonly fromMs: number | null
  readonly beforeMs: number | null
  readonly skip: number
  readonly limit: number
}

/** Claims that began and ended in a network on one UTC day, each counted once, whatever its size. */
export type DayCount = {
  readonly networkId: number
  /** Days since 1970-01-01. */
  readonly day: number
  readonly allocated: number
  readonly released: number
}

/**
 * What is found by an index of the node's own: beside the state, made from it, and never replicated. It is brought up to the
 * applied state before it answers. @throws FinderBusyError while it is being made anew
 */
export interface Finder {
  addresses(query: AddressQuery, signal: AbortSignal): Promise<Found<Occupant>>
  changes(query: ChangeQuery, signal: AbortSignal): Promise<Found<ChangeRow>>
  /** @param networkId null: of all networks. @returns in (day, networkId) order, of days with any. */
  days(
    query: { readonly networkId: number | null; readonly fromDay: number; readonly toDay: number },
    signal: AbortSignal,
  ): Promise<readonly DayCount[]>
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
