// /ipam/hosts: listed, read one by one and many at once, and what people say of them.
import {
  type Address,
  type AddressRange,
  type Allocation,
  explainAddress,
  formatAddress,
  networkRange,
  parseAddress,
} from '../../../ledger/index.js'
import type { HostQuery } from '../../../store/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { withSignal } from '../../call-signal.js'
import { Refused } from '../../fail.js'
import { jsonWriter } from '../../json-writer.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { etag } from './answers.js'
import { addComment, commentsAnswer } from './comments.js'
import { sum } from './dashboard.js'
import { ErrorBody } from './envelope.js'
import { findHost, findRegion, hostAt, notFound, regionOf, requireId } from './found.js'
import { hostText, presentHosts } from './host-presenter.js'
import * as schemas from './host-schemas.js'
import { paginationOf, windowOf } from './pages.js'
import { at } from './paths.js'
import { octetsOf } from './region-presenter.js'
import { CommentPage, Comment as CommentSchema, Comments, NewComment } from './region-schemas.js'
import { regionTotals } from './totals.js'
import { idOf } from './uuids.js'

export const HOSTS_TAG = 'Hosts'
const tag = HOSTS_TAG

const writePage = jsonWriter(schemas.HostPage)
const writeLooked = jsonWriter(schemas.Looked)
const writeNext = jsonWriter(schemas.NextHost)

const anything: Omit<HostQuery, 'skip' | 'limit'> = {
  ranges: [],
  beginning: null,
  hostname: null,
  deviceType: null,
  owner: null,
  tags: [],
  anyTag: false,
  fromMs: null,
  beforeMs: null,
  order: 'created_at',
  descending: true,
  total: null,
}

const listHosts = defineRoute({
  method: 'GET',
  paths: at('/hosts'),
  id: 'ipamListHosts',
  tag,
  summary: 'List hosts',
  description: 'The newest first. All conditions are to hold.',
  permission: 'read',
  reads: true,
  query: schemas.Listed,
  answers: { 200: { description: 'A page of them.', schema: schemas.HostPage } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { region_id: regionId, status = 'Active' } = query
    const ranges = regionId === undefined ? [] : rangesOf(call, regionId)
    const asked: HostQuery = {
      ...anything,
      ...windowOf(query),
      ranges,
      hostname: query.hostname || null,
      deviceType: query.device_type || null,
      owner: query.owner || null,
    }
    // Memory knows how many there are in all.
    const isAny = ranges.length === 0 && !asked.hostname && !asked.deviceType && !asked.owner
    const hostCount = isAny ? sum(regionTotals(call).hosts) : null
    const isNone = status !== 'Active' || (regionId !== undefined && ranges.length === 0)
    const { rows, total, totalIsExact } = isNone
      ? { rows: [], total: 0, totalIsExact: true }
      : await withSignal(call, signal =>
          call.app.store.finder.hosts({ ...asked, total: hostCount }, signal),
        )
    const body = writePage({
      results: presentHosts(call, rows),
      pagination: paginationOf(query, total),
      ...(totalIsExact ? {} : { total_is_minimum: true }),
    })
    return { status: 200, body }
  },
})

/** Of the region; none where there is no such region. */
function rangesOf(call: Call, regionId: string): AddressRange[] {
  const id = idOf(call, 'region', regionId)
  const network = id === null ? null : call.app.store.reads.network(id)
  return network === null || network.region === null ? [] : [networkRange(network)]
}

const previewNext = defineRoute({
  method: 'GET',
  paths: at('/hosts/preview-next'),
  id: 'ipamPreviewNextHost',
  tag,
  summary: 'Which address of a region a host would get next',
  permission: 'read',
  reads: true,
  query: schemas.OfRegion,
  answers: {
    200: { description: 'The address. Nothing is kept for anybody.', schema: schemas.NextHost },
    409: { description: 'The region has no free address, or is Reserved.', schema: ErrorBody },
  },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { id, region } = findRegion(call, query.region_id)
    if (region.status === 'Reserved')
      throw new Refused({ code: 'region-reserved', id, name: region.name })
    const address = call.app.store.reads.regions.nextHost(id)
    if (address === null)
      throw new Refused({ code: 'no-space', networkId: id, wanted: '1', free: '0' })
    const { x, y, z } = octetsOf({ first: address.value })
    const body = writeNext({
      region_id: query.region_id,
      ip_address: formatAddress(address.family, address.value),
      x_octet: x,
      y_octet: y,
      z_octet: z,
    })
    return { status: 200, body }
  },
})

