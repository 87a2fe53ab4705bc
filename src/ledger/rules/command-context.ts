// One command under decision: what it may read and write, and the history it leaves.
import type { AddressSpace } from '../address-space/address-space.js'
import type { VrfTable } from '../address-space/vrf-table.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import type { DeletionTable } from '../deletion-table.js'
import type { ChangeAction, EntityKind, Image, Origin } from '../entities.js'
import type { Identities } from '../identity/identities.js'
import type { NumberSpaces } from '../number-space/number-spaces.js'
import type { ClusterIdentity, EndedClaim, LedgerRows } from '../ports.js'
import type { CountryTable } from '../regions/country-table.js'
import type { UndoList } from '../undo-list.js'

/** What the ledger keeps in memory beside the sessions. */
export type LedgerState = {
  cluster: ClusterIdentity | null
  readonly vrfs: VrfTable
  readonly space: AddressSpace
  readonly identities: Identities
  readonly catalogue: Catalogue
  readonly numbers: NumberSpaces
  /** Made by no command that may be refused halfway, as deletions are. */
  readonly countries: CountryTable
  readonly deletions: DeletionTable
  /** What `space` and `numbers` say to take back; deletions are made by no command that may be refused halfway. */
  readonly undo: UndoList
}

/** `revision` and `timeMs`: log index and entry time of the command. */
export class CommandContext {
  readonly space: AddressSpace
  readonly vrfs: VrfTable
  readonly identities: Identities
  readonly catalogue: Catalogue
  readonly numbers: NumberSpaces
  /**
   * Claims that ended in this entry: to a pool that is made later in it they count as released since its
   * strategy was set, as they do when the node loads the rows.
   */
  private readonly ended: (EndedClaim & { readonly networkId: number })[] = []
  private changeCount = 0

  constructor(
    readonly rows: LedgerRows,
    readonly state: LedgerState,
    readonly revision: number,
    readonly timeMs: number,
    private doer: Origin,
  ) {
    this.space = state.space
    this.vrfs = state.vrfs
    this.identities = state.identities
    this.catalogue = state.catalogue
    this.numbers = state.numbers
  }

  /** Who does what the command does. */
  get origin(): Origin {
    return this.doer
  }

  /** From now on: the leader goes on with what that one has asked for. */
  actFor(origin: Origin): void {
    this.doer = origin
  }

  /** How many effects the command has had. */
  get changesMade(): number {
    return this.changeCount
  }

  /**
   * Every effect is recorded, in the order of the effects. `before` null: created; `after` null: deleted.
   * @param regionId of an address allocation the region that it lies in, if any
   */
  record(
    action: ChangeAction,
    entity: EntityKind,
    entityId: number,
    before: Image | null,
    after: Image | null,
    regionId: number | null = null,
  ): void {
    const { revision, timeMs, origin } = this
    const n = this.changeCount
    const place = regionId === null ? {} : { regionId }
    const what = { action, entity, entityId, ...place, before, after }
    this.rows.addChange({ revision, n, timeMs, origin, ...what })
    this.changeCount += 1
  }

  /** A claim directly in a network ended, and is not held back. */
  noteEnded(claim: EndedClaim & { readonly networkId: number }): void {
    this.ended.push(claim)
  }

  /** Those of that network, in (revision, id) order. */
  endedIn(networkId: number): readonly EndedClaim[] {
    return this.ended.filter(claim => claim.networkId === networkId).sort((a, b) => a.id - b.id)
  }

  /** Runs effects that are kept when `run` returns true, and leave no trace in rows, memory and history otherwise. */
  atomically(run: () => boolean): void {
    const changeCount = this.changeCount
    this.rows.atomically(() => {
      let kept = false
      this.state.undo.attempt(() => {
        kept = run()
        return kept
      })
      if (!kept) this.changeCount = changeCount
      return kept
    })
  }
}
