// What the ledger answers: a result or a refusal. Both are data, the same on every node, and both are kept for retries.
import type { CatalogueRefusal, CatalogueResult } from './catalogue/outcomes.js'
import type {
  Allocation,
  Network,
  NumberClaim,
  NumberFigures,
  NumberPool,
  PoolFigures,
  Vrf,
} from './entities.js'
import type { IdentityRefusal, IdentityResult } from './identity/outcomes.js'
import type { JobResult } from './jobs/outcomes.js'
import type { PersonalRefusal, PersonalResult } from './personal/outcomes.js'
import type { RegionRefusal, RegionResult } from './regions/outcomes.js'
import type { ReservationRefusal, ReservationResult } from './reservations/outcomes.js'
import type { WebhookResult } from './webhooks/outcomes.js'

export type Refusal =
  | IdentityRefusal
  | CatalogueRefusal
  | ReservationRefusal
  | RegionRefusal
  | PersonalRefusal
  | {
      readonly code: 'invalid'
      readonly field: string
      readonly value: string
      readonly reason: string
    }
  | { readonly code: 'vrf-not-found'; readonly vrf: string }
  | { readonly code: 'vrf-exists'; readonly name: string; readonly id: number }
  /** `reservations`: active ones in no network, counted up to a limit where there are no networks; absent = none. */
  | {
      readonly code: 'vrf-in-use'
      readonly id: number
      readonly networks: number
      readonly reservations?: number
    }
  | { readonly code: 'vrf-fixed'; readonly id: number }
  | { readonly code: 'network-not-found'; readonly id: number }
  | { readonly code: 'network-exists'; readonly id: number; readonly cidr: string }
  /** `reservations`: active ones directly in it; absent = none. */
  | {
      readonly code: 'network-in-use'
      readonly id: number
      readonly allocations: number
      readonly reservations?: number
    }
  /** The network has the facet already. */
  | { readonly code: 'subnet-exists'; readonly id: number; readonly cidr: string }
  /** The new network would enclose the gateway of the one around it, and has another or none. */
  | {
      readonly code: 'gateway-in-the-way'
      readonly cidr: string
      readonly networkId: number
      readonly gateway: string
    }
  /** A live claim lies across the edge of the new network, or is not usable in it. */
  | {
      readonly code: 'claim-in-the-way'
      readonly cidr: string
      readonly allocationId: number
      readonly claim: string
    }
  /** More than one command may write or move. `rows` is exact for a bulk; of moved claims, counting stops above rowsMax. */
  | { readonly code: 'too-many-rows'; readonly rows: number; readonly rowsMax: number }
  | { readonly code: 'allocation-not-found'; readonly id: number }
  /** Already released or expired. */
  | {
      readonly code: 'allocation-ended'
      readonly id: number
      readonly status: 'released' | 'expired'
    }
  | { readonly code: 'block-in-use'; readonly id: number; readonly networkIds: readonly number[] }
  /** Larger than the network could ever hold. */
  | { readonly code: 'larger-than-network'; readonly wanted: string; readonly size: string }
  /** No free address, run or block of that size. `free` = free addresses left, as decimal text. */
  | {
      readonly code: 'no-space'
      readonly networkId: number
      readonly wanted: string
      readonly free: string
    }
  | { readonly code: 'address-taken'; readonly ip: string; readonly holder: ClaimHolder }
  | {
      readonly code: 'address-not-usable'
      readonly ip: string
      readonly networkId: number
      readonly reason: string
    }
  | { readonly code: 'address-outside-network'; readonly ip: string; readonly networkId: number }
  /** The address belongs to a more specific network. */
  | {
      readonly code: 'address-in-child'
      readonly ip: string
      readonly childId: number
      readonly cidr: string
    }
  | { readonly code: 'pool-not-found'; readonly kind: PoolKind; readonly pool: string }
  | {
      readonly code: 'pool-exists'
      readonly kind: PoolKind
      readonly pool: string
      readonly id: number
    }
  /** There is a pool at that CIDR already. */
  | {
      readonly code: 'network-has-pool'
      readonly networkId: number
      readonly cidr: string
      readonly pool: string
    }
  /** Addresses were allocated directly in it: they are no blocks, and are not released with it. */
  | { readonly code: 'pool-in-use'; readonly pool: string; readonly allocations: number }
  /** No free block of that size, or no free number. `free` = what is left, as decimal text. */
  | {
      readonly code: 'pool-exhausted'
      readonly kind: PoolKind
      readonly pool: string
      readonly wanted: string
      readonly free: string
    }
  /** The pool has no live block of exactly that CIDR. */
  | { readonly code: 'block-not-found'; readonly pool: string; readonly cidr: string }
  | {
      readonly code: 'number-taken'
      readonly pool: string
      readonly value: string
      readonly holder: string
    }
  /** The pool has not handed it out, or not any more. */
  | { readonly code: 'number-not-found'; readonly pool: string; readonly value: string }
  | { readonly code: 'member-exists'; readonly nodeId: number; readonly raftAddress: string }
  | { readonly code: 'member-not-found'; readonly nodeId: number }
  /** An id is never used again. */
  | { readonly code: 'member-id-used'; readonly nodeId: number }
  | { readonly code: 'member-address-taken'; readonly raftAddress: string; readonly nodeId: number }
  /** Another node is leaving or being replaced: one change at a time. */
  | { readonly code: 'member-change-under-way'; readonly nodeId: number }
  | { readonly code: 'member-not-leaving'; readonly nodeId: number }
  /** It is known with another data directory. */
  | { readonly code: 'member-other-data'; readonly nodeId: number }
  | { readonly code: 'last-member'; readonly nodeId: number }
  | {
      readonly code: 'too-many-members'
      readonly what: 'members' | 'removed'
      readonly max: number
    }
  | { readonly code: 'revision-mismatch'; readonly expected: number; readonly actual: number }
  | { readonly code: 'idempotency-key-reused' }
  /** A step of a bulk was refused; nothing of it happened. */
  | { readonly code: 'step-refused'; readonly step: number; readonly refusal: Refusal }
  /** The command belongs to a session or sequence that is over; it was applied as nothing. */
  | { readonly code: 'stale-request' }

