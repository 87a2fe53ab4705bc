// CSV as RFC 4180 has it, safe to open in a spreadsheet.
import { stringify } from 'csv-stringify/sync'

export type CsvCell = string | number | bigint | null

/** Spreadsheets of Chinese Windows take UTF-8 for GBK without it. */
export const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Lines end in CRLF; null is an empty cell. Text that a spreadsheet would take for a formula is led by an apostrophe
 * (OWASP, CSV injection); numbers are not text.
 */
export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return stringify(rows as CsvCell[][], {
    record_delimiter: 'windows',
    escape_formulas: true,
    // A lone one, too: the library quotes what holds the whole delimiter.
    quoted_match: /[\r\n]/,
  })
}
