// The answers of the core, pools and office surfaces as the command line reads them (documents 002 to 004).

export type NetworkAnswer = {
  readonly id: string
  readonly cidr: string
  readonly description: string | null
  readonly tags: readonly string[]
  readonly created_at: string
}

export type AllocationAnswer = {
  readonly id: string
  readonly network_id: string
  readonly ip: string
  readonly end_ip: string | null
  readonly hostname: string | null
  readonly description: string | null
  readonly status: string
  readonly allocated_at: string
  readonly expires_at: string | null
  readonly released_at: string | null
}

/** Counts are bigint where they are beyond 2^53. */
export type PoolAnswer = {
  readonly name: string
  readonly description: string | null
  readonly cidr: string
  readonly allocated_count: number | bigint
  readonly available_count: number | bigint
  /** Of one pool, not in lists. */
  readonly allocations?: readonly BlockAnswer[]
}

export type BlockAnswer = {
  readonly allocated_cidr: string
  readonly description: string | null
  readonly allocated_to: string | null
  readonly allocated_at: string
}

export type NumberPoolAnswer = {
  readonly name: string
  readonly description: string | null
  /** `rt` or `rd`, at /rtrd-pools. */
  readonly pool_type?: string
  /** The same at /number-pools, and `vlan` or `asn`. */
  readonly kind?: string
  readonly format_display: string
  readonly allocated_count: number
  readonly available_count: number
  readonly allocations?: readonly NumberAnswer[]
}

export type NumberAnswer = {
  readonly value: string
  readonly description: string | null
  readonly allocated_to: string | null
  readonly allocated_at: string
}

export type UserAnswer = {
  readonly id: number
  readonly username: string
  readonly email: string
  readonly role: string
  readonly is_active: boolean
  readonly last_login: string | null
}

export type LoginAnswer = { readonly access_token: string }

export type TokenAnswer = {
  readonly token_id: string
  /** Only in the answer to its creation. */
  readonly token?: string
  readonly hint: string
  readonly description: string | null
  readonly ip_restrictions: readonly string[]
  readonly expires_at: string | null
  readonly created_at: string
}

export type ClusterStatusAnswer = {
  readonly node_id: number
  readonly cluster_id: number
  readonly role: string
  readonly leader_id: number | null
  readonly term: number
  readonly commit_index: number
  readonly applied_index: number
  /** The node that was asked is no member any more. */
  readonly removed?: boolean
  readonly members: readonly {
    readonly node_id: number
    readonly addr: string
    readonly role: string
    /** null when no leader answers. */
    readonly lag: number | null
    readonly active: boolean | null
    readonly leaving: boolean
    readonly replaces: number | null
    readonly program?: string | null
    readonly command_version?: number | null
    /** Why nothing happens to it now. */
    readonly held?: string | null
  }[]
}

export type VersionAnswer = { readonly version: string }
