// The nouns of the ledger as plain data (LEDGER.md, Nouns). Addresses are integers: bigint from 0 to 2^32-1 or
// 2^128-1 with their family beside them; text only at the edges and in Changes. Times are milliseconds since 1970.

export type Family = 4 | 6

export type Vrf = {
  readonly id: number
  /** Unique; `default` (id 1) always exists. */
  readonly name: string
  readonly description: string | null
  readonly createdMs: number
  /** Log index of the last change; the entity's ETag. */
  readonly revision: number
}

/** A CIDR in a VRF. Networks nest by containment; the tree is never stored. */
export type Network = {
  readonly id: number
  readonly vrfId: number
  readonly family: Family
  /** First address of the range, host bits cleared. */
  readonly first: bigint
  readonly prefixLength: number
  readonly description: string | null
  /** In the order given, each once. */
  readonly tags: readonly string[]
  /** Hours that a released or expired address is kept back before it is handed out again. */
  readonly holdHours: number
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

export type AllocationStatus = 'allocated' | 'released' | 'expired'

/** A live or past claim on first..last (both included) in a network. */
export type Allocation = {
  readonly id: number
  readonly networkId: number
  readonly vrfId: number
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
  /** `address`: one; `run`: contiguous; `block`: aligned, with its prefix length. */
  readonly kind: 'address' | 'run' | 'block'
  /** Of a block; null otherwise. */
  readonly prefixLength: number | null
  readonly hostname: string | null
  readonly description: string | null
  readonly tags: readonly string[]
  readonly status: AllocationStatus
  readonly allocatedMs: number
  /** null = never. */
  readonly expiresMs: number | null
  /** When released or expired; null while live. */
  readonly releasedMs: number | null
  /** Released or expired but kept back until then; null when not held (or no longer). */
  readonly heldUntilMs: number | null
  readonly revision: number
}

/** A line of the cluster's address book: a member, or a node on its way in or out. Absent = not so. */
export type Member = {
  readonly nodeId: number
  /** host:port; empty while nobody has said it. */
  readonly raftAddress: string
  readonly apiAddress: string
  /** Made once for each data directory (RAFT.md, How a cluster begins); null: added, and not met yet. */
  readonly dataUuid: string | null
  /** It is to go: the leader takes it out of the configuration, and then it is forgotten. */
  readonly leaving?: true
  /** It goes even if fewer voters than a majority are heard from afterwards. */
  readonly forced?: true
  /** It takes that node's place in the step that makes it a voter. */
  readonly replaces?: number
}

/** Who asked, as recorded in Changes. `actor` is `system` where nobody is named. */
export type Origin = {
  readonly actor: string
  readonly clientAddress: string | null
  readonly userAgent: string | null
}

export type ChangeAction =
  | 'cluster.created'
  /** Written into the state by `ipam restore` and `ipam cluster recover`; the cluster is another one from here on. */
  | 'cluster.restored'
  | 'cluster.recovered'
  | 'effects.switched'
  | 'member.added'
  | 'member.changed'
  | 'member.leaving'
  | 'member.removed'
  | 'vrf.created'
  | 'vrf.updated'
  | 'vrf.deleted'
  | 'network.created'
  | 'network.updated'
  | 'network.deleted'
  | 'allocation.created'
  | 'allocation.updated'
  | 'allocation.renewed'
  | 'allocation.moved'
  | 'allocation.released'
  | 'allocation.expired'
  | 'allocation.hold-ended'
  | 'history.pruned'

export type EntityKind = 'cluster' | 'vrf' | 'network' | 'allocation'

/** An entity as history keeps it: JSON values only, addresses as text, no secrets. */
export type Image = {
  readonly [field: string]: string | number | boolean | null | readonly string[]
}

/** One line of history. (revision, n) is its identity; n counts the Changes of one entry from 0. */
export type Change = {
  readonly revision: number
  readonly n: number
  readonly timeMs: number
  readonly origin: Origin
  readonly action: ChangeAction
  readonly entity: EntityKind
  readonly entityId: number
  /** null when created. */
  readonly before: Image | null
  /** null when deleted. */
  readonly after: Image | null
}

/** Exact figures of one network (LEDGER.md, invariant 3). */
export type NetworkStatistics = {
  readonly networkId: number
  /** Usable addresses less those of child networks. */
  readonly total: bigint
  readonly allocated: bigint
  /** Held back after release (and reservations). */
  readonly reserved: bigint
  readonly available: bigint
  /** Lowest address that `count: 1` would get; null when full. */
  readonly firstAvailable: bigint | null
  /** Highest address of a live claim; null when none. */
  readonly lastAllocated: bigint | null
}
