// What is to be so of the columns of one row, for whoever reads it.

export type ColumnRule = {
  readonly table: string
  /** How a row of it is called in front of its number; absent: as the table says. */
  readonly named?: string
  /** Absent: `id`. */
  readonly key?: string
  /** What is wrong with a row, as SQL. */
  readonly wrong: string
  /** The row's fault, behind its name. */
  readonly fault: string
}

export function notJson(column: string, type: 'object' | 'array'): string {
  return `${column} IS NOT NULL AND (NOT json_valid(${column}) OR json_type(${column}) <> '${type}')`
}
