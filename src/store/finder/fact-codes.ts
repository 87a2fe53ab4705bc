// Device types, owners and tags as numbers: many occupants have the same.
import type { Database, Statement } from '../open.js'

export const FACT_DEVICE = 0
export const FACT_OWNER = 1
export const FACT_TAG = 2
/** Remembered while rows are written; they may be as many as hosts. */
const REMEMBERED_MAX = 10_000

export class FactCodes {
  readonly #find: Statement<[number, string], number>
  readonly #insert: Statement<[number, string]>
  readonly #remembered = new Map<string, number>()

  constructor(db: Database) {
    this.#find = db
      .prepare('SELECT code FROM facts WHERE kind = ? AND name = ?')
      .pluck() as Statement<[number, string], number>
    this.#insert = db.prepare('INSERT INTO facts (kind, name) VALUES (?, ?)')
  }

  /** @returns null: nobody has or had it */
  find(kind: number, name: string): number | null {
    return this.#find.get(kind, name) ?? null
  }

  /** Codes stay when nobody has the name any more. */
  codeOf(kind: number, name: string): number {
    const key = `${kind} ${name}`
    const known = this.#remembered.get(key)
    if (known !== undefined) return known
    const code = this.find(kind, name) ?? Number(this.#insert.run(kind, name).lastInsertRowid)
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    this.#remembered.set(key, code)
    return code
  }
}

/** Codes as a row has them. */
export function factsText(codes: readonly number[]): string {
  return codes.length === 0 ? '' : ` ${codes.join(' ')} `
}

/** What to look for in it. */
export function factText(code: number): string {
  return ` ${code} `
}
