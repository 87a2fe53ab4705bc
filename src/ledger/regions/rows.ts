// What the ledger asks of the rows of countries and comments; regions and hosts are rows of networks and allocations.
import type { Comment, Country } from './nouns.js'

/** `hostname` as it was given. */
export type HostName = { readonly id: number; readonly hostname: string }

export interface RegionRows {
  /** Adds or replaces the row of that id. They are few, and kept in memory too. */
  saveCountry(country: Country): void
  deleteCountry(id: number): void
  insertComment(comment: Comment): void
  /** How many there are about it. */
  commentCount(resourceType: Comment['resourceType'], resourceId: number): number
  /** Of live addresses and runs directly in the network, those that have a name, in address order. */
  hostNames(networkId: number): HostName[]
}
