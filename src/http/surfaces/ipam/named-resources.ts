// Countries, regions and hosts as clients name them: a country by its code (or, when they ask, its name), the others by their UUIDs.
import { type TSchema, Type } from '@sinclair/typebox'
import type { Country, ResourceType } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { countryNamed, notFound } from './found.js'
import { IPAM_PATH } from './paths.js'
import { idOf, uuidOf } from './uuids.js'

export const RESOURCE_ID_CHARS_MAX = 100

export const resourceType = Type.Unsafe<ResourceType>(
  Type.String({ enum: ['country', 'region', 'host'] }),
)

export const resourceId = Type.String({
  minLength: 1,
  maxLength: RESOURCE_ID_CHARS_MAX,
  description: "A region's or host's UUID, a country's code or name.",
  examples: ['US'],
})

/** null: a country that is there no more. */
export const shownResourceId = Type.String({ nullable: true }) as TSchema

/** For a country of the state as it is now: the caller has awaited it. @returns null when the text can name nothing of the kind */
export function resourceIdOf(call: Call, type: ResourceType, text: string): number | null {
  return type === 'country' ? (countryNamed(call, text)?.id ?? null) : idOf(call, type, text)
}

/** @throws ApiError 404 */
export function requireResourceId(call: Call, type: ResourceType, text: string): number {
  const id = resourceIdOf(call, type, text)
  if (id === null) throw notFound(type, text)
  return id
}

/** @returns null of a country that is there no more */
export function resourceName(call: Call, type: ResourceType, id: number): string | null {
  return type === 'country' ? (countryOfId(call, id)?.code ?? null) : uuidOf(call, type, id)
}

const collections = { country: 'countries', region: 'regions', host: 'hosts' } as const

/** Path of the resource on this surface. */
export function resourceLink(call: Call, type: ResourceType, id: number): string | null {
  const name = resourceName(call, type, id)
  return name === null ? null : `${IPAM_PATH}/${collections[type]}/${name}`
}

export function countryOfId({ app }: Call, id: number): Country | null {
  return app.store.reads.regions.countries().find(country => country.id === id) ?? null
}
