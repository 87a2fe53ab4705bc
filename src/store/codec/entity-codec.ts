// Entities as compact arrays, inside stored outcomes. What was added to an entity later stands behind its other fields,
// and only when it is set: what an older program wrote stays readable, and the same thing is the same bytes in both.

import type {
  Allocation,
  AllocationStatus,
  Family,
  Network,
  PoolFacet,
  Vrf,
} from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import {
  encodeDetails,
  encodeRegion,
  encodeSubnet,
  readDetails,
  readRegion,
  readSubnet,
} from './facet-codec.js'
import type { Fields } from './fields.js'
import { strategies } from './name-codes.js'

const kinds = ['address', 'run', 'block'] as const satisfies readonly Allocation['kind'][]
const statuses = ['allocated', 'released', 'expired'] as const satisfies readonly AllocationStatus[]

/** As stored in rows and outcomes; never renumbered. */
export function kindCode(kind: Allocation['kind']): number {
  switch (kind) {
    case 'address':
      return 0
    case 'run':
      return 1
    case 'block':
      return 2
    default:
      return unreachable(kind, 'kind of allocation')
  }
}

export function statusCode(status: AllocationStatus): number {
  switch (status) {
    case 'allocated':
      return 0
    case 'released':
      return 1
    case 'expired':
      return 2
    default:
      return unreachable(status, 'status of an allocation')
  }
}

export function kindOf(code: number): Allocation['kind'] {
  const kind = kinds[code]
  if (kind === undefined) throw new Error(`A row has the unknown kind of allocation ${code}.`)
  return kind
}

export function statusOf(code: number): AllocationStatus {
  const status = statuses[code]
  if (status === undefined) throw new Error(`A row has the unknown status ${code}.`)
  return status
}

export function familyOf(value: number): Family {
  if (value !== 4 && value !== 6) throw new Error(`A row has the unknown address family ${value}.`)
  return value
}

export function encodeVrf(vrf: Vrf): unknown[] {
  return [vrf.id, vrf.name, vrf.description, vrf.createdMs, vrf.revision]
}

export function readVrf(fields: Fields): Vrf {
  return {
    id: fields.count(),
    name: fields.text(),
    description: fields.textOrNull(),
    createdMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeNetwork(network: Network): unknown[] {
  return [
    network.id,
    network.vrfId,
    network.family,
    network.first,
    network.prefixLength,
    network.description,
    network.tags,
    network.holdHours,
    network.createdMs,
    network.updatedMs,
    network.revision,
    ...encodeFacets(network),
  ]
}

/** The pool's fields; then, each in a list of its own, subnet and region, with null for one that is not there before one that is. */
function encodeFacets({ pool, subnet, region }: Network): unknown[] {
  const fields = pool === null ? [null] : encodePool(pool)
  if (region !== null) {
    return [...fields, subnet === null ? null : encodeSubnet(subnet), encodeRegion(region)]
  }
  if (subnet !== null) return [...fields, encodeSubnet(subnet)]
  return pool === null ? [] : fields
}

function encodePool(pool: PoolFacet): unknown[] {
  return [
    pool.id,
    pool.name,
    pool.description,
    strategies.codeOf(pool.strategy),
    pool.strategyRevision,
    pool.createdMs,
  ]
}

export function readNetwork(fields: Fields): Network {
  const network = {
    id: fields.count(),
    vrfId: fields.count(),
    family: familyOf(fields.number()),
    first: fields.bigint(),
    prefixLength: fields.count(),
    description: fields.textOrNull(),
    tags: fields.texts(),
    holdHours: fields.number(),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
  const pool = hasNext(fields) ? readPool(fields) : null
  const subnet = hasNext(fields) ? readSubnet(fields) : null
  return { ...network, pool, subnet, region: fields.more() ? readRegion(fields) : null }
}

/** Whether the next field is a facet. null is passed over. @throws when nothing stands behind it */
function hasNext(fields: Fields): boolean {
  if (!fields.more()) return false
  if (!fields.skipNull()) return true
  if (!fields.more()) fields.raw()
  return false
}

function readPool(fields: Fields): PoolFacet {
  return {
    id: fields.count(),
    name: fields.text(),
    description: fields.textOrNull(),
    strategy: strategies.nameOf(fields.count()),
    strategyRevision: fields.count(),
    createdMs: fields.number(),
  }
}

export function encodeAllocation(row: Allocation): unknown[] {
  return [
    row.id,
    row.networkId,
    row.vrfId,
    row.family,
    row.first,
    row.last,
    kindCode(row.kind),
    row.prefixLength,
    row.hostname,
    row.description,
    row.tags,
    statusCode(row.status),
    row.allocatedMs,
    row.expiresMs,
    row.releasedMs,
    row.heldUntilMs,
    row.revision,
    ...encodeLater(row),
  ]
}

function encodeLater({ blockId, owner, details }: Allocation): unknown[] {
  if (details !== null) return [blockId, owner, encodeDetails(details)]
  return blockId === null && owner === null ? [] : [blockId, owner]
}

export function readAllocation(fields: Fields): Allocation {
  const row = {
    id: fields.count(),
    networkId: fields.count(),
    vrfId: fields.count(),
    family: familyOf(fields.number()),
    first: fields.bigint(),
    last: fields.bigint(),
    kind: kindOf(fields.count()),
    prefixLength: fields.numberOrNull(),
    hostname: fields.textOrNull(),
    description: fields.textOrNull(),
    tags: fields.texts(),
    status: statusOf(fields.count()),
    allocatedMs: fields.number(),
    expiresMs: fields.numberOrNull(),
    releasedMs: fields.numberOrNull(),
    heldUntilMs: fields.numberOrNull(),
    revision: fields.count(),
  }
  if (!fields.more()) return { ...row, blockId: null, owner: null, details: null }
  const [blockId, owner] = [fields.numberOrNull(), fields.textOrNull()]
  return { ...row, blockId, owner, details: fields.more() ? readDetails(fields) : null }
}
