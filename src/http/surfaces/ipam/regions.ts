// /ipam/regions: networks 10.X.Y.0/24 with the facet (CONTRACT.md I-1 to I-3).
import {
  type CreateRegionCommand,
  formatCidr,
  parseCidr,
  type RegionFacts,
  type UpdateRegionCommand,
} from '../../../ledger/index.js'
import { ApiError, invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { Refused } from '../../fail.js'
import { jsonWriter } from '../../json-writer.js'
import { percentTenths } from '../../percent.js'
import { ifMatchRevision } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { type Decided, expectNetwork, resultOf, submit } from '../../submit.js'
import { changed, etag } from './answers.js'
import { addComment, commentsAnswer } from './comments.js'
import { ErrorBody } from './envelope.js'
import { findCountry, findRegion, isRegion, requireId } from './found.js'
import { missing } from './missing.js'
import { paginationOf } from './pages.js'
import { at, IPAM_PATH } from './paths.js'
import { CAPACITY, figuresOf, octetsOf, presentRegion, regionText } from './region-presenter.js'
import * as schemas from './region-schemas.js'
import { findRegions } from './regions-list.js'
import { type TagMap, tagListOf } from './tag-map.js'
import { regionTotals } from './totals.js'
import { uuidOf } from './uuids.js'

const tag = 'Regions'
const one = at('/regions/:id')

const writePage = jsonWriter(schemas.RegionPage)
const writeNext = jsonWriter(schemas.NextRegion)
const writeUtilization = jsonWriter(schemas.RegionUtilization)
const writeRetired = jsonWriter(schemas.Retired)

const listRegions = defineRoute({
  method: 'GET',
  paths: at('/regions'),
  id: 'ipamListRegions',
  tag,
  summary: 'List regions',
  description: 'The newest first. All conditions are to hold.',
  permission: 'read',
  reads: true,
  query: schemas.Listed,
  answers: { 200: { description: 'A page of them.', schema: schemas.RegionPage } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { page, total } = await findRegions(call, query)
    const results = page.map(network => presentRegion(call, network))
    return { status: 200, body: writePage({ results, pagination: paginationOf(query, total) }) }
  },
})

const createRegion = defineRoute({
  method: 'POST',
  paths: at('/regions'),
  id: 'ipamCreateRegion',
  tag,
  summary: 'Create a region',
  description:
    'At the lowest free range of a country, by its name or code, or where `cidr` or both octets say. Of a network that is there already it makes a region.',
  permission: 'allocate',
  body: schemas.NewRegion,
  answers: { 201: { description: 'The region.', schema: schemas.Region } },
  handle: async (call, { body }) => {
    await requireOneCountry(call, body)
    const command = { type: 'region.create', place: placeOf(body), region: factsOf(body) } as const
    return regionAnswer(call, await submit(call, command, body), 201)
  },
})

type PlaceAsked = {
  readonly country?: string
  readonly country_code?: string
  readonly cidr?: string
  readonly x_octet?: number
  readonly y_octet?: number
}

/** Both fields may name the country, as long as it is one. @throws ApiError 400, 404 */
async function requireOneCountry(call: Call, asked: PlaceAsked): Promise<void> {
  const { country, country_code: code } = asked
  if (country === undefined || code === undefined) return
  await call.awaitNewest()
  if (findCountry(call, country).code !== findCountry(call, code).code)
    throw invalid('country_code', code, 'it must name the same country as `country`')
}

/** @throws ApiError 400 */
function placeOf(body: PlaceAsked): CreateRegionCommand['place'] {
  const { country = body.country_code, cidr, x_octet: x, y_octet: y } = body
  const octets = x === undefined && y === undefined ? undefined : octetPlace(x, y)
  const places = [country, cidr, octets].filter(place => place !== undefined)
  if (places.length !== 1)
    throw invalid('country', country ?? null, 'it, cidr or both octets say where, one of them')
  if (country !== undefined) return { country: codeOr(country) }
  return cidr === undefined ? { cidr: octets ?? '' } : { cidr: canonical(cidr) }
}

/** Codes are written in capital letters. */
function codeOr(country: string): string {
  return country.length === 2 ? country.toUpperCase() : country
}

/** @throws ApiError 400 */
function octetPlace(x: number | undefined, y: number | undefined): string {
  if (x === undefined) throw missing('x_octet', 'y_octet alone is no place')
  if (y === undefined) throw missing('y_octet', 'x_octet alone is no place')
  return `10.${x}.${y}.0/24`
}

/** @throws ApiError 400 */
function canonical(text: string): string {
  const cidr = parseCidr(text)
  if ('reason' in cidr) throw invalid('cidr', text, cidr.reason)
  return formatCidr(cidr)
}

export type RegionSaid = {
  readonly region_name: string
  readonly description?: string | null
  readonly owner?: string | null
  readonly tags?: TagMap
}

export function factsOf(body: RegionSaid): RegionFacts {
  return {
    name: body.region_name,
    owner: body.owner || null,
    description: body.description || null,
    tags: tagListOf(body.tags ?? {}),
  }
}

const previewNext = defineRoute({
  method: 'GET',
  paths: at('/regions/preview-next'),
  id: 'ipamPreviewNextRegion',
  tag,
  summary: 'Which region a country would get next',
  permission: 'read',
  reads: true,
  query: schemas.OfCountry,
  answers: {
    200: { description: 'Its range. Nothing is kept for anybody.', schema: schemas.NextRegion },
    409: { description: 'The country has no free range.', schema: ErrorBody },
  },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { name, code, xFirst, xLast } = findCountry(call, query.country)
    const cidr = call.app.store.reads.regions.nextRegion(code)
    if (cidr === null) {
      const made = regionTotals(call).regions.slice(xFirst, xLast + 1)
      const regions = made.reduce((sum, count) => sum + count, 0)
      throw new Refused({ code: 'country-exhausted', country: code, regions })
    }
    const { x, y } = octetsOf(cidr)
    const place = { cidr: formatCidr(cidr), x_octet: x, y_octet: y }
    return { status: 200, body: writeNext({ country: name, country_code: code, ...place }) }
  },
})

