// One allocation as a row, in the order of ALLOCATION_COLUMNS.
import { type Allocation, addressToBytes, bytesToAddress } from '../../ledger/index.js'
import { familyOf, kindCode, kindOf, statusCode, statusOf } from '../codec/entity-codec.js'
import { type DetailsRaw, detailsOf, detailsToRaw } from './details-columns.js'
import { tagsToText, textToTags } from './tags-text.js'

export const ALLOCATION_COLUMNS = `id, network_id, vrf_id, family, first, last, kind, prefix_length,
  hostname, description, tags, status, allocated_ms, expires_ms, released_ms, held_until_ms, revision,
  block_id, owner, mac, former_macs, details`

export type AllocationRaw = [
  id: number,
  networkId: number,
  vrfId: number,
  family: number,
  first: Uint8Array,
  last: Uint8Array,
  kind: number,
  prefixLength: number | null,
  hostname: string | null,
  description: string | null,
  tags: string,
  status: number,
  allocatedMs: number,
  expiresMs: number | null,
  releasedMs: number | null,
  heldUntilMs: number | null,
  revision: number,
  blockId: number | null,
  owner: string | null,
  ...details: DetailsRaw,
]

export function allocationToRaw(row: Allocation): AllocationRaw {
  const first = addressToBytes(row.first)
  return [
    row.id,
    row.networkId,
    row.vrfId,
    row.family,
    first,
    row.last === row.first ? first : addressToBytes(row.last),
    kindCode(row.kind),
    row.prefixLength,
    row.hostname,
    row.description,
    tagsToText(row.tags),
    statusCode(row.status),
    row.allocatedMs,
    row.expiresMs,
    row.releasedMs,
    row.heldUntilMs,
    row.revision,
    row.blockId,
    row.owner,
    ...detailsToRaw(row.details),
  ]
}

export function allocationOf(raw: AllocationRaw): Allocation {
  return {
    id: raw[0],
    networkId: raw[1],
    vrfId: raw[2],
    family: familyOf(raw[3]),
    first: bytesToAddress(raw[4]),
    last: bytesToAddress(raw[5]),
    kind: kindOf(raw[6]),
    prefixLength: raw[7],
    blockId: raw[17],
    hostname: raw[8],
    description: raw[9],
    owner: raw[18],
    tags: textToTags(raw[10]),
    details: detailsOf(raw[19], raw[20], raw[21]),
    status: statusOf(raw[11]),
    allocatedMs: raw[12],
    expiresMs: raw[13],
    releasedMs: raw[14],
    heldUntilMs: raw[15],
    revision: raw[16],
  }
}
