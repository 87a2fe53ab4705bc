// The nouns of the ledger as plain data (LEDGER.md, Nouns). Addresses are integers: bigint from 0 to 2^32-1 or
// 2^128-1 with their family beside them; text only at the edges and in Changes. Times are milliseconds since 1970.

import type { HostFacts, RegionFacet } from './regions/nouns.js'

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

/** How a pool chooses among its free aligned blocks of the size wanted (README.md, Placement). */
export type PlacementStrategy = 'first' | 'best' | 'last' | 'least_recently_released' | 'sparse'

/**
 * Facet of a network: it hands out aligned blocks of its whole range, first and last address included, under a name of
 * its own (document 003).
 */
export type PoolFacet = {
  /** The pools' own sequence. */
  readonly id: number
  /** Unique among the pools of addresses. */
  readonly name: string
  readonly description: string | null
  readonly strategy: PlacementStrategy
  /** Log index at which the strategy was set: what was released before it counts as never released. */
  readonly strategyRevision: number
  readonly createdMs: number
}

/** JSON values by the name of the field; names need no definition (CONTRACT.md D-24). */
export type CustomFields = { readonly [name: string]: string | number | boolean }

/** Facet of a network: what an office network team keeps of it (document 004, 3). */
export type SubnetFacet = {
  /**
   * The network's own claim on a usable address of it that no child network has: counted as allocated, and there is no allocation.
   * Where a live or held claim has the address, that one counts until it ends.
   */
  readonly gateway: bigint | null
  /** 1 to 4094 (IEEE 802.1Q). */
  readonly vlanId: number | null
  readonly location: string | null
  readonly customFields: CustomFields
  /** The user who made the facet; null: nobody had signed in. */
  readonly createdBy: number | null
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
  /** null: no pool. */
  readonly pool: PoolFacet | null
  /** null: nobody has said anything of the kind. */
  readonly subnet: SubnetFacet | null
  /** null: no region. */
  readonly region: RegionFacet | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

export type AllocationStatus = 'allocated' | 'released' | 'expired'

/** What is said of an allocation besides, by commands that carry it (document 004, 2). */
export type AllocationDetails = {
  /** Small letters, `aa:bb:cc:dd:ee:ff`. */
  readonly mac: string | null
  /**
   * Those that it had before in this life, the latest first, at most 8: an address under several MACs is a conflict until
   * somebody says once more which one it is.
   */
  readonly formerMacs: readonly string[]
  readonly deviceType: string | null
  readonly location: string | null
  readonly customFields: CustomFields
  /** The user who asked for it; null: nobody had signed in. */
  readonly allocatedBy: number | null
  /** Why it was released, in the words of whoever did. */
  readonly releaseReason: string | null
  /** null: nobody has said anything of the kind. */
  readonly host: HostFacts | null
}

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
  /** The blocks' own sequence, of a block that is or was a pool's; null otherwise. */
  readonly blockId: number | null
  readonly hostname: string | null
  readonly description: string | null
  /** Who it is for, as the client says. */
  readonly owner: string | null
  readonly tags: readonly string[]
  /** null: there is nothing to say. */
  readonly details: AllocationDetails | null
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

/** What a number pool hands out: route targets, route distinguishers, VLAN ids, AS numbers. */
export type NumberKind = 'rt' | 'rd' | 'vlan' | 'asn'

/** RT and RD formats: 0 two-octet ASN, 1 IPv4 address, 2 four-octet ASN (RFC 4364, 4.2; RFC 4360; RFC 5668). */
export type RouteFormat = 0 | 1 | 2

/**
 * Numbers from rangeStart to rangeEnd, both included. Pools of one space (kind, format and administrator) may overlap,
 * and a number taken in one of them is taken in all.
 */
export type NumberPool = {
  readonly id: number
  /** Unique among number pools of all kinds. */
  readonly name: string
  readonly description: string | null
  readonly kind: NumberKind
  /** Of RT and RD; null otherwise. */
  readonly format: RouteFormat | null
  /** Of RT and RD the ASN or IPv4 address as canonical text; of VLANs the domain they are unique in, or null; of ASNs null. */
  readonly administrator: string | null
  readonly rangeStart: number
  readonly rangeEnd: number
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

/** A live or past claim on one number of a pool. */
export type NumberClaim = {
  /** The numbers' own sequence. */
  readonly id: number
  readonly poolId: number
  readonly value: number
  readonly description: string | null
  readonly owner: string | null
  readonly status: 'allocated' | 'released'
  readonly allocatedMs: number
  readonly releasedMs: number | null
  readonly revision: number
}

/** A pool that was deleted with more claims than one command may end: `sweep` goes on with them. */
export type Deletion = {
  /** Entry time and log index of the deletion: its claims count as released then. */
  readonly timeMs: number
  readonly revision: number
} & (
  | { readonly kind: 'network'; readonly networkId: number }
  | { readonly kind: 'number-pool'; readonly pool: NumberPool }
)

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
  /** Who it was, if he had signed in: names may be given again. */
  readonly userId?: number
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
  | 'pool.created'
  | 'pool.updated'
  | 'pool.deleted'
  | 'number-pool.created'
  | 'number-pool.updated'
  | 'number-pool.deleted'
  | 'number.allocated'
  | 'number.released'
  | 'allocation.created'
  | 'allocation.updated'
  | 'allocation.renewed'
  | 'allocation.moved'
  | 'allocation.released'
  | 'allocation.expired'
  | 'allocation.hold-ended'
  | 'user.created'
  | 'user.updated'
  | 'user.password-changed'
  | 'user.deleted'
  | 'user.logged-in'
  | 'user.login-failed'
  | 'api-token.created'
  | 'api-token.revoked'
  | 'signing-key.rotated'
  | 'tag.created'
  | 'tag.updated'
  | 'tag.deleted'
  | 'custom-field.created'
  | 'custom-field.updated'
  | 'custom-field.deleted'
  | 'settings.updated'
  | 'reservation.created'
  | 'reservation.moved'
  | 'reservation.expired'
  | 'reservation.converted'
  | 'reservation.cancelled'
  | 'reservation.dismissed'
  | 'country.created'
  | 'country.updated'
  | 'country.deleted'
  | 'comment.created'
  | 'share.created'
  | 'share.revoked'
  | 'preferences.updated'
  | 'filter.created'
  | 'filter.deleted'
  | 'notification.created'
  | 'notification.updated'
  | 'notification.deleted'
  | 'rule.created'
  | 'rule.updated'
  | 'rule.deleted'
  | 'webhook.created'
  | 'webhook.updated'
  /** After too many failures in a row. */
  | 'webhook.disabled'
  | 'webhook.deleted'
  | 'job.created'
  | 'job.completed'
  | 'alert.raised'
  | 'alert.changed'
  | 'alert.resolved'
  | 'history.pruned'

export type EntityKind =
  | 'cluster'
  | 'vrf'
  | 'network'
  | 'allocation'
  | 'number-pool'
  | 'number'
  | 'user'
  | 'api-token'
  | 'tag'
  | 'custom-field'
  | 'settings'
  | 'reservation'
  | 'alert'
  | 'country'
  | 'comment'
  | 'share'
  | 'preferences'
  | 'filter'
  | 'notification'
  | 'rule'
  | 'webhook'
  | 'job'

/** An entity as history keeps it: JSON values only, addresses as text, no secrets. */
export type Image = {
  readonly [field: string]: string | number | boolean | null | readonly string[] | CustomFields
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
  /**
   * Of an address allocation that lay in a region, and of an alert about how full a region was, at that time: the id of the region's
   * network. Absent: there was none.
   */
  readonly regionId?: number
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

/** Of a pool of addresses: every address of the range counts, edges too, and what child networks have is not free. */
export type PoolFigures = {
  readonly total: bigint
  /** total - available. */
  readonly allocated: bigint
  readonly available: bigint
}

/** Of a number pool. `available` is also without what other pools of the same space have taken in its range. */
export type NumberFigures = {
  readonly total: number
  /** Numbers that this pool handed out. */
  readonly allocated: number
  readonly available: number
}
