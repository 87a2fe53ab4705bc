// /api/ips: addresses listed, searched, read one by one, and their history (document 004, 2).
import { Type } from '@sinclair/typebox'
import { type Network, usableRange } from '../../../ledger/index.js'
import type { SearchField } from '../../../store/index.js'
import { ApiError, invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { withSignal } from '../../call-signal.js'
import { jsonWriter } from '../../json-writer.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { presentFree, presentTaken, revisionOf } from './address-presenter.js'
import { findSubnet, subnetAt } from './address-subnets.js'
import { addressOf, spelled } from './address-text.js'
import { readAnswer } from './answers.js'
import { presentHistory } from './ips-history.js'
import { type AskedAddresses, findAddresses } from './ips-list.js'
import * as schemas from './ips-schemas.js'
import { numberedPage, type PageAsked, paginationOf, windowOf } from './numbered-pages.js'

export const IPS_TAG = 'IP addresses'
export const IPS_PATH = '/api/ips'
export const oneIp = `${IPS_PATH}/:ip_address`

const writePage = jsonWriter(schemas.IpPage)
const writeHistory = jsonWriter(schemas.IpHistory)

const pageAnswer = { 200: { description: 'A page of them.', schema: schemas.IpPage } }

const listIps = defineRoute({
  method: 'GET',
  paths: [IPS_PATH],
  id: 'listIps',
  tag: IPS_TAG,
  summary: 'List IP addresses',
  description:
    'What takes up addresses, a run or block as one entry: allocations, gateways, reservations and what is kept back. With a `subnet_id` and neither `status` nor `search`, every address of the subnet, free ones too, which come last when the list is sorted by anything but addresses. With the status `available`, free addresses, subnet by subnet. `allocated` has conflicts, too.',
  permission: 'read',
  reads: true,
  query: schemas.Listed,
  answers: pageAnswer,
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { subnet_id: id } = query
    return listAnswer(call, query, id === undefined ? null : findSubnet(call, id))
  },
})

/** @param subnet null: of all */
export function listAnswer(
  call: Call,
  query: Omit<schemas.ListedQuery, 'subnet_id'>,
  subnet: Network | null,
): Promise<Answer> {
  return answerPage(call, query, {
    ...windowOf(query),
    subnet,
    status: query.status ?? null,
    text: wordsOf(query.search),
    textName: 'search',
    fields: [],
    tags: [],
    order: query.sort ?? 'ip_address',
    descending: query.order === 'desc',
  })
}

async function answerPage(call: Call, page: PageAsked, asked: AskedAddresses): Promise<Answer> {
  const { shown, total, totalIsExact } = await findAddresses(call, asked)
  const body = writePage({ data: shown, ...paginationOf(page, total, totalIsExact) })
  return { status: 200, body }
}

const searchIps = defineRoute({
  method: 'GET',
  paths: [`${IPS_PATH}/search`],
  id: 'searchIps',
  tag: IPS_TAG,
  summary: 'Search what takes up IP addresses',
  description: 'Whatever the case of letters.',
  permission: 'read',
  limit: 'search',
  reads: true,
  query: schemas.Searched,
  answers: pageAnswer,
  handle: async (call, { query }) => {
    const fields = fieldsOf(query.fields)
    await call.awaitRead()
    const { subnet_id: id } = query
    return answerPage(call, query, {
      ...windowOf(query),
      subnet: id === undefined ? null : findSubnet(call, id),
      status: query.status ?? null,
      text: wordsOf(query.q),
      textName: 'q',
      fields,
      tags: listed(query.tags),
      order: 'ip_address',
      descending: false,
    })
  },
})

const searchFields: readonly SearchField[] = [
  'ip_address',
  'hostname',
  'mac_address',
  'description',
]

/** @throws ApiError 422 */
function fieldsOf(text: string | undefined): SearchField[] {
  return listed(text).map(name => {
    const field = searchFields.find(known => known === name)
    if (field !== undefined) return field
    throw invalid('fields', name, `it must be one of ${searchFields.join(', ')}`)
  })
}

export function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
}

/** null: there is no word in it. */
export function wordsOf(text: string | undefined): string | null {
  const words = (text ?? '').trim()
  return words === '' ? null : words
}

const readIp = defineRoute({
  method: 'GET',
  paths: [oneIp],
  id: 'readIp',
  tag: IPS_TAG,
  summary: 'Read an IP address',
  description: 'A free address has no ETag.',
  permission: 'read',
  reads: true,
  tagged: true,
  answers: { 200: { description: 'It, as it is in its subnet.', schema: schemas.IpAddress } },
  handle: async call => {
    const address = addressOf(call)
    await call.awaitRead()
    const subnet = subnetAt(call, address)
    const { reads } = call.app.store
    const [occupant] = reads.occupants(subnet.id, address.value, address.value, 1)
    if (occupant !== undefined)
      return readAnswer(
        call,
        { revision: revisionOf(occupant) },
        presentTaken(reads, occupant, address.value),
      )
    const usable = usableRange(subnet)
    if (address.value < usable.first || address.value > usable.last)
      throw new ApiError(
        404,
        'ip-not-usable',
        `Address ${spelled(address)} cannot be used in subnet ${subnet.id}.`,
      )
    return { status: 200, body: JSON.stringify(presentFree(subnet, address.value)) }
  },
})

const readIpHistory = defineRoute({
  method: 'GET',
  paths: [`${oneIp}/history`],
  id: 'readIpHistory',
  tag: IPS_TAG,
  summary: 'Read what became of an IP address, the newest first',
  description:
    'Actions: allocate, update, renew, move, release, expire, free (no longer kept back), reserve, convert (a reservation to an allocation), gateway (of its subnet, which was made or changed). What changed stands in old_values and new_values.',
  permission: 'read',
  reads: true,
  query: Type.Object(numberedPage),
  answers: { 200: { description: 'A page of it.', schema: schemas.IpHistory } },
  handle: async (call, { query }) => {
    const address = addressOf(call)
    await call.awaitRead()
    subnetAt(call, address)
    const { finder } = call.app.store
    const asked = { ...anyChange, address, ...windowOf(query) }
    const { rows, total, totalIsExact } = await withSignal(call, signal =>
      finder.changes(asked, signal),
    )
    const data = rows.map(presentHistory)
    return {
      status: 200,
      body: writeHistory({ data, ...paginationOf(query, total, totalIsExact) }),
    }
  },
})

const anyChange = {
  userId: null,
  actions: null,
  entities: ['allocation', 'reservation', 'network'],
  fromMs: null,
  beforeMs: null,
} as const

/** Names in a path before what could be an address. */
export const ipRoutes: readonly Route[] = [listIps, searchIps, readIp, readIpHistory]
