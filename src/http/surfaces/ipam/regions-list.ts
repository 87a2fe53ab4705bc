// Which regions a list has: gone over in memory, in slices, so that all 65,536 of them hold nobody up.
import type { Network } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { visitInSlices } from '../../slices.js'
import { Best, newestFirst } from './best.js'
import { countryNamed, isRegion, type Region } from './found.js'
import { type PageAsked, windowOf } from './pages.js'
import { octetsOf } from './region-presenter.js'

export type AskedRegions = PageAsked & {
  readonly country?: string
  readonly country_code?: string
  readonly status?: string
  readonly owner?: string
  readonly region_name?: string
}

/** The caller has awaited a read. @returns those of the page, the newest first */
export async function findRegions(
  call: Call,
  asked: AskedRegions,
): Promise<{ readonly page: readonly Region[]; readonly total: number }> {
  const { skip, limit } = windowOf(asked)
  const isAsked = filterOf(call, asked)
  const newest = new Best<Region>(
    skip + limit,
    newestFirst(({ region }) => region.createdMs),
  )
  await visitInSlices(call, call.app.store.reads.regions.regions(), network => {
    if (!isRegion(network) || !isAsked(network)) return
    newest.add(network)
  })
  return { page: newest.take(skip), total: newest.count }
}

function filterOf(call: Call, asked: AskedRegions): (network: Region) => boolean {
  const { status, country, country_code } = asked
  const [name, owner] = [asked.region_name?.toLowerCase(), asked.owner?.toLowerCase()]
  const named = [country, country_code].filter(text => text !== undefined)
  const countries = named.map(text => countryNamed(call, text))
  const isThere = (network: Network) => {
    const { x } = octetsOf(network)
    return countries.every(one => one !== null && one.xFirst <= x && x <= one.xLast)
  }
  return network =>
    (status === undefined || network.region.status === status) &&
    (name === undefined || network.region.name.toLowerCase().includes(name)) &&
    (owner === undefined || network.region.owner?.toLowerCase() === owner) &&
    (countries.length === 0 || isThere(network))
}
