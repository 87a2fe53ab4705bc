// /api/subnets: the networks of the default VRF, as an office network team has them (document 004, 3).
import { Type } from '@sinclair/typebox'
import {
  DEFAULT_VRF_NAME,
  formatCidr,
  type Network,
  type NetworkStatistics,
  parseCidr,
  type UpdateSubnetCommand,
} from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { jsonWriter } from '../../json-writer.js'
import { ifMatchRevision } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { type Decided, expectNetwork, submit } from '../../submit.js'
import { findSubnet, noSuchSubnet, subnetToChange } from './address-subnets.js'
import { canonicalOrNull } from './address-text.js'
import { idOf, messageAnswer } from './answers.js'
import { listAnswer } from './ips.js'
import { IpPage, listedInSubnet } from './ips-schemas.js'
import { paginationOf } from './numbered-pages.js'
import { Message } from './schemas.js'
import { findSubnets } from './subnets-list.js'
import { presentSubnet, subnetText } from './subnets-presenter.js'
import * as schemas from './subnets-schemas.js'
import { validateSubnet } from './subnets-validate.js'

const tag = 'Subnets'
const PATH = '/api/subnets'
const one: readonly [string] = [`${PATH}/:id`]

const writePage = jsonWriter(schemas.SubnetPage)

const listSubnets = defineRoute({
  method: 'GET',
  paths: [PATH],
  id: 'listSubnets',
  tag,
  summary: 'List subnets',
  description: 'In the order of their addresses, a subnet before those inside it.',
  permission: 'read',
  reads: true,
  query: schemas.Listed,
  answers: { 200: { description: 'A page of them.', schema: schemas.SubnetPage } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { page, total } = await findSubnets(call, query)
    const { reads } = call.app.store
    // One that was deleted since it was found has no figures.
    const data = page.flatMap(network => {
      const figures = reads.statistics(network.id)
      return figures === null ? [] : [presentSubnet(network, figures)]
    })
    return { status: 200, body: writePage({ data, ...paginationOf(query, total) }) }
  },
})

const createSubnet = defineRoute({
  method: 'POST',
  paths: [PATH],
  id: 'createSubnet',
  tag,
  summary: 'Create a subnet',
  description:
    'Of a network that was made elsewhere and is no subnet yet one is made, and what is said here takes the place of what was said there.',
  permission: 'update',
  body: schemas.NewSubnet,
  answers: { 201: { description: 'The subnet.', schema: schemas.Subnet } },
  handle: async (call, { body }) => {
    const cidr = parseCidr(body.network)
    if ('reason' in cidr) throw invalid('network', body.network, cidr.reason)
    const command = {
      type: 'subnet.create',
      vrf: DEFAULT_VRF_NAME,
      cidr: formatCidr(cidr),
      description: body.description ?? null,
      tags: body.tags ?? [],
      subnet: {
        gateway: canonicalOrNull('gateway', body.gateway),
        vlanId: body.vlan_id ?? null,
        location: body.location || null,
        customFields: body.custom_fields ?? {},
      },
    } as const
    const decided = await submit(call, command, body)
    decided.headers.push('Location', `${PATH}/${expectNetwork(decided.result).id}`)
    return changedSubnet(call, decided, 201)
  },
})

const readSubnet = defineRoute({
  method: 'GET',
  paths: one,
  id: 'readSubnet',
  tag,
  summary: 'Read a subnet',
  description: 'Its ETag is for If-Match: its figures change without it.',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The subnet.', schema: schemas.Subnet } },
  handle: async call => {
    const id = idOf(call, noSuchSubnet)
    await call.awaitRead()
    return subnetAnswer(call, findSubnet(call, id), 200, [])
  },
})

