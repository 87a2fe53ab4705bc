// Live claims that somebody should look at: those that end soon, and those in conflict. Claims of a network that was deleted
// count as released, though their rows still wait for `sweep`.
import type { Allocation } from '../ledger/index.js'
import type { Database, Statement } from './open.js'
import type { PageRequest, Reads } from './reads.js'
import { ALLOCATION_COLUMNS, type AllocationRaw, allocationOf } from './tables/allocation-row.js'

/** One while no deletion waits, and one that steps over what it hides. */
type Selects<Parameters extends unknown[]> = Readonly<
  Record<'all' | 'notDeleted', Statement<Parameters, AllocationRaw>>
>
type After = Parameters<Reads['endingPage']>[1]

const BEFORE_ALL: NonNullable<After> = { expiresMs: Number.MIN_SAFE_INTEGER, id: 0 }

export class ClaimPages {
  readonly #deletionsWait: () => boolean
  readonly #ending: Selects<[number, number, number, number]>
  readonly #conflicts: Selects<[number, number]>

  constructor(db: Database, deletionsWait: () => boolean) {
    this.#deletionsWait = deletionsWait
    const select = <P extends unknown[]>(where: string, order: string): Selects<P> => {
      const prepare = (hidden: string) =>
        db
          .prepare<P, AllocationRaw>(
            `SELECT ${ALLOCATION_COLUMNS} FROM claims ${where} ${hidden} ORDER BY ${order} LIMIT ?`,
          )
          .raw() as Statement<P, AllocationRaw>
      return {
        all: prepare(''),
        notDeleted: prepare('AND network_id NOT IN (SELECT id FROM deletions WHERE kind = 0)'),
      }
    }
    this.#ending = select(
      `INDEXED BY claims_by_expiry WHERE status = 0 AND expires_ms IS NOT NULL
         AND (expires_ms, id) > (?, ?) AND expires_ms <= ?`,
      'expires_ms, id',
    )
    this.#conflicts = select(
      `INDEXED BY claims_in_conflict WHERE status = 0 AND former_macs IS NOT NULL AND id > ?`,
      'id',
    )
  }

  ending(untilMs: number, after: After, limit: number): Allocation[] {
    const { expiresMs, id } = after ?? BEFORE_ALL
    return this.#of(this.#ending).all(expiresMs, id, untilMs, limit).map(allocationOf)
  }

  inConflict({ afterId, limit }: PageRequest): Allocation[] {
    return this.#of(this.#conflicts).all(afterId, limit).map(allocationOf)
  }

  #of<P extends unknown[]>(selects: Selects<P>): Statement<P, AllocationRaw> {
    return this.#deletionsWait() ? selects.notDeleted : selects.all
  }
}
