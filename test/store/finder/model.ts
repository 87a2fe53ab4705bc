// The finder's answers, worked out slowly: every row looked at in JavaScript.
import {
  type Allocation,
  formatAddress,
  lastAddress,
  type Network,
  parseCidr,
  type Reservation,
} from '../../../src/ledger/index.js'
import type { AddressQuery, Occupant, Store } from '../../../src/store/index.js'
import { never } from '../support.js'

/** What stands for an occupant in comparisons. */
export type Known = {
  readonly key: string
  readonly occupant: Occupant
  readonly networkId: number
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  /** Its rank among what begins at one address. */
  readonly code: number
  readonly status: 'allocated' | 'reserved'
  readonly hostname: string | null
  readonly description: string
  readonly mac: string | null
  readonly tags: readonly string[]
  readonly takenMs: number
}

export function keyOfOccupant(occupant: Occupant): string {
  switch (occupant.kind) {
    case 'allocation':
    case 'hold':
      return `${occupant.kind} ${occupant.allocation.id}`
    case 'reservation':
      return `reservation ${occupant.reservation.id}`
    case 'gateway':
      return `gateway ${occupant.network.id}`
  }
}

/** All that takes up addresses in the default VRF. */
export async function readOccupants(store: Store): Promise<Known[]> {
  const known: Known[] = []
  const networks = new Map<number, Network>()
  for await (const page of store.scans.networks(1, never)) {
    for (const network of page) networks.set(network.id, network)
  }
  for await (const page of store.scans.allocations({ networkId: null, ended: true }, never)) {
    for (const allocation of page) {
      const isTaken = allocation.status === 'allocated' || allocation.heldUntilMs !== null
      if (isTaken && networks.has(allocation.networkId)) known.push(knownAllocation(allocation))
    }
  }
  for (let id = 1; ; id++) {
    const reservation = store.reads.reservation(id)
    if (reservation === null) break
    if (reservation.status === 'active') known.push(knownReservation(reservation))
  }
  const claims = [...known]
  for (const network of networks.values()) {
    const gateway = network.subnet?.gateway ?? null
    const hides = (each: Known) =>
      each.networkId === network.id &&
      gateway !== null &&
      each.first <= gateway &&
      each.last >= gateway
    if (gateway !== null && !claims.some(hides)) known.push(knownGateway(network, gateway))
  }
  return known
}

/** Of a reservation that waits for one. */
const NO_NETWORK = -1
const nothing = { hostname: null, mac: null, tags: [] }

function knownReservation(reservation: Reservation): Known {
  const { family, first, networkId: home, reason, holder, createdMs } = reservation
  const [last, networkId] = [lastAddress(reservation), home ?? NO_NETWORK]
  const occupant: Occupant = { kind: 'reservation', reservation }
  const words = [...(reason === null ? [] : [reason]), holder]
  return {
    key: keyOfOccupant(occupant),
    ...{ ...nothing, occupant, family, first, last, networkId, takenMs: createdMs },
    code: first === last ? 35 : reservation.prefixLength,
    status: 'reserved',
    description: words.join('\n').toLowerCase(),
  }
}

function knownGateway(network: Network, address: bigint): Known {
  const { family, tags, createdMs, description, subnet } = network
  const occupant: Occupant = { kind: 'gateway', network, address }
  const words = [description, subnet?.location ?? null].filter(text => text !== null)
  return {
    key: keyOfOccupant(occupant),
    ...{ ...nothing, occupant, family, first: address, last: address, networkId: network.id },
    ...{ code: 36, status: 'allocated', takenMs: createdMs, tags },
    description: words.join('\n').toLowerCase(),
  }
}

function knownAllocation(allocation: Allocation): Known {
  const { family, first, last, networkId, hostname, tags, kind, prefixLength } = allocation
  const isLive = allocation.status === 'allocated'
  const occupant: Occupant = { kind: isLive ? 'allocation' : 'hold', allocation }
  const { deviceType = null, location = null, mac = null } = allocation.details ?? {}
  return {
    key: keyOfOccupant(occupant),
    ...{ occupant, family, first, last, networkId, tags },
    code: kind === 'block' ? (prefixLength ?? 0) : kind === 'run' ? 33 : 34,
    status: isLive ? 'allocated' : 'reserved',
    hostname: hostname?.toLowerCase() ?? null,
    description: [allocation.description, allocation.owner, deviceType, location]
      .filter(text => text !== null)
      .join('\n')
      .toLowerCase(),
    mac: mac?.replaceAll(':', '') ?? null,
    takenMs: allocation.allocatedMs,
  }
}