const updateSubnet = defineRoute({
  method: 'PUT',
  paths: one,
  id: 'updateSubnet',
  tag,
  summary: 'Change a subnet',
  description: 'What is left out stays.',
  permission: 'update',
  conditional: true,
  body: schemas.SubnetChange,
  answers: { 200: { description: 'The subnet as it is now.', schema: schemas.Subnet } },
  handle: async (call, { body }) => {
    const [id, ifRevision] = [idOf(call, noSuchSubnet), ifMatchRevision(call)]
    const set = setOf(body)
    const network = await subnetToChange(call, id)
    if (body.network !== undefined && network !== null) refuseOther(network, body.network)
    const decided = await submit(call, { type: 'subnet.update', id, ifRevision, set }, body)
    return changedSubnet(call, decided, 200)
  },
})

/** @throws ApiError 422 */
function refuseOther(network: Network, text: string): void {
  const cidr = parseCidr(text)
  if ('reason' in cidr) throw invalid('network', text, cidr.reason)
  if (formatCidr(cidr) !== formatCidr(network))
    throw invalid('network', text, "a subnet's range is fixed: delete it and make another one")
}

function setOf(body: schemas.SaidOfSubnet): UpdateSubnetCommand['set'] {
  const { gateway, description, vlan_id, location, tags, custom_fields } = body
  return {
    ...(gateway === undefined ? {} : { gateway: canonicalOrNull('gateway', gateway) }),
    ...(description === undefined ? {} : { description }),
    ...(vlan_id === undefined ? {} : { vlanId: vlan_id }),
    ...(location === undefined ? {} : { location: location || null }),
    ...(tags === undefined ? {} : { tags: tags ?? [] }),
    ...(custom_fields === undefined ? {} : { customFields: custom_fields }),
  }
}

const deleteSubnet = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'deleteSubnet',
  tag,
  summary: 'Delete a subnet that has neither allocations nor reservations',
  description: 'Subnets inside it move up.',
  permission: 'update',
  conditional: true,
  answers: { 200: { description: 'It is gone.', schema: Message } },
  handle: async call => {
    const [id, ifRevision] = [idOf(call, noSuchSubnet), ifMatchRevision(call)]
    await subnetToChange(call, id)
    const { headers } = await submit(call, { type: 'network.delete', id, ifRevision }, null)
    return messageAnswer(call, { en: 'The subnet was deleted.', zh: '网段删除成功' }, headers)
  },
})

const listSubnetIps = defineRoute({
  method: 'GET',
  paths: [`${PATH}/:id/ips`],
  id: 'listSubnetIps',
  tag,
  summary: 'List the IP addresses of a subnet',
  description: 'As GET /api/ips does with its subnet_id.',
  permission: 'read',
  reads: true,
  query: Type.Object(listedInSubnet),
  answers: { 200: { description: 'A page of them.', schema: IpPage } },
  handle: async (call, { query }) => {
    const id = idOf(call, noSuchSubnet)
    await call.awaitRead()
    return listAnswer(call, query, findSubnet(call, id))
  },
})

/** As a command has left it. */
function changedSubnet(call: Call, { result, headers }: Decided, status: number): Answer {
  return subnetAnswer(call, expectNetwork(result), status, headers)
}

function subnetAnswer(call: Call, network: Network, status: number, headers: string[]): Answer {
  const figures = call.app.store.reads.statistics(network.id) ?? noFigures(network.id)
  headers.push('ETag', `"${network.revision}"`)
  return { status, body: subnetText(network, figures), headers }
}

/** Of a subnet that is gone again by the time that the first answer is given once more. */
function noFigures(networkId: number): NetworkStatistics {
  const counts = { total: 0n, allocated: 0n, reserved: 0n, available: 0n }
  return { networkId, ...counts, firstAvailable: null, lastAllocated: null }
}

/** Names in a path before what could be an id. */
export const subnetRoutes: readonly Route[] = [
  listSubnets,
  validateSubnet,
  createSubnet,
  readSubnet,
  updateSubnet,
  deleteSubnet,
  listSubnetIps,
]
