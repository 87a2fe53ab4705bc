// Rows of preferences, one a user, and of saved filters.
import type { Preferences, SavedFilter } from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import { putRowSql } from './put-row.js'

export const PREFERENCES_COLUMNS = 'user_id, document, updated_ms, revision'
export const FILTER_COLUMNS = 'id, user_id, name, criteria, created_ms'

type PreferencesRaw = [userId: number, document: string, updatedMs: number, revision: number]
type FilterRaw = [id: number, userId: number, name: string, criteria: string, createdMs: number]

export class PreferenceRows {
  readonly #put: Statement<PreferencesRaw>
  readonly #preferences: Statement<[number], PreferencesRaw>
  readonly #insertFilter: Statement<FilterRaw>
  readonly #deleteFilter: Statement<[number]>
  readonly #filter: Statement<[number], FilterRaw>
  readonly #oldest: Statement<[number, number], FilterRaw>
  readonly #newest: Statement<[number], FilterRaw>

  constructor(db: Database) {
    const filters = <P extends unknown[]>(rest: string) =>
      db
        .prepare<P, FilterRaw>(`SELECT ${FILTER_COLUMNS} FROM saved_filters ${rest}`)
        .raw() as Statement<P, FilterRaw>
    const ofUser = 'INDEXED BY saved_filters_by_user WHERE user_id = ?'
    this.#put = db.prepare(putRowSql('preferences', PREFERENCES_COLUMNS))
    this.#preferences = db
      .prepare(`SELECT ${PREFERENCES_COLUMNS} FROM preferences WHERE user_id = ?`)
      .raw() as Statement<[number], PreferencesRaw>
    this.#insertFilter = db.prepare(
      `INSERT INTO saved_filters (${FILTER_COLUMNS}) VALUES (?, ?, ?, ?, ?)`,
    )
    this.#deleteFilter = db.prepare('DELETE FROM saved_filters WHERE id = ?')
    this.#filter = filters('WHERE id = ?')
    this.#oldest = filters(`${ofUser} ORDER BY id LIMIT ?`)
    this.#newest = filters(`${ofUser} ORDER BY id DESC`)
  }

  preferences(userId: number): Preferences | null {
    const raw = this.#preferences.get(userId)
    if (raw === undefined) return null
    return { userId: raw[0], document: raw[1], updatedMs: raw[2], revision: raw[3] }
  }

  save({ userId, document, updatedMs, revision }: Preferences): void {
    this.#put.run(userId, document, updatedMs, revision)
  }

  filter(id: number): SavedFilter | null {
    const raw = this.#filter.get(id)
    return raw === undefined ? null : filterOf(raw)
  }

  oldestFilters(userId: number, limit: number): SavedFilter[] {
    return this.#oldest.all(userId, limit).map(filterOf)
  }

  newestFilters(userId: number): SavedFilter[] {
    return this.#newest.all(userId).map(filterOf)
  }

  insertFilter({ id, userId, name, criteria, createdMs }: SavedFilter): void {
    this.#insertFilter.run(id, userId, name, criteria, createdMs)
  }

  deleteFilter(id: number): void {
    this.#deleteFilter.run(id)
  }
}

function filterOf([id, userId, name, criteria, createdMs]: FilterRaw): SavedFilter {
  return { id, userId, name, criteria, createdMs }
}