const readByIp = defineRoute({
  method: 'GET',
  paths: at('/hosts/by-ip/:ip_address'),
  id: 'ipamReadHostByIp',
  tag,
  summary: 'Read the host that has an address',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The host.', schema: schemas.Host } },
  handle: async call => {
    const text = call.param('ip_address')
    const address = addressOf('ip_address', text)
    await call.awaitRead()
    const host = hostAt(call, address)
    if (host === null) throw notFound('host', text)
    return hostAnswer(call, host)
  },
})

const readHost = defineRoute({
  method: 'GET',
  paths: at('/hosts/:id'),
  id: 'ipamReadHost',
  tag,
  summary: 'Read a host',
  description: 'Its ETag is for If-Match: what is said of its region changes without it.',
  permission: 'read',
  reads: true,
  tagged: false,
  answers: { 200: { description: 'The host.', schema: schemas.Host } },
  handle: async call => {
    await call.awaitRead()
    return hostAnswer(call, findHost(call, call.param('id')))
  },
})

const lookup = defineRoute({
  method: 'POST',
  paths: at('/hosts/bulk-lookup'),
  id: 'ipamLookUpHosts',
  tag,
  summary: 'Read many hosts, by their ids or addresses',
  permission: 'read',
  body: schemas.Lookup,
  answers: {
    200: { description: 'Those that there are, in the order asked.', schema: schemas.Looked },
  },
  handle: async (call, { body }) => {
    const { host_ids: ids, ip_addresses: ips } = body
    if ((ids === undefined) === (ips === undefined))
      throw invalid('host_ids', ids ?? null, 'it or ip_addresses says which hosts, one of them')
    const addresses = (ips ?? []).map((ip, n) => addressOf(`ip_addresses[${n}]`, ip))
    await call.awaitRead()
    const found = ids?.map(id => liveHost(call, id)) ?? addresses.map(ip => hostAt(call, ip))
    const asked = ids ?? ips ?? []
    const hosts = found.filter(host => host !== null)
    const missing = asked.filter((_text, n) => found[n] === null)
    const shown = { results: presentHosts(call, hosts), not_found: missing }
    return { status: 200, body: writeLooked(shown) }
  },
})

function liveHost(call: Call, text: string): Allocation | null {
  const id = idOf(call, 'host', text)
  const allocation = id === null ? null : call.app.store.reads.allocation(id)
  if (allocation?.status !== 'allocated') return null
  return regionOf(call, allocation) === null ? null : allocation
}

/** @throws ApiError 400 */
export function addressOf(field: string, text: string): Address {
  const address = parseAddress(text)
  if (address === null) throw invalid(field, text, explainAddress(text) ?? 'it is no address')
  return address
}

const listComments = defineRoute({
  method: 'GET',
  paths: at('/hosts/:id/comments'),
  id: 'ipamListHostComments',
  tag,
  summary: 'What people say of a host',
  description: 'The newest first.',
  permission: 'read',
  reads: true,
  query: Comments,
  answers: { 200: { description: 'A page of it.', schema: CommentPage } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { id: resourceId } = findHost(call, call.param('id'))
    return commentsAnswer(call, { resourceType: 'host', resourceId }, query)
  },
})

const createComment = defineRoute({
  method: 'POST',
  paths: at('/hosts/:id/comments'),
  id: 'ipamCommentOnHost',
  tag,
  summary: 'Say something of a host',
  permission: 'update',
  body: NewComment,
  answers: { 201: { description: 'The comment.', schema: CommentSchema } },
  handle: (call, { body }) => {
    const resourceId = requireId(call, 'host', call.param('id'))
    return addComment(call, { resourceType: 'host', resourceId }, body)
  },
})

function hostAnswer(call: Call, host: Allocation): Answer {
  const [shown] = presentHosts(call, [host])
  if (shown === undefined) throw notFound('host', call.param('id'))
  return { status: 200, body: hostText(shown), headers: etag(host) }
}

/** Names in a path before what could be an id. */
export const hostReadRoutes: readonly Route[] = [
  listHosts,
  previewNext,
  readByIp,
  lookup,
  readHost,
  listComments,
  createComment,
]