/** `ip`: blocks of addresses; `number`: RT, RD, VLAN, ASN. Each has names of its own. */
export type PoolKind = 'ip' | 'number'

export type ClaimHolder = {
  readonly kind: 'allocation' | 'hold' | 'reservation' | 'gateway'
  /** Of the claim; of a gateway, its network's. */
  readonly id: number
  /** Of a reservation, who holds it. */
  readonly hostname: string | null
  /** ISO time after which a hold or lease ends; null = open end. */
  readonly until: string | null
}

export type Result =
  | IdentityResult
  | CatalogueResult
  | ReservationResult
  | RegionResult
  | PersonalResult
  | WebhookResult
  | JobResult
  | { readonly type: 'none' }
  | { readonly type: 'vrf'; readonly vrf: Vrf }
  | { readonly type: 'network'; readonly network: Network }
  | { readonly type: 'allocation'; readonly allocation: Allocation }
  /** A network with its pool facet. */
  | { readonly type: 'pool'; readonly network: Network; readonly figures: PoolFigures }
  /** A block and the pool's network as it was then. */
  | { readonly type: 'block'; readonly allocation: Allocation; readonly network: Network }
  | { readonly type: 'number-pool'; readonly pool: NumberPool; readonly figures: NumberFigures }
  | { readonly type: 'number'; readonly number: NumberClaim; readonly pool: NumberPool }
  /** One for each step, in order; never a transaction or bulk itself. */
  | { readonly type: 'transaction'; readonly results: readonly Result[] }
  | { readonly type: 'bulk'; readonly allocations: readonly Allocation[] }
  /** `more`: another slice is due at once. */
  | { readonly type: 'slice'; readonly rows: number; readonly more: boolean }

export type Outcome = {
  /** Log index of this entry. */
  readonly revision: number
  /** Log index at which it was first decided, when this is a replay of an idempotency key; else equal to revision. */
  readonly originalRevision: number
} & (
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly refusal: Refusal }
)