const readRegion = defineRoute({
  method: 'GET',
  paths: one,
  id: 'ipamReadRegion',
  tag,
  summary: 'Read a region',
  description: 'Its ETag is for If-Match: its figures change without it.',
  permission: 'read',
  reads: true,
  tagged: false,
  answers: { 200: { description: 'The region.', schema: schemas.Region } },
  handle: async call => {
    await call.awaitRead()
    const region = findRegion(call, call.param('id'))
    return { status: 200, body: regionText(call, region), headers: etag(region) }
  },
})

const readUtilization = defineRoute({
  method: 'GET',
  paths: at('/regions/:id/utilization'),
  id: 'ipamReadRegionUtilization',
  tag,
  summary: 'How many addresses of a region are in use',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'Its figures.', schema: schemas.RegionUtilization } },
  handle: async call => {
    await call.awaitRead()
    const network = findRegion(call, call.param('id'))
    const { hosts, allocated, available } = figuresOf(call, network.id)
    const shown = {
      region_id: uuidOf(call, 'region', network.id),
      region_name: network.region.name,
      cidr: formatCidr(network),
      capacity: CAPACITY,
      allocated,
      available,
      host_count: hosts,
      utilization_percentage: percentTenths(BigInt(allocated), BigInt(CAPACITY)),
    }
    return { status: 200, body: writeUtilization(shown) }
  },
})

