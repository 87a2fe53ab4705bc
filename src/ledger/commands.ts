// What can be asked of the ledger, as it stands in the log. What a (type, version) does never changes: a new
// meaning is a new version. Values are JSON-like (numbers, strings, arrays, null); addresses and CIDRs are
// canonical text, already checked by the surface and parsed again by the rule.

import type { AlertCommand } from './alerts/commands.js'
import type { CatalogueCommand } from './catalogue/commands.js'
import type {
  AllocationDetails,
  NumberKind,
  Origin,
  PlacementStrategy,
  RouteFormat,
  SubnetFacet,
} from './entities.js'
import type { IdentityCommand } from './identity/commands.js'
import type { Principal } from './identity/nouns.js'
import type { JobCommand } from './jobs/commands.js'
import type { MemberCommand } from './member-commands.js'
import type { PersonalCommand } from './personal/commands.js'
import type { RegionCommand } from './regions/commands.js'
import type { HostFacts } from './regions/nouns.js'
import type { ReservationCommand } from './reservations/commands.js'
import type { WebhookCommand } from './webhooks/commands.js'

/** Steps in one bulk or transaction (LEDGER.md, Bounded). */
export const BULK_STEPS_MAX = 400
/** Rows that one command may write. */
export const COMMAND_ROWS_MAX = 1000
export type ClusterMember = {
  readonly nodeId: number
  readonly raftAddress: string
  readonly apiAddress: string
  /** Made once for each data directory (RAFT.md, How a cluster begins). */
  readonly dataUuid: string
}

/** First command of every cluster: mints its identity. Applied twice it changes nothing. */
export type GenesisCommand = {
  readonly type: 'genesis'
  readonly clusterId: number
  readonly clusterUuid: string
  readonly members: readonly ClusterMember[]
}

/** Said twice it changes nothing. */
export type SwitchEffectsCommand = { readonly type: 'effects.switch'; readonly on: boolean }

export type CreateVrfCommand = {
  readonly type: 'vrf.create'
  readonly name: string
  readonly description: string | null
}
export type UpdateVrfCommand = {
  readonly type: 'vrf.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: { readonly name?: string; readonly description?: string | null }
}
export type DeleteVrfCommand = {
  readonly type: 'vrf.delete'
  readonly id: number
  readonly ifRevision: number | null
}

export type CreateNetworkCommand = {
  readonly type: 'network.create'
  /** VRF name; ignored when `place` names a parent (its VRF is taken). */
  readonly vrf: string
  readonly place:
    | { readonly cidr: string }
    /** The lowest free aligned child of that length. */
    | { readonly parentId: number; readonly prefixLength: number }
  readonly description: string | null
  readonly tags: readonly string[]
  readonly holdHours: number
}
export type UpdateNetworkCommand = {
  readonly type: 'network.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: {
    readonly description?: string | null
    readonly tags?: readonly string[]
    readonly holdHours?: number
  }
}
export type DeleteNetworkCommand = {
  readonly type: 'network.delete'
  readonly id: number
  readonly ifRevision: number | null
}

/** What a client says of a subnet (document 004, 3). `gateway` is an address as text. */
export type SubnetFacts = Pick<SubnetFacet, 'vlanId' | 'location' | 'customFields'> & {
  readonly gateway: string | null
}
/** A network with the facet; at the CIDR of a network without it, the facet is added and what is said besides replaces what was there. */
export type CreateSubnetCommand = {
  readonly type: 'subnet.create'
  readonly vrf: string
  readonly cidr: string
  readonly description: string | null
  readonly tags: readonly string[]
  readonly subnet: SubnetFacts
}
/** Of any network: what is left out stays, and the facet is there afterwards. */
export type UpdateSubnetCommand = {
  readonly type: 'subnet.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: Partial<SubnetFacts> & {
    readonly description?: string | null
    readonly tags?: readonly string[]
  }
}

/** What a client says of an allocation besides; absent = null, and no fields (document 004, 2). */
export type AllocationFacts = Partial<
  Pick<AllocationDetails, 'mac' | 'deviceType' | 'location' | 'customFields'>
