// How answers are shown: aligned tables for people, JSON for programs.
import { stringify } from 'lossless-json'

export type Column<Row> = { readonly title: string; readonly value: (row: Row) => unknown }

/** Columns are as wide as their widest cell; the last one is not padded. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(column => column.title),
    ...rows.map(row => columns.map(column => formatCell(column.value(row)))),
  ]
  const widths = columns.map((_, column) =>
    Math.max(...cells.map(line => line[column]?.length ?? 0)),
  )
  return cells
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One `name: value` line a field. */
export function formatFields(fields: object): string {
  const entries = Object.entries(fields)
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries
    .map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${formatCell(value)}`)
    .join('\n')
}

function formatCell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-'
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(String).join(',')
  return typeof value === 'object' ? String(stringify(value)) : String(value)
}

export type Output = {
  readonly json: boolean
  readonly write: (text: string) => void
}

/** The answer itself with --json, else what `human` makes of it. */
export function show<Answer>(
  output: Output,
  answer: Answer,
  human: (answer: Answer) => string,
): void {
  output.write(`${output.json ? stringify(answer, null, 2) : human(answer)}\n`)
}
