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
  Comment,
  Country,
  Crossing,
  DeliveryAttempt,
  EntityKind,
  IdentityView,
  Network,
  NetworkStatistics,
  Notification,
  NotificationRule,
  NotificationSeverity,
  NumberClaim,
  NumberFigures,
  NumberKind,
  NumberPool,
  PendingDelivery,
  PoolFigures,
  Preferences,
  Reservation,
  ReservationStatus,
  SavedFilter,
  Share,
  TagJob,
  TidyPersonalCommand,
  Vrf,
  Webhook,
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
  /** `part`: the addresses of a CIDR that are meant, others in it being reserved themselves; absent: all of it. */
  | {
      readonly kind: 'reservation'
      readonly reservation: Reservation
      readonly part?: AddressRange
    }
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

/** Rows to leave out, and rows to show. */
export type Window = { readonly skip: number; readonly limit: number }
export type Counted<Row> = { readonly rows: readonly Row[]; readonly total: number }

/** Those of document 001: a /24 or an address of 10.0.0.0/8 in the default VRF. Neither hidden nor cancelled ones. */
export type ReservationFilter = {
  /** null: of everybody. */
  readonly holderId: number | null
  readonly status: Exclude<ReservationStatus, 'cancelled'> | null
  readonly kind: 'region' | 'host' | null
}

export type NotificationFilter = {
  readonly userId: number
  readonly isRead: boolean | null
  readonly severity: NotificationSeverity | null
}

/** Of a region, networks inside it included. */
export type RegionFigures = {
  /** Live allocations of addresses; a run is one. */
  readonly hosts: number
  /** Addresses in use: theirs, blocks, gateways. Utilization = allocated / 254. */
  readonly allocated: number
  /** Nobody has them, and a host may get them. */
  readonly available: number
}

/** Sums over regions by the X of 10.X.Y.0/24; each list has 256 entries. */
export type RegionTotals = {
  readonly regions: readonly number[]
  readonly hosts: readonly number[]
  readonly allocated: readonly number[]
  /** Regions whose utilization is 80 % or more. */
  readonly full: readonly number[]
}

/** Countries, regions, and what document 001 shows of reservations. */
export interface RegionReads {
  /** In id order; the default ones while nobody has edited the table. */
  countries(): readonly Country[]
  countryOfX(x: number): Country | null
  /** Networks with the facet, in address order, from memory: for whoever goes over them in slices. */
  regions(): Iterable<Network>
  regionCount(): number
  /** The region that contains the address of the default VRF, whatever networks lie between. */
  regionAt(address: Address): Network | null
  /** From memory. null when it is no region. */
  regionFigures(networkId: number): RegionFigures | null
  /** From memory, a few milliseconds for 65,536 regions: keep it while the applied index is the same. */
  regionTotals(): RegionTotals
  /** What `region.create` would give to a country now; null when it has nothing left, or there is no such country. */
  nextRegion(country: string): Cidr | null
  /** What `hosts.create` would give to a region now. */
  nextHost(regionId: number): Address | null
  /** Newest first. */
  commentPage(about: Pick<Comment, 'resourceType' | 'resourceId'>, window: Window): Counted<Comment>
  reservationByUid(uid: string): Reservation | null
  /** Newest first. */
  reservationPage(filter: ReservationFilter, window: Window): Counted<Reservation>
}

/** What one has for oneself. Lists that are bounded are whole; newest first. */
export interface PersonalReads {
  share(id: number): Share | null
  shareByToken(token: string): Share | null
  /** Expired ones too. */
  sharesOf(userId: number): readonly Share[]
  preferences(userId: number): Preferences | null
  filter(id: number): SavedFilter | null
  filtersOf(userId: number): readonly SavedFilter[]
  notification(id: number): Notification | null
  notificationPage(filter: NotificationFilter, window: Window): Counted<Notification>
  unreadCount(userId: number): number
  rule(id: number): NotificationRule | null
  rulesOf(userId: number): readonly NotificationRule[]
  /** Those that are switched on, in id order; none of users who are gone. */
  activeRules(page: PageRequest): readonly NotificationRule[]
  /** Resources of which the rule has told. */
  crossingsOf(ruleId: number): readonly Crossing[]
  /** Whether `personal.tidy` would find anything. */
  tidyWaits(before: Omit<TidyPersonalCommand, 'type' | 'rowsMax'>): boolean
}

