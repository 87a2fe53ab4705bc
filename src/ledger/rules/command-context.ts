// One command under decision: what it may read and write, and the history it leaves.
import type { AddressSpace } from '../address-space/address-space.js'
import type { VrfTable } from '../address-space/vrf-table.js'
import type { ChangeAction, EntityKind, Image, Origin } from '../entities.js'
import type { Identities } from '../identity/identities.js'
import type { ClusterIdentity, LedgerRows } from '../ports.js'

/** What the ledger keeps in memory beside the sessions. */
export type LedgerState = {
  cluster: ClusterIdentity | null
  readonly vrfs: VrfTable
  readonly space: AddressSpace
  readonly identities: Identities
}

/** `revision` and `timeMs`: log index and entry time of the command. */
export class CommandContext {
  readonly space: AddressSpace
  readonly vrfs: VrfTable
  readonly identities: Identities
  private changeCount = 0

  constructor(
    readonly rows: LedgerRows,
    readonly state: LedgerState,
    readonly revision: number,
    readonly timeMs: number,
    readonly origin: Origin,
  ) {
    this.space = state.space
    this.vrfs = state.vrfs
    this.identities = state.identities
  }

  /** Every effect is recorded, in the order of the effects. `before` null: created; `after` null: deleted. */
  record(
    action: ChangeAction,
    entity: EntityKind,
    entityId: number,
    before: Image | null,
    after: Image | null,
  ): void {
    const { revision, timeMs, origin } = this
    const n = this.changeCount
    this.rows.addChange({ revision, n, timeMs, origin, action, entity, entityId, before, after })
    this.changeCount += 1
  }

  /** Runs effects that are kept when `run` returns true, and leave no trace in rows, memory and history otherwise. */
  atomically(run: () => boolean): void {
    const changeCount = this.changeCount
    this.rows.atomically(() => {
      let kept = false
      this.space.attempt(() => {
        kept = run()
        return kept
      })
      if (!kept) this.changeCount = changeCount
      return kept
    })
  }
}
