// Alerts a page at a time, and how many there are, each by an index.
import type { Alert } from '../ledger/index.js'
import type { Database, Statement } from './open.js'
import type { PageRequest } from './reads.js'
import { ALERT_COLUMNS, type AlertRaw, alertOf } from './tables/alert-rows.js'

type Select<Parameters extends unknown[]> = Statement<Parameters, AlertRaw>

export class AlertPages {
  readonly #newest: Select<[number, number]>
  readonly #newestOpen: Select<[number, number]>
  readonly #open: Select<[number, number]>
  readonly #toMail: Select<[number]>
  readonly #openCount: Statement<[], number>
  readonly #resolvedCount: Statement<[], number>

  constructor(db: Database) {
    const select = <P extends unknown[]>(rest: string) =>
      db
        .prepare<P, AlertRaw>(`SELECT ${ALERT_COLUMNS} FROM alerts ${rest} LIMIT ?`)
        .raw() as Select<P>
    const count = (rows: string) =>
      db.prepare<[], number>(`SELECT count(*) FROM alerts ${rows}`).pluck() as Statement<[], number>
    const open = 'INDEXED BY alerts_open_by_id WHERE resolved_ms IS NULL'
    this.#newest = select('WHERE id < ? ORDER BY id DESC')
    this.#newestOpen = select(`${open} AND id < ? ORDER BY id DESC`)
    this.#open = select(`${open} AND id > ? ORDER BY id`)
    this.#toMail = select('INDEXED BY alerts_to_mail WHERE mailed < mails AND id > 0 ORDER BY id')
    this.#openCount = count(`${open} AND id > 0`)
    this.#resolvedCount = count('INDEXED BY alerts_by_end WHERE resolved_ms > -1')
  }

  /** By ids below `afterId`; 0: from the newest on. */
  newestFirst({ open }: { readonly open: boolean }, { afterId, limit }: PageRequest): Alert[] {
    const select = open ? this.#newestOpen : this.#newest
    return select.all(afterId === 0 ? Number.MAX_SAFE_INTEGER : afterId, limit).map(alertOf)
  }

  open({ afterId, limit }: PageRequest): Alert[] {
    return this.#open.all(afterId, limit).map(alertOf)
  }

  toMail(limit: number): Alert[] {
    return this.#toMail.all(limit).map(alertOf)
  }

  /** Goes over their indexes: some 10 ms a million. */
  count({ open }: { readonly open: boolean }): number {
    const openCount = this.#openCount.get() ?? 0
    return open ? openCount : openCount + (this.#resolvedCount.get() ?? 0)
  }
}