> & {
  readonly owner?: string | null
  /** What is left out stays. */
  readonly host?: Partial<HostFacts>
}

export type CreateAllocationCommand = {
  readonly type: 'allocation.create'
  readonly networkId: number
  readonly place: /** The lowest free address, or run of that many. */
    | { readonly count: number }
    /** That address. */
    | { readonly ip: string }
    /** The lowest free aligned block. */
    | { readonly prefixLength: number }
  readonly hostname: string | null
  readonly description: string | null
  readonly tags: readonly string[]
  /** Expiry counts from the entry's time; null = never. */
  readonly ttlMs: number | null
  /** Absent: nothing is said. */
  readonly facts?: AllocationFacts
}
/** `mac`: the one it had is remembered as a former one, until the present one is said once more. */
export type UpdateAllocationCommand = {
  readonly type: 'allocation.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: AllocationFacts & {
    readonly hostname?: string | null
    readonly description?: string | null
    readonly tags?: readonly string[]
  }
}
/** New expiry from the entry's time; null = never again. */
export type RenewAllocationCommand = {
  readonly type: 'allocation.renew'
  readonly id: number
  readonly ifRevision: number | null
  readonly ttlMs: number | null
}
export type ReleaseAllocationCommand = {
  readonly type: 'allocation.release'
  readonly id: number
  readonly ifRevision: number | null
  /** Why, in the client's words; kept with what is over. Absent: nothing is said. */
  readonly reason?: string
}

/** All or none, in order, in one entry. */
export type BulkCommand = {
  readonly type: 'bulk'
  readonly steps: readonly (CreateAllocationCommand | ReleaseAllocationCommand)[]
}

/** Makes the network if the default VRF has none at that CIDR, and gives it the pool facet. */
export type CreatePoolCommand = {
  readonly type: 'pool.create'
  readonly name: string
  readonly cidr: string
  readonly description: string | null
  readonly strategy: PlacementStrategy
}
export type UpdatePoolCommand = {
  readonly type: 'pool.update'
  readonly name: string
  readonly ifRevision: number | null
  readonly set: { readonly description?: string | null; readonly strategy?: PlacementStrategy }
}
/** Releases its blocks and deletes its network; child networks move up. */
export type DeletePoolCommand = {
  readonly type: 'pool.delete'
  readonly name: string
  readonly ifRevision: number | null
}
/** A free aligned block of the pool, by its strategy. */
export type AllocateBlockCommand = {
  readonly type: 'block.allocate'
  readonly pool: string
  readonly prefixLength: number
  readonly description: string | null
  readonly owner: string | null
  readonly ttlMs: number | null
}
/** Exactly that block. */
export type ReleaseBlockCommand = {
  readonly type: 'block.release'
  readonly pool: string
  readonly cidr: string
  readonly ifRevision: number | null
}

export type CreateNumberPoolCommand = {
  readonly type: 'number-pool.create'
  readonly name: string
  readonly description: string | null
  readonly kind: NumberKind
  readonly format: RouteFormat | null
  readonly administrator: string | null
  readonly rangeStart: number
  readonly rangeEnd: number
}
export type UpdateNumberPoolCommand = {
  readonly type: 'number-pool.update'
  readonly name: string
  readonly ifRevision: number | null
  readonly set: { readonly description?: string | null }
}
/** Releases its numbers too. */
export type DeleteNumberPoolCommand = {
  readonly type: 'number-pool.delete'
  readonly name: string
  readonly ifRevision: number | null
}
export type AllocateNumberCommand = {
  readonly type: 'number.allocate'
  readonly pool: string
  /** As the pool writes it (`65000:1000`, `100`); null = the lowest free one. */
  readonly value: string | null
  readonly description: string | null
  readonly owner: string | null
}
export type ReleaseNumberCommand = {
  readonly type: 'number.release'
  readonly pool: string
  readonly value: string
  readonly ifRevision: number | null
}

