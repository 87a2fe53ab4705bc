// RegionRows in plain Maps: the part of MemoryRows that keeps countries and comments.
import type { Allocation, Comment, Country, HostName, RegionRows } from '../../src/ledger/index.js'

export class MemoryRegionRows implements RegionRows {
  readonly #countries = new Map<number, Country>()
  readonly #comments = new Map<number, Comment>()
  readonly #claimsOf: (networkId: number) => readonly Allocation[]

  /** @param claimsOf live and held claims directly in a network, in address order */
  constructor(claimsOf: (networkId: number) => readonly Allocation[]) {
    this.#claimsOf = claimsOf
  }

  saveCountry(country: Country): void {
    this.#countries.set(country.id, country)
  }

  deleteCountry(id: number): void {
    this.#countries.delete(id)
  }

  insertComment(comment: Comment): void {
    if (this.#comments.has(comment.id)) throw new Error(`comment ${comment.id} is inserted twice`)
    this.#comments.set(comment.id, comment)
  }

  commentCount(resourceType: Comment['resourceType'], resourceId: number): number {
    return this.comments().filter(
      comment => comment.resourceType === resourceType && comment.resourceId === resourceId,
    ).length
  }

  hostNames(networkId: number): HostName[] {
    return this.#claimsOf(networkId).flatMap(({ id, hostname, kind, status }) =>
      hostname === null || kind === 'block' || status !== 'allocated' ? [] : [{ id, hostname }],
    )
  }

  /** In id order. */
  countries(): readonly Country[] {
    return [...this.#countries.values()].sort((a, b) => a.id - b.id)
  }

  /** In id order. */
  comments(): readonly Comment[] {
    return [...this.#comments.values()].sort((a, b) => a.id - b.id)
  }
}
