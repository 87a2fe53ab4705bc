// What can be scanned, and how its pages follow one another: the same in the worker and in memory.
import type {
  Allocation,
  Network,
  NumberClaim,
  NumberKind,
  NumberPool,
} from '../../ledger/index.js'
import { assert, unreachable } from '../../lib/index.js'
import type { Pages } from '../pages.js'
import type { AllocationFilter, PageRequest } from '../reads.js'

export type ScanSource =
  | { readonly table: 'networks'; readonly vrfId: number }
  | { readonly table: 'allocations'; readonly filter: AllocationFilter }
  | { readonly table: 'pools' }
  | { readonly table: 'blocks'; readonly networkId: number }
  | { readonly table: 'number-pools'; readonly kinds: readonly NumberKind[] }
  | { readonly table: 'numbers'; readonly poolId: number }

export type ScanRow = Network | Allocation | NumberPool | NumberClaim
export type ScanPage = readonly ScanRow[]

const PAGE_ROWS = 500

/** @returns a function that gives the next page at each call, in order; an empty one at the end. */
export function pageReader(pages: Pages, source: ScanSource): () => ScanPage {
  let afterId = 0
  return () => {
    const page = readPage(pages, source, { afterId, limit: PAGE_ROWS })
    const last = page.at(-1)
    if (last !== undefined) afterId = positionOf(source, last)
    return page
  }
}

/** How many rows the pages will have in all, of the lists that begin with it; null of the others. */
export function countRows(pages: Pages, source: ScanSource): number | null {
  if (source.table === 'blocks') return pages.blockCount(source.networkId)
  return source.table === 'numbers' ? pages.numberCount(source.poolId) : null
}

function readPage(pages: Pages, source: ScanSource, page: PageRequest): ScanPage {
  switch (source.table) {
    case 'networks':
      return pages.networks(source.vrfId, page)
    case 'allocations':
      return pages.allocations(source.filter, page)
    case 'pools':
      return pages.pools(page)
    case 'blocks':
      return pages.blocks(source.networkId, page)
    case 'number-pools':
      return pages.numberPools(source.kinds, page)
    case 'numbers':
      return pages.numbers(source.poolId, page)
    default:
      return unreachable(source, 'source of a scan')
  }
}

/** Pools and their blocks go by ids of their own. */
function positionOf({ table }: ScanSource, row: ScanRow): number {
  if (table === 'pools') {
    const pool = (row as Network).pool
    assert(pool !== null, 'a page of pools has networks with a pool')
    return pool.id
  }
  if (table === 'blocks') {
    const { blockId } = row as Allocation
    assert(blockId !== null, 'a block of a pool has a number of its own')
    return blockId
  }
  return row.id
}
