// Device types and owners as numbers: many hosts have the same, and an index of numbers is a third as large.
import type { Database, Statement } from '../open.js'

export const FACT_DEVICE = 0
export const FACT_OWNER = 1
/** Remembered while rows are written; owners may be as many as hosts. */
const REMEMBERED_MAX = 10_000

export class FactCodes {
  readonly #find: Statement<[number, string], number>
  readonly #insert: Statement<[number, string]>
  readonly #remembered = new Map<string, number>()

  constructor(db: Database) {
    this.#find = db
      .prepare('SELECT code FROM facts WHERE kind = ? AND name = ?')
      .pluck() as Statement<[number, string], number>
    this.#insert = db.prepare('INSERT OR IGNORE INTO facts (kind, name) VALUES (?, ?)')
  }

  /** @param name small letters @returns null: nobody has or had it */
  find(kind: number, name: string): number | null {
    return this.#find.get(kind, name) ?? null
  }

  /** Codes stay when nobody has the name any more. */
  codeOf(kind: number, name: string): number {
    const key = `${kind} ${name}`
    const known = this.#remembered.get(key)
    if (known !== undefined) return known
    this.#insert.run(kind, name)
    const code = this.#find.get(kind, name) as number
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    this.#remembered.set(key, code)
    return code
  }
}