export function answerOf(known: readonly Known[], query: AddressQuery) {
  const hits = known.filter(each => fits(each, query)).sort(comparing(query))
  const rows = hits.slice(query.skip, query.skip + query.limit)
  return { rows: rows.map(({ key }) => key), total: hits.length, totalIsExact: true }
}

function fits(each: Known, query: AddressQuery): boolean {
  if (query.networkId !== null && each.networkId !== query.networkId) return false
  if (query.status !== null && each.status !== query.status) return false
  const isTagged = (tag: string) => each.tags.some(own => own === tag || own.startsWith(`${tag}=`))
  if (query.tags.length > 0 && !query.tags.some(isTagged)) return false
  const words = (query.text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  return words.every(word => hasWord(each, word, query.fields))
}

function hasWord(each: Known, word: string, fields: AddressQuery['fields']): boolean {
  const asked = (field: AddressQuery['fields'][number]) =>
    fields.length === 0 || fields.includes(field)
  if (asked('hostname') && each.hostname?.includes(word)) return true
  if (asked('description') && each.description.includes(word)) return true
  if (asked('mac_address') && /^[0-9a-f][0-9a-f:.-]*$/.test(word)) {
    if (each.mac?.startsWith(word.replaceAll(/[:.-]/g, ''))) return true
  }
  return asked('ip_address') && hasAddress(each, word)
}

function hasAddress({ family, first, last }: Known, word: string): boolean {
  if (word.includes('/')) {
    const cidr = parseCidr(word)
    if ('reason' in cidr || cidr.family !== family) return false
    const end = cidr.first + (1n << BigInt((family === 4 ? 32 : 128) - cidr.prefixLength)) - 1n
    return (first >= cidr.first && first <= end) || (first <= cidr.first && last >= end)
  }
  const text = formatAddress(family, first)
  if (/^\d+\.\d+\.\d+\.\d+$/.test(word)) {
    if (text === word) return true
    const cidr = family === 4 ? parseCidr(`${word}/32`) : null
    return cidr !== null && !('reason' in cidr) && first <= cidr.first && last >= cidr.first
  }
  if (text.startsWith(word) && /^[0-9a-f.:]+$/.test(word)) return true
  const whole = family === 6 && word.includes(':') ? parseCidr(`${word}/128`) : null
  return whole !== null && !('reason' in whole) && first <= whole.first && last >= whole.first
}

function comparing({ order, descending }: AddressQuery): (a: Known, b: Known) => number {
  const keys = (each: Known): readonly (string | number | bigint)[] => {
    const place = each.family === 4 ? [4, each.first, each.code] : [6, each.first, idOf(each)]
    const tie = each.family === 4 ? place : [6, idOf(each)]
    switch (order) {
      case 'ip_address':
        return place
      case 'hostname':
        return [each.hostname === null ? 1 : 0, each.hostname ?? '', ...tie]
      case 'mac_address':
        return [each.mac === null ? 1 : 0, each.mac ?? '', ...tie]
      case 'status':
        return [each.status, ...place]
      case 'allocated_at':
        return [each.takenMs, ...tie]
    }
  }
  const sign = descending ? -1 : 1
  return (a, b) => {
    const [left, right] = [keys(a), keys(b)]
    const at = left.findIndex((value, index) => value !== right[index])
    if (at === -1) return 0
    return (left[at] as bigint) < (right[at] as bigint) ? -sign : sign
  }
}

/** The finder's order among IPv6 where nothing else tells. */
function idOf({ key, occupant }: Known): number {
  const kind = ['reservation', 'gateway'].indexOf(occupant.kind) + 1
  return Number(key.split(' ')[1]) * 4 + kind
}
