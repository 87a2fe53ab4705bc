// Which subnets a list has: gone over in memory, in slices, so that many of them hold nobody up.
import { DEFAULT_VRF_ID, formatCidr, type Network } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { visitInSlices } from '../../slices.js'
import { windowOf } from './numbered-pages.js'
import type { ListedQuery } from './subnets-schemas.js'

type FoundSubnets = { readonly page: readonly Network[]; readonly total: number }

/** The caller has awaited a read. */
export async function findSubnets(call: Call, query: ListedQuery): Promise<FoundSubnets> {
  const isAsked = filterOf(query)
  const found: Network[] = []
  await visitInSlices(call, call.app.store.reads.networksInTreeOrder(DEFAULT_VRF_ID), network => {
    if (isAsked(network)) found.push(network)
  })
  if (query.sort === 'id') found.sort((one, other) => one.id - other.id)
  if (query.order === 'desc') found.reverse()
  const { skip, limit } = windowOf(query)
  return { page: found.slice(skip, skip + limit), total: found.length }
}

function filterOf({ search = '', vlan_id, tags = '' }: ListedQuery) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const wanted = tags
    .split(',')
    .map(tag => tag.trim())
    .filter(Boolean)
  return (network: Network) =>
    (vlan_id === undefined || network.subnet?.vlanId === vlan_id) &&
    (wanted.length === 0 || wanted.some(tag => bears(network, tag))) &&
    (words.length === 0 || hasWords(network, words))
}

/** `key` also finds `key=value`. */
function bears({ tags }: Network, wanted: string): boolean {
  return tags.some(tag => tag === wanted || tag.startsWith(`${wanted}=`))
}

function hasWords(network: Network, words: readonly string[]): boolean {
  const cidr = formatCidr(network)
  const texts = [network.description, network.subnet?.location, ...network.tags].map(
    text => text?.toLowerCase() ?? '',
  )
  return words.every(word => cidr.startsWith(word) || texts.some(text => text.includes(word)))
}
