// What can be asked about countries, regions and hosts.
import type { AllocationFacts } from '../commands.js'
import type { RegionStatus } from './nouns.js'

export const COUNTRIES_MAX = 256
export const HOSTS_OF_BATCH_MAX = 100
/** Of one region or host. */
export const COMMENTS_MAX = 1000

export type CreateCountryCommand = {
  readonly type: 'country.create'
  readonly code: string
  readonly name: string
  readonly continent: string
  readonly xFirst: number
  readonly xLast: number
}
export type UpdateCountryCommand = {
  readonly type: 'country.update'
  readonly code: string
  readonly ifRevision: number | null
  readonly set: {
    readonly name?: string
    readonly continent?: string
    readonly xFirst?: number
    readonly xLast?: number
  }
}
/** Its regions stay, and are of no country. */
export type DeleteCountryCommand = {
  readonly type: 'country.delete'
  readonly code: string
  readonly ifRevision: number | null
}

/** What a client says of a region. */
export type RegionFacts = {
  readonly name: string
  /** null: who asks (`origin.actor`), as far as he has signed in. */
  readonly owner: string | null
  readonly description: string | null
  readonly tags: readonly string[]
}
/**
 * A network with the facet; at the CIDR of a network without it, the facet is added and description and tags, where they are given,
 * replace what was there. Of a country: the lowest 10.X.Y.0/24 where there is neither network, claim nor reservation.
 */
export type CreateRegionCommand = {
  readonly type: 'region.create'
  readonly place: { readonly cidr: string } | { readonly country: string }
  readonly region: RegionFacts
}
/** What is left out stays. */
export type UpdateRegionCommand = {
  readonly type: 'region.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: {
    readonly name?: string
    readonly owner?: string | null
    readonly status?: RegionStatus
    readonly description?: string | null
    readonly tags?: readonly string[]
  }
}
/**
 * Deletes the region's network. `cascade`: releases its hosts first, those of networks inside too, and cancels reservations directly in it.
 * Live blocks are an obstacle in any case.
 */
export type RetireRegionCommand = {
  readonly type: 'region.retire'
  readonly id: number
  readonly ifRevision: number | null
  readonly cascade: boolean
  /** Kept with the hosts that it releases. */
  readonly reason: string | null
}

/** One host for each name, at the lowest free addresses of the region's network; all or none. A name is its region's once. */
export type CreateHostsCommand = {
  readonly type: 'hosts.create'
  readonly regionId: number
  readonly hostnames: readonly string[]
  readonly description: string | null
  readonly tags: readonly string[]
  readonly facts: AllocationFacts
}
/** As `allocation.update`, with a name that is its region's once. */
export type UpdateHostCommand = {
  readonly type: 'host.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: AllocationFacts & {
    readonly hostname?: string
    readonly description?: string | null
    readonly tags?: readonly string[]
  }
}

export type CreateCommentCommand = {
  readonly type: 'comment.create'
  readonly resourceType: 'region' | 'host'
  readonly resourceId: number
  readonly text: string
}

export type RegionCommand =
  | CreateCountryCommand
  | UpdateCountryCommand
  | DeleteCountryCommand
  | CreateRegionCommand
  | UpdateRegionCommand
  | RetireRegionCommand
  | CreateHostsCommand
  | UpdateHostCommand
  | CreateCommentCommand
