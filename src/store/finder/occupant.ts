// What the finder's tables keep of one occupant: what it is found by, in the form it is looked for in.
import {
  type Allocation,
  type Family,
  isSingleAddress,
  lastAddress,
  type Network,
  type Reservation,
} from '../../ledger/index.js'
import { CODE_ADDRESS, CODE_GATEWAY, CODE_RESERVATION, CODE_RUN } from './places.js'

export const KIND_ALLOCATION = 0
export const KIND_RESERVATION = 1
export const KIND_GATEWAY = 2
export const STATUS_ALLOCATED = 0
export const STATUS_RESERVED = 1

/** The only VRF that the finder knows: the office surface's. */
export const DEFAULT_VRF = 1

/** Of a reservation that no network contains; 0 stands for all of them (finder-database.ts). */
const NO_NETWORK = -1

export type IndexedOccupant = {
  readonly kind: number
  /** Id of the allocation or reservation; of a gateway its network's. */
  readonly ref: number
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
  /** Its place among what begins at one address (places.ts). */
  readonly code: number
  readonly networkId: number
  readonly status: number
  /** Small letters. */
  readonly hostname: string | null
  /** Small letters: whatever else is said of it in words. */
  readonly description: string
  /** Twelve hexadecimal digits. */
  readonly mac: string | null
  readonly takenMs: number
  readonly tags: readonly string[]
  /** A live allocation of addresses: a host where there is a region. */
  readonly isHost: boolean
  /** Small letters. */
  readonly deviceType: string | null
  /** Small letters. */
  readonly owner: string | null
}

const NO_HOST = { isHost: false, deviceType: null, owner: null }

export function allocationOccupant(allocation: Allocation): IndexedOccupant {
  const { id, networkId, family, first, last, hostname, description, owner, tags } = allocation
  const { deviceType = null, location = null, mac = null } = allocation.details ?? {}
  return {
    kind: KIND_ALLOCATION,
    ref: id,
    ...{ family, first, last, networkId, tags },
    code: codeOf(allocation),
    status: allocation.status === 'allocated' ? STATUS_ALLOCATED : STATUS_RESERVED,
    hostname: hostname?.toLowerCase() ?? null,
    description: wordsOf(description, owner, deviceType, location),
    mac: mac?.replaceAll(':', '') ?? null,
    takenMs: allocation.allocatedMs,
    isHost: allocation.status === 'allocated' && allocation.kind !== 'block',
    deviceType: deviceType?.toLowerCase() ?? null,
    owner: owner?.toLowerCase() ?? null,
  }
}

export function reservationOccupant(reservation: Reservation): IndexedOccupant {
  const { id, family, first, prefixLength, networkId, reason, holder, createdMs } = reservation
  return {
    kind: KIND_RESERVATION,
    ref: id,
    ...{ family, first, last: lastAddress(reservation), networkId: networkId ?? NO_NETWORK },
    code: isSingleAddress(reservation) || family === 6 ? CODE_RESERVATION : prefixLength,
    status: STATUS_RESERVED,
    hostname: null,
    description: wordsOf(reason, holder),
    mac: null,
    takenMs: createdMs,
    tags: [],
    ...NO_HOST,
  }
}

/** What is said of its network is said of it. */
export function gatewayOccupant(network: Network, address: bigint): IndexedOccupant {
  const { id, family, description, subnet, tags } = network
  return {
    kind: KIND_GATEWAY,
    ref: id,
    ...{ family, first: address, last: address, networkId: id, tags },
    code: CODE_GATEWAY,
    status: STATUS_ALLOCATED,
    hostname: null,
    description: wordsOf(description, subnet?.location ?? null),
    mac: null,
    takenMs: network.createdMs,
    ...NO_HOST,
  }
}

/** A line each, so that no word is found across two of them. */
function wordsOf(...texts: readonly (string | null)[]): string {
  return texts
    .filter(text => text !== null)
    .join('\n')
    .toLowerCase()
}

function codeOf({ kind, prefixLength }: Allocation): number {
  if (kind === 'block') return prefixLength ?? CODE_RUN
  return kind === 'run' ? CODE_RUN : CODE_ADDRESS
}
