// Whose rows are left although they are gone themselves: what tidying looks for.
import type { Database } from '../open.js'

/**
 * Values of `column` from 1 on that are no id of `owners`, lowest first: a search by the column's index for each value that there is. Their
 * rows may be deleted while somebody goes over them.
 */
export function goneOwners(
  db: Database,
  names: { readonly table: string; readonly column: string; readonly owners: string },
): () => Generator<number> {
  const { table, column, owners } = names
  const next = db.prepare<[number], { readonly owner: number; readonly isGone: number }>(
    `SELECT ${column} AS owner, ${column} NOT IN (SELECT id FROM ${owners}) AS isGone
     FROM ${table} WHERE ${column} > ? ORDER BY ${column} LIMIT 1`,
  )
  return function* () {
    for (let row = next.get(0); row !== undefined; row = next.get(row.owner)) {
      if (row.isGone === 1) yield row.owner
    }
  }
}