/** What an earlier step of the same transaction made, counted from 0. */
export type StepReference = { readonly step: number }
type Referring<C, Field extends keyof C> = Omit<C, Field> & {
  readonly [F in Field]: C[F] | StepReference
}

/** Where a step wants a network, pool or allocation, or the CIDR of a block, an earlier step may be named instead. */
export type TransactionStep =
  | (Omit<CreateNetworkCommand, 'place'> & {
      readonly place:
        | { readonly cidr: string | StepReference }
        | { readonly parentId: number | StepReference; readonly prefixLength: number }
    })
  | Referring<CreateAllocationCommand, 'networkId'>
  | Referring<ReleaseAllocationCommand, 'id'>
  | Referring<CreatePoolCommand, 'cidr'>
  | Referring<AllocateBlockCommand, 'pool'>
  | ReleaseBlockCommand
  | CreateNumberPoolCommand
  | Referring<AllocateNumberCommand, 'pool'>
  | ReleaseNumberCommand

/** All or none, in order, in one entry; each step sees the steps before it. */
export type TransactionCommand = {
  readonly type: 'transaction'
  readonly steps: readonly TransactionStep[]
}

/** Proposed by the leader: ends claims of pools that were deleted, at most `rowsMax`. */
export type SweepCommand = { readonly type: 'sweep'; readonly rowsMax: number }

/** Proposed by the leader: ends claims with expiresMs <= entry time, and holds that are over, at most `rowsMax` rows. */
export type ExpireCommand = { readonly type: 'expire'; readonly rowsMax: number }

/**
 * Proposed by the leader: a slice of the oldest history and the oldest idempotency records, those older than a time and
 * those in excess of a number (null = any number may stay). Times and numbers are the command's, never a node's own:
 * what goes is the same everywhere, however the nodes are configured.
 */
export type PruneCommand = {
  readonly type: 'prune'
  readonly changesBeforeMs: number
  readonly changesMax: number | null
  readonly idempotencyBeforeMs: number
  readonly idempotencyMax: number | null
  readonly rowsMax: number
}

export type Command =
  | GenesisCommand
  | SwitchEffectsCommand
  | MemberCommand
  | CreateVrfCommand
  | UpdateVrfCommand
  | DeleteVrfCommand
  | CreateNetworkCommand
  | UpdateNetworkCommand
  | DeleteNetworkCommand
  | CreateSubnetCommand
  | UpdateSubnetCommand
  | CreateAllocationCommand
  | UpdateAllocationCommand
  | RenewAllocationCommand
  | ReleaseAllocationCommand
  | BulkCommand
  | CreatePoolCommand
  | UpdatePoolCommand
  | DeletePoolCommand
  | AllocateBlockCommand
  | ReleaseBlockCommand
  | CreateNumberPoolCommand
  | UpdateNumberPoolCommand
  | DeleteNumberPoolCommand
  | AllocateNumberCommand
  | ReleaseNumberCommand
  | IdentityCommand
  | CatalogueCommand
  | ReservationCommand
  | AlertCommand
  | RegionCommand
  | PersonalCommand
  | WebhookCommand
  | JobCommand
  | TransactionCommand
  | SweepCommand
  | ExpireCommand
  | PruneCommand

/** A client's Idempotency-Key, hashed with its scope (actor, method, path), and a hash of what it asked for. */
export type IdempotencyKey = { readonly scopeHash: string; readonly requestHash: string }

/**
 * A command as it stands in the log: stamped by the gateway that took it. (session, sequence) names it for ever;
 * `awaitedFrom` is the lowest sequence of that session whose answer is still awaited (thesis 6.3).
 */
export type Request = {
  /** `commandVersionOf` its command and principal. */
  readonly version: number
  /** node id and how often that node's daemon has started. */
  readonly session: { readonly nodeId: number; readonly start: number }
  readonly sequence: number
  readonly awaitedFrom: number
  readonly origin: Origin
  /** null: nobody signed in, or the cluster asks by itself. */
  readonly principal: Principal | null
  readonly idempotency: IdempotencyKey | null
  readonly command: Command
}
