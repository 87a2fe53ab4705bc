// Rows of a report as CSV, slice by slice.
import { BYTE_ORDER_MARK, type CsvCell, csvText } from '../../../reports/index.js'
import type { Language } from '../../language.js'

/** @param columns the first line, the same in every language @param cells of a row, in their order */
export async function* csvOf<Row>(
  slices: AsyncIterable<readonly Row[]>,
  columns: readonly string[],
  { cells, language }: { cells: (row: Row) => readonly CsvCell[]; language: Language },
): AsyncGenerator<string, void, void> {
  yield (language === 'zh' ? BYTE_ORDER_MARK : '') + csvText([columns])
  for await (const rows of slices) if (rows.length > 0) yield csvText(rows.map(cells))
}
