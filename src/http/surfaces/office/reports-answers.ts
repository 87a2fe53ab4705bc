// A report in the format asked for, sent while it is read.
import { formatCidr } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { stream } from '../../lists.js'
import { timestamp } from '../../timestamps.js'
import { csvOf } from './reports-csv.js'
import {
  type InventoryCounts,
  inventoryDocument,
  inventoryPageCells,
  utilizationCells,
  utilizationDocument,
} from './reports-documents.js'
import { Fullest, subnetsOf } from './reports-figures.js'
import {
  type InventoryAsked,
  type InventoryRow,
  inventoryCells,
  inventoryColumns,
  inventoryJson,
  inventoryRows,
} from './reports-inventory.js'
import { gather, pageWords, pdfOf } from './reports-pdf.js'
import type { Format } from './reports-schemas.js'
import { Turns } from './reports-turns.js'
import {
  detailCells,
  Utilization,
  type UtilizationAsked,
  utilizationColumns,
  utilizationJson,
} from './reports-utilization.js'

const FULLEST_SHOWN = 10

const types: { readonly [F in Format]: string } = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  pdf: 'application/pdf',
}

/** `saved`: as a file; else it is to be looked at, and JSON has no name then. */
export type Sending = { readonly format: Format; readonly saved: boolean }
type Pieces = AsyncIterable<string | Uint8Array>

export function sendUtilization(
  call: Call,
  asked: UtilizationAsked,
  sending: Sending,
): Promise<null> {
  return sendReport(call, 'utilization', sending, async function* (signal) {
    const turns = new Turns(call.app.clock, signal)
    const report = await new Utilization(call, asked, turns).begin()
    yield* utilizationPieces(call, report, sending.format)
  })
}

function utilizationPieces(call: Call, report: Utilization, format: Format): Pieces {
  switch (format) {
    case 'json':
      return utilizationJson(report)
    case 'csv': {
      const { language } = call
      return csvOf(report.rows(), utilizationColumns, { cells: detailCells, language })
    }
    case 'pdf':
      return pdfOf(call, () => utilizationPages(call, report), report.turns.signal)
  }
}

/** All are counted, also those for which there is no room. */
async function utilizationPages(call: Call, report: Utilization) {
  const slices = report.rows()
  const { rows, cutAt } = await gather(call, slices, { cells: utilizationCells })
  return { document: utilizationDocument(report, pagesOf(call, report.asked, cutAt)), rows }
}

/** @throws ApiError 404 */
export function sendInventory(call: Call, asked: InventoryAsked, sending: Sending): Promise<null> {
  // Before the head of a file is on its way.
  subnetsOf(call, asked.subnetId)
  return sendReport(call, 'inventory', sending, signal => {
    const rows = inventoryRows(call, asked, new Turns(call.app.clock, signal))
    switch (sending.format) {
      case 'json':
        return inventoryJson(rows)
      case 'csv':
        return csvOf(rows, inventoryColumns, { cells: inventoryCells, language: call.language })
      case 'pdf':
        return pdfOf(call, () => inventoryPages(call, asked, rows), signal)
    }
  })
}

async function inventoryPages(
  call: Call,
  asked: InventoryAsked,
  slices: AsyncIterable<readonly InventoryRow[]>,
) {
  const words = pageWords(call)
  const counts: InventoryCounts = { allocated: 0, reserved: 0, conflict: 0 }
  const fullest = new Fullest(FULLEST_SHOWN)
  const { reads } = call.app.store
  let networkId = 0
  const { rows, cutAt } = await gather(call, slices, {
    cells: row => inventoryPageCells(row, words),
    read: ({ entry, network }) => {
      counts[entry.status] += 1
      const figures = network.id === networkId ? null : reads.figures(network.id)
      if (figures !== null) fullest.add(network, figures)
      networkId = network.id
    },
  })
  const status = asked.status === null ? null : words.statuses[asked.status]
  const pages = { ...pagesOf(call, asked, cutAt), status }
  return { document: inventoryDocument(counts, fullest, pages), rows }
}

function pagesOf(call: Call, { subnetId }: { subnetId: number | null }, cutAt: number | null) {
  const network = subnetId === null ? null : call.app.store.reads.network(subnetId)
  return {
    words: pageWords(call),
    madeMs: call.app.nowMs(),
    subnet: network === null ? null : formatCidr(network),
    cutAt,
  }
}

async function sendReport(
  call: Call,
  name: string,
  { format, saved }: Sending,
  pieces: (signal: AbortSignal) => Pieces,
): Promise<null> {
  const day = timestamp(call.app.nowMs()).slice(0, 'YYYY-MM-DD'.length)
  const way = saved ? 'attachment' : 'inline'
  // All of it is letters a token may have; nothing is to be encoded (RFC 6266, 4.3).
  const named = ['Content-Disposition', `${way}; filename="ipam-${name}-${day}.${format}"`]
  await stream(call, pieces, saved || format !== 'json' ? named : [], types[format])
  return null
}
