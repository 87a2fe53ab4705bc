// What the ledger asks of the rows of countries and comments; regions and hosts are rows of networks and allocations.
import type { Comment, Country } from './nouns.js'

export interface RegionRows {
  /** Adds or replaces the row of that id. They are few, and kept in memory too. */
  saveCountry(country: Country): void
  deleteCountry(id: number): void
  insertComment(comment: Comment): void
  /** How many there are about it. */
  commentCount(resourceType: Comment['resourceType'], resourceId: number): number
}