const updateRegion = defineRoute({
  method: 'PATCH',
  paths: one,
  id: 'ipamUpdateRegion',
  tag,
  summary: 'Change a region',
  description: 'What is left out stays; `tags` takes the place of all that it had.',
  permission: 'update',
  conditional: true,
  body: schemas.RegionChange,
  answers: { 200: { description: 'The region as it is now.', schema: schemas.Region } },
  handle: async (call, { body }) => {
    const set = {
      ...(body.region_name === undefined ? {} : { name: body.region_name }),
      ...(body.owner === undefined ? {} : { owner: body.owner || null }),
      ...(body.status === undefined ? {} : { status: statusOf(body.status) }),
      ...(body.description === undefined ? {} : { description: body.description || null }),
      ...(body.tags === undefined ? {} : { tags: tagListOf(body.tags) }),
    }
    const id = requireId(call, 'region', call.param('id'))
    const ifRevision = ifMatchRevision(call)
    return regionAnswer(
      call,
      await submit(call, { type: 'region.update', id, ifRevision, set }, body),
      200,
    )
  },
})

/** The schema lets no other one through. */
function statusOf(text: string): NonNullable<UpdateRegionCommand['set']['status']> {
  return text === 'Reserved' ? 'Reserved' : 'Active'
}

const retireRegion = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'ipamRetireRegion',
  tag,
  summary: 'Retire a region',
  description:
    'Its network is deleted on every surface; networks inside it move up. With hosts or reservations in it only by `cascade`.',
  permission: 'release',
  conditional: true,
  query: schemas.Retirement,
  answers: { 200: { description: 'It is gone.', schema: schemas.Retired } },
  handle: async (call, { query }) => {
    const { reason, cascade = false } = query
    const id = requireId(call, 'region', call.param('id'))
    const ifRevision = ifMatchRevision(call)
    const command = { type: 'region.retire', id, ifRevision, cascade, reason } as const
    const { result, headers } = await submit(call, command, query).catch(withWayOut)
    const { hosts } = resultOf(result, 'region-retired')
    const body = writeRetired({
      status: 'success',
      message: 'The region was retired.',
      region_id: uuidOf(call, 'region', id),
      cascade,
      hosts_retired: hosts,
    })
    return { status: 200, body, headers }
  },
})

/** What is in use, and what only this surface has against it. @throws ApiError 409, or the error */
function withWayOut(error: unknown): never {
  if (!(error instanceof Refused) || error.refusal.code !== 'network-in-use') throw error
  const { allocations, reservations = 0 } = error.refusal
  const message = `The region is in use (allocations: ${allocations}, reservations: ${reservations}); release them first, or say cascade=true.`
  throw new ApiError(409, 'network-in-use', message, { allocations, reservations }, error.headers)
}

const listComments = defineRoute({
  method: 'GET',
  paths: at('/regions/:id/comments'),
  id: 'ipamListRegionComments',
  tag,
  summary: 'What people say of a region',
  description: 'The newest first.',
  permission: 'read',
  reads: true,
  query: schemas.Comments,
  answers: { 200: { description: 'A page of it.', schema: schemas.CommentPage } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { id: resourceId } = findRegion(call, call.param('id'))
    return commentsAnswer(call, { resourceType: 'region', resourceId }, query)
  },
})

const createComment = defineRoute({
  method: 'POST',
  paths: at('/regions/:id/comments'),
  id: 'ipamCommentOnRegion',
  tag,
  summary: 'Say something of a region',
  permission: 'update',
  body: schemas.NewComment,
  answers: { 201: { description: 'The comment.', schema: schemas.Comment } },
  handle: (call, { body }) => {
    const resourceId = requireId(call, 'region', call.param('id'))
    return addComment(call, { resourceType: 'region', resourceId }, body)
  },
})

function regionAnswer(call: Call, decided: Decided, status: 200 | 201): Answer {
  const network = expectNetwork(decided.result)
  if (!isRegion(network)) throw new Error('The ledger made or changed a region that is none.')
  const place = `${IPAM_PATH}/regions/${uuidOf(call, 'region', network.id)}`
  return changed(decided, network, regionText(call, network), status === 201 ? place : undefined)
}

/** Names in a path before what could be an id. */
export const regionRoutes: readonly Route[] = [
  listRegions,
  createRegion,
  previewNext,
  readRegion,
  updateRegion,
  retireRegion,
  readUtilization,
  listComments,
  createComment,
]
