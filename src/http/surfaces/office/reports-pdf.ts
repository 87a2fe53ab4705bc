// Rows of a report as a PDF: they are gathered first, as what stands before them is made of them.
import { findFont, makePdf, type ReportDocument, type Row } from '../../../reports/index.js'
import { ApiError } from '../../api-error.js'
import type { App } from '../../app.js'
import type { Call } from '../../call.js'
import { type Words, wordsIn } from './reports-words.js'

/** Copied to the thread in one turn. */
const ROWS_AT_ONCE = 200
/** How many are being made, by server. */
const underWay = new WeakMap<App, number>()

export type Gathered = { readonly rows: readonly Row[]; readonly cutAt: number | null }

/** The first rows, as cells; `read` sees all that are shown. */
export async function gather<Item>(
  call: Call,
  slices: AsyncIterable<readonly Item[]>,
  { cells, read }: { cells: (item: Item) => Row; read?: (item: Item) => void },
): Promise<Gathered> {
  const { pdfRowsMax } = call.app.options.reports
  const rows: Row[] = []
  for await (const items of slices) {
    for (const item of items) {
      if (rows.length === pdfRowsMax) return { rows, cutAt: pdfRowsMax }
      rows.push(cells(item))
      read?.(item)
    }
  }
  return { rows, cutAt: null }
}

/** Chinese only where there is a font to write it in. */
export function pageWords(call: Call): Words {
  const font = findFont(call.app.options.reports.fontPath)
  return wordsIn(font === null ? 'en' : call.language)
}

/** @throws ApiError 503 when too many are being made */
export async function* pdfOf(
  call: Call,
  make: () => Promise<{ document: ReportDocument; rows: readonly Row[] }>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const { app } = call
  const begun = underWay.get(app) ?? 0
  if (begun >= app.options.reports.pdfsMax)
    throw new ApiError(
      503,
      'overloaded',
      `${begun} PDFs are being made already; try again, or ask for CSV.`,
      { outcome: 'known' },
      ['Retry-After', '2'],
    )
  underWay.set(app, begun + 1)
  try {
    const { document, rows } = await make()
    yield* makePdf({
      document,
      rows: inSlices(rows),
      fontPath: findFont(app.options.reports.fontPath),
      signal,
      onDone: outcome => tellOfFonts(call, outcome),
    })
  } finally {
    underWay.set(app, (underWay.get(app) ?? 1) - 1)
  }
}

async function* inSlices(rows: readonly Row[]): AsyncGenerator<readonly Row[], void, void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE)
}

type FontOutcome = { readonly lost: number; readonly fontFailure: string | null }

function tellOfFonts({ app, requestId }: Call, { lost, fontFailure }: FontOutcome): void {
  if (fontFailure !== null)
    app.log.warn({ requestId, why: fontFailure }, 'the font for reports cannot be read')
  if (lost > 0)
    app.log.warn(
      { requestId, characters: lost },
      'a report has question marks for want of a font: install fonts-wqy-microhei, fonts-noto-cjk or fonts-droid-fallback, or set reports.font',
    )
}
