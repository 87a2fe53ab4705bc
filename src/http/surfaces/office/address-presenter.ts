// Addresses as document 004 shows them: whoever has one, or nobody.
import {
  type AddressRange,
  type Allocation,
  formatAddress,
  type Network,
  type Reservation,
} from '../../../ledger/index.js'
import { type Occupant, type Reads, rangeOfOccupant } from '../../../store/index.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import type { Status } from './ips-schemas.js'

/** When an entity was written last: history says it as long as it is kept. */
type Times = Pick<Reads, 'revisionTimeMs'>

/** In the document's order. Which address, where, and what of it, everyone says who takes this. */
const nothing = {
  id: null as number | null,
  ip_address: '',
  subnet_id: 0 as number | null,
  status: 'available' as Status,
  mac_address: null as string | null,
  hostname: null as string | null,
  device_type: null as string | null,
  location: null as string | null,
  assigned_to: null as string | null,
  description: null as string | null,
  allocated_at: null as string | null,
  allocated_by: null as number | null,
  tags: [] as readonly string[],
  custom_fields: {},
}

export function presentFree(network: Network, address: bigint) {
  const madeAt = timestamp(network.createdMs)
  return {
    ...nothing,
    ip_address: formatAddress(network.family, address),
    subnet_id: network.id,
    status: 'available' as Status,
    created_at: madeAt,
    updated_at: madeAt,
  }
}

/** What has an address or several, as one entry. */
export function presentOccupant(reads: Times, occupant: Occupant) {
  switch (occupant.kind) {
    case 'allocation': {
      const { family, first, last } = occupant.allocation
      const shown = presentClaim(reads, occupant.allocation, first)
      return first === last ? shown : { ...shown, end_ip_address: formatAddress(family, last) }
    }
    case 'hold': {
      const { family, first, last } = occupant.allocation
      const shown = presentHold(occupant.allocation, first)
      return first === last ? shown : { ...shown, end_ip_address: formatAddress(family, last) }
    }
    case 'reservation':
      return presentReserved(reads, occupant.reservation, rangeOfOccupant(occupant))
    case 'gateway':
      return presentGateway(occupant.network, occupant.address)
  }
}

/** One address of what it has. */
export function presentTaken(reads: Times, occupant: Occupant, address: bigint) {
  if (occupant.kind === 'allocation') return presentClaim(reads, occupant.allocation, address)
  if (occupant.kind === 'hold') return presentHold(occupant.allocation, address)
  if (occupant.kind === 'reservation') {
    return presentReservation(reads, occupant.reservation, address)
  }
  return presentOccupant(reads, occupant)
}

export function statusOf(occupant: Occupant): Exclude<Status, 'available'> {
  switch (occupant.kind) {
    case 'hold':
    case 'reservation':
      return 'reserved'
    case 'gateway':
      return 'allocated'
    case 'allocation':
      return isConflict(occupant.allocation) ? 'conflict' : 'allocated'
  }
}

/** Its ETag. */
export function revisionOf(occupant: Occupant): number {
  if (occupant.kind === 'gateway') return occupant.network.revision
  return occupant.kind === 'reservation'
    ? occupant.reservation.revision
    : occupant.allocation.revision
}

export function isConflict({ details }: Allocation): boolean {
  return details !== null && details.formerMacs.length > 0
}

function presentClaim(reads: Times, allocation: Allocation, address: bigint) {
  const { details, expiresMs, allocatedMs, revision } = allocation
  const former = details?.formerMacs ?? []
  return {
    id: allocation.id,
    ip_address: formatAddress(allocation.family, address),
    subnet_id: allocation.networkId,
    status: statusOf({ kind: 'allocation', allocation }) as Status,
    mac_address: details?.mac ?? null,
    hostname: allocation.hostname,
    device_type: details?.deviceType ?? null,
    location: details?.location ?? null,
    assigned_to: allocation.owner,
    description: allocation.description,
    allocated_at: timestampOrNull(allocatedMs),
    allocated_by: details?.allocatedBy ?? null,
    tags: allocation.tags,
    custom_fields: details?.customFields ?? {},
    created_at: timestamp(allocatedMs),
    updated_at: timestamp(reads.revisionTimeMs(revision) ?? allocatedMs),
    ...(former.length === 0 ? {} : { former_mac_addresses: former }),
    ...(expiresMs === null ? {} : { expires_at: timestamp(expiresMs) }),
  }
}

/** It was released, and nobody has it. */
function presentHold(allocation: Allocation, address: bigint) {
  const { family, networkId, allocatedMs, releasedMs, heldUntilMs } = allocation
  return {
    ...nothing,
    ip_address: formatAddress(family, address),
    subnet_id: networkId,
    status: 'reserved' as Status,
    created_at: timestamp(allocatedMs),
    updated_at: timestamp(releasedMs ?? allocatedMs),
    ...(heldUntilMs === null ? {} : { reserved_until: timestamp(heldUntilMs) }),
  }
}

function presentReserved(reads: Times, reservation: Reservation, { first, last }: AddressRange) {
  const shown = presentReservation(reads, reservation, first)
  if (first === last) return shown
  return { ...shown, end_ip_address: formatAddress(reservation.family, last) }
}

/** @param address one that it keeps */
export function presentReservation(reads: Times, reservation: Reservation, address: bigint) {
  const { family, networkId, reason, holder, createdMs, expiresMs, revision } = reservation
  return {
    ...nothing,
    ip_address: formatAddress(family, address),
    subnet_id: networkId,
    status: 'reserved' as Status,
    description: reason,
    created_at: timestamp(createdMs),
    updated_at: timestamp(reads.revisionTimeMs(revision) ?? createdMs),
    reserved_by: holder,
    ...(expiresMs === null ? {} : { reserved_until: timestamp(expiresMs) }),
  }
}

function presentGateway(network: Network, address: bigint) {
  const { family, id, createdMs, updatedMs } = network
  return {
    ...nothing,
    ip_address: formatAddress(family, address),
    subnet_id: id,
    status: 'allocated' as Status,
    created_at: timestamp(createdMs),
    updated_at: timestamp(updatedMs),
    is_gateway: true,
  }
}

/** As a release has left the address: free, or kept back for a while. */
export function presentReleased(allocation: Allocation) {
  const { family, first, networkId, allocatedMs, releasedMs, heldUntilMs } = allocation
  if (heldUntilMs !== null) return presentHold(allocation, first)
  return presentFreed(formatAddress(family, first), networkId, allocatedMs, releasedMs)
}

export function presentUnreserved({ family, first, networkId, createdMs, endedMs }: Reservation) {
  return presentFreed(formatAddress(family, first), networkId, createdMs, endedMs)
}

function presentFreed(
  ip: string,
  subnetId: number | null,
  beganMs: number,
  endedMs: number | null,
) {
  return {
    ...nothing,
    ip_address: ip,
    subnet_id: subnetId,
    status: 'available' as Status,
    created_at: timestamp(beganMs),
    updated_at: timestamp(endedMs ?? beganMs),
  }
}

export type ShownAddress = ReturnType<typeof presentOccupant> | ReturnType<typeof presentFree>
