// The world of document 001: countries by ranges of X in 10.X.Y.Z, regions (networks 10.X.Y.0/24 with a facet), and what people say
// of them. A country is never stored with a region: it follows from X (LEDGER.md, Facets; CONTRACT.md D-3).

/** An editable row; while nobody has edited the table, the default rows are there (`defaultCountries`). */
export type Country = {
  readonly id: number
  /** ISO 3166-1 alpha-2, capital letters; unique. */
  readonly code: string
  /** Unique, whatever the case of its letters. */
  readonly name: string
  readonly continent: string
  /** First and last X, both included, 0 to 255; no two countries share one. */
  readonly xFirst: number
  readonly xLast: number
  readonly createdMs: number
  readonly updatedMs: number
  /** 0 of a default row that nobody has edited. */
  readonly revision: number
}

/** A Reserved region allocates nothing, to nobody and on no surface. */
export type RegionStatus = 'Active' | 'Reserved'

/** Facet of a network that is 10.X.Y.0/24 of the default VRF. Its tags and description are the network's. */
export type RegionFacet = {
  /** Unique in its country; the case of letters counts. */
  readonly name: string
  /** Who answers for it, as the client says. */
  readonly owner: string | null
  readonly status: RegionStatus
  /** The user who made it, and his name then; null: nobody had signed in. */
  readonly createdBy: number | null
  readonly createdByName: string | null
  readonly createdMs: number
}

/** What /ipam keeps of a host beside what every surface does. */
export type HostFacts = {
  readonly osType: string | null
  readonly application: string | null
  readonly costCenter: string | null
  readonly purpose: string | null
  readonly notes: string | null
}

/** What is shared, tagged, commented on, and told of: a country's, a network's or an allocation's id. */
export type ResourceType = 'country' | 'region' | 'host'

/** Said of a region or a host; kept until that is gone, and then for history's sake only. */
export type Comment = {
  readonly id: number
  readonly resourceType: 'region' | 'host'
  readonly resourceId: number
  readonly userId: number | null
  /** His name then. */
  readonly author: string
  readonly text: string
  readonly createdMs: number
}
