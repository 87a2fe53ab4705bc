// Tags given to many resources: at once, or as a job that the leader goes on with in slices (document 001, 11).

export type TagOperation = 'add' | 'remove' | 'replace'

/** A resource as the client named it (`key`), and as the ledger knows it; 0: the name cannot be one. */
export type TagItem = { readonly key: string; readonly id: number }

/** null: done; else why not, as a clause. */
export type TagOutcome = { readonly key: string; readonly error: string | null }

export type TagWork = {
  readonly resourceType: 'region' | 'host'
  readonly operation: TagOperation
  /** `key` or `key=value`; of `remove` the key counts. */
  readonly tags: readonly string[]
}

export type TagJob = TagWork & {
  readonly id: number
  readonly userId: number
  readonly items: readonly TagItem[]
  /** Of the first items, as far as it has come. */
  readonly outcomes: readonly (string | null)[]
  readonly createdMs: number
  /** When its first slice was done; null = pending. */
  readonly startedMs: number | null
  readonly completedMs: number | null
  readonly revision: number
}
