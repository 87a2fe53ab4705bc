// What a path or body names by an id of document 001, as the state has it. What is no id of ours, or of something else, names nothing.
import {
  type Address,
  type Allocation,
  type Country,
  DEFAULT_VRF_ID,
  type Network,
  type RegionFacet,
} from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import { idOf, type UuidKind } from './uuids.js'

export type Region = Network & { readonly region: RegionFacet }

const nouns = {
  country: 'Country',
  region: 'Region',
  host: 'Host',
  reservation: 'Reservation',
} as const
type Noun = keyof typeof nouns

const SHOWN_CHARS_MAX = 100

export function notFound(noun: Noun, text: string): ApiError {
  const shown = text.length <= SHOWN_CHARS_MAX ? text : `${text.slice(0, SHOWN_CHARS_MAX)}…`
  return new ApiError(404, `${noun}-not-found`, `${nouns[noun]} not found: ${shown}.`)
}

/** The ledger's number. @throws ApiError 404 */
export function requireId(call: Call, noun: Noun & UuidKind, text: string): number {
  const id = idOf(call, noun, text)
  if (id === null) throw notFound(noun, text)
  return id
}

/** The caller has awaited a read. @throws ApiError 404 */
export function findRegion(call: Call, text: string): Region {
  const network = call.app.store.reads.network(requireId(call, 'region', text))
  if (network === null || !isRegion(network)) throw notFound('region', text)
  return network
}

/** A live allocation of an address or a run in a region. The caller has awaited a read. @throws ApiError 404 */
export function findHost(call: Call, text: string): Allocation {
  const allocation = everHost(call, text)
  if (allocation.status !== 'allocated') throw notFound('host', text)
  return allocation
}

/** Also one that is over: only the ledger knows what a key was answered with before. @throws ApiError 404 */
export function everHost(call: Call, text: string): Allocation {
  const allocation = call.app.store.reads.allocation(requireId(call, 'host', text))
  if (allocation === null || regionOf(call, allocation) === null) throw notFound('host', text)
  return allocation
}

/** Who has the address; null: no host. The caller has awaited a read. */
export function hostAt(call: Call, address: Address): Allocation | null {
  const { reads } = call.app.store
  const { value } = address
  const network = reads.networkAt(DEFAULT_VRF_ID, address)
  const [occupant] = network === null ? [] : reads.occupants(network.id, value, value, 1)
  if (occupant?.kind !== 'allocation') return null
  return regionOf(call, occupant.allocation) === null ? null : occupant.allocation
}

/** In which it is a host; null: it is none, for where it lies or as a block. */
export function regionOf(call: Call, allocation: Allocation): Region | null {
  const { kind, vrfId, family, first: value } = allocation
  if (kind === 'block' || vrfId !== DEFAULT_VRF_ID) return null
  const network = call.app.store.reads.regions.regionAt({ family, value })
  return network !== null && isRegion(network) ? network : null
}

/** By its code or name, whatever the case of letters; null: nothing is called so. */
export function countryNamed(call: Call, text: string): Country | null {
  const name = text.toLowerCase()
  const countries = call.app.store.reads.regions.countries()
  return (
    countries.find(({ code }) => code.toLowerCase() === name) ??
    countries.find(country => country.name.toLowerCase() === name) ??
    null
  )
}

/** @throws ApiError 404 */
export function findCountry(call: Call, text: string): Country {
  const country = countryNamed(call, text)
  if (country === null) throw notFound('country', text)
  return country
}

export function isRegion(network: Network): network is Region {
  return network.region !== null
}