/** `isMuted`: its user may not sign in. */
export type ActiveWebhook = { readonly webhook: Webhook; readonly isMuted: boolean }

export interface WebhookReads {
  webhook(id: number): Webhook | null
  /** Newest first. */
  webhooksOf(userId: number): readonly Webhook[]
  /** Those that are switched on, in id order; none of users who are gone. */
  activeWebhooks(): readonly ActiveWebhook[]
  /** In the order of their positions; none of one that is switched off. */
  pendingDeliveries(webhookId: number): readonly PendingDelivery[]
  /** Newest first. */
  attemptPage(webhookId: number, window: Window): Counted<DeliveryAttempt>
  attemptsSince(webhookId: number, sinceMs: number): number
  /** The Change itself; null when it is not kept any more. */
  changeAt(position: ChangePosition): ChangeRow | null
}

export interface JobReads {
  job(id: number): TagJob | null
  /** Those that are not completed, in id order. */
  openJobs(limit: number): readonly TagJob[]
}

/** Synchronous reads on indexed rows, at most a page each. */
export interface Reads {
  readonly regions: RegionReads
  readonly personal: PersonalReads
  readonly webhooks: WebhookReads
  readonly jobs: JobReads
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

/** `relevance`: those called `hostname`, those that begin with it, those that contain it; by address among these. */
export type HostOrder = 'ip_address' | 'hostname' | 'created_at' | 'relevance'

/**
 * Of hosts: live allocations of addresses (runs too) in regions of the default VRF. Conditions are all to hold; null or empty = none.
 */
export type HostQuery = {
  /** In one of these, disjoint and in address order (IPv4). */
  readonly ranges: readonly AddressRange[]
  /** How the address begins as text: `10.5.2` is 10.5.2.x and 10.5.20.x … */
  readonly beginning: string | null
  /** In the host name, whatever the case of its letters. */
  readonly hostname: string | null
  /** Exactly, whatever the case of their letters. */
  readonly deviceType: string | null
  readonly owner: string | null
  readonly tags: readonly string[]
  /** One of `tags` is enough. */
  readonly anyTag: boolean
  /** Allocated from `fromMs` on, before `beforeMs`. */
  readonly fromMs: number | null
  readonly beforeMs: number | null
  /** Only in these regions, each X · 256 + Y; hosts of those of lower rank first, whatever `order` says. Absent: in all, and of one rank. */
  readonly regions?: { readonly keys: Uint16Array; readonly ranks: Uint16Array }
  readonly order: HostOrder
  /** `relevance` has one direction. */
  readonly descending: boolean
  /** How many there are, if that is known; null: they are counted. */
  readonly total: number | null
} & Window

/** Of one region (its network's id), or of all with X from xFirst to xLast; both days included. */
export type RegionDayQuery = {
  readonly regionId: number | null
  readonly xFirst: number
  readonly xLast: number
  readonly fromDay: number
  readonly toDay: number
}

/** What began and ended on one UTC day, in regions and of regions; of claims both how many and of how many addresses. */
export type RegionDay = {
  /** Days since 1970-01-01. */
  readonly day: number
  readonly regionsCreated: number
  readonly regionsRetired: number
  readonly hostsAllocated: number
  readonly hostsReleased: number
  readonly addressesAllocated: number
  readonly addressesReleased: number
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
  hosts(query: HostQuery, signal: AbortSignal): Promise<Found<Allocation>>
  /** Days with anything, in order. */
  regionDays(query: RegionDayQuery, signal: AbortSignal): Promise<readonly RegionDay[]>
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
