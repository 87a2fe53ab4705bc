// Networks and allocations as they must be decided, the slow and obvious way. Written from LEDGER.md, apart from the rules.
import {
  type Allocation,
  addressBits,
  type Command,
  type CreateAllocationCommand,
  type CreateNetworkCommand,
  formatAddress,
  formatCidr,
  isSingleAddress,
  lastAddress,
  type Network,
  networkRange,
  parseAddress,
  parseCidr,
  type Refusal,
  type Reservation,
  type Result,
  reservationText,
  type SubnetFacet,
  usableRange,
} from '../../src/ledger/index.js'
import { detailsAfter, noDetails } from './model-details.js'
import { coveredBy, isHolder, takenAt, takenByReservation } from './model-holders.js'
import { checkMayAllocate } from './model-hosts.js'
import { type Now, refuse } from './model-refused.js'
import { type Cell, contains, isFree, isLive, ModelSpace, rangeOf, touches } from './model-space.js'
import { chooseBlock } from './model-strategies.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>
type Place = Pick<Allocation, 'first' | 'last' | 'kind' | 'prefixLength'>
type Ttl = number | null

const HOUR_MS = 3_600_000

export class ModelClaims {
  readonly space = new ModelSpace()
  /** The last id of each sequence. */
  private ids = { network: 0, allocation: 0, block: 0, reservation: 0 }

  constructor(readonly now: Now) {}

  /** @returns how to come back to what there is now. */
  save(): () => void {
    const { space } = this
    const ids = { ...this.ids }
    const [networks, allocations] = [[...space.networks], [...space.allocations]]
    const reservations = [...space.reservations]
    return () => {
      this.ids = ids
      space.networks = networks
      space.allocations = allocations
      space.reservations = reservations
    }
  }

  createNetwork(
    command: CreateNetworkCommand,
    subnet: SubnetFacet | null = null,
    converting: Reservation | null = null,
  ): Network {
    const { space } = this
    const cidr =
      'cidr' in command.place ? parseCidr(command.place.cidr) : this.freeChild(command.place)
    if ('reason' in cidr) throw new Error('the test makes no wrong CIDRs')
    const exact = space.networks.find(
      ({ family, first, prefixLength }) =>
        family === cidr.family && first === cidr.first && prefixLength === cidr.prefixLength,
    )
    if (exact !== undefined)
      refuse({ code: 'network-exists', id: exact.id, cidr: formatCidr(exact) })
    const range = { first: cidr.first, last: lastAddress(cidr) }
    const parent = space.around(1, cidr.family, range, cidr.prefixLength)[0]
    const around = parent?.subnet?.gateway ?? null
    const moves = around !== null && contains(range, { first: around, last: around })
    if (parent !== undefined && moves && around !== subnet?.gateway) {
      const at = { cidr: formatCidr(cidr), networkId: parent.id }
      refuse({ code: 'gateway-in-the-way', ...at, gateway: formatAddress(cidr.family, around) })
    }
    const claims = parent === undefined ? [] : space.claims(parent.id, range)
    const block = claims.find(
      claim => claim.kind === 'block' && isLive(claim) && contains(claim, range),
    )
    const moved = block === undefined ? claims : []
    for (const claim of moved) {
      const fits = contains(usableRange(cidr), claim) && !(claim.kind === 'block' && isLive(claim))
      if (!fits) refuse(this.inTheWay(formatCidr(cidr), claim))
    }
    const reserved = parent === undefined ? space.waiting(cidr.family) : space.reserved(parent.id)
    const movedToo = reserved
      .filter(one => one.id !== converting?.id)
      .filter(one => touches(range, networkRange(one)))
    this.checkReserved(cidr, movedToo, subnet?.gateway ?? null)
    this.ids.network += 1
    const network: Network = {
      id: this.ids.network,
      vrfId: 1,
      family: cidr.family,
      first: cidr.first,
      prefixLength: cidr.prefixLength,
      description: command.description,
      tags: command.tags,
      holdHours: command.holdHours,
      pool: null,
      subnet,
      region: null,
      createdMs: this.now.timeMs,
      updatedMs: this.now.timeMs,
      revision: this.now.revision,
    }
    space.networks.push(network)
    for (const claim of moved) {
      space.replace({ ...claim, networkId: network.id, revision: this.now.revision })
    }
    for (const one of movedToo) {
      this.putReservation({ ...one, networkId: network.id, revision: this.now.revision })
    }
    if (parent?.subnet && moves) {
      const { timeMs: updatedMs, revision } = this.now
      const bare = { ...parent.subnet, gateway: null }
      space.replaceNetwork({ ...parent, subnet: bare, updatedMs, revision })
    }
    return network
  }

  private checkReserved(
    cidr: Parameters<typeof usableRange>[0],
    reserved: readonly Reservation[],
    gateway: bigint | null,
  ): void {
    const usable = usableRange(cidr)
    for (const one of reserved) {
      const inside = one.prefixLength > cidr.prefixLength
      if (inside && (!isSingleAddress(one) || contains(usable, networkRange(one)))) continue
      const { id: reservationId } = one
      const ip = reservationText(one)
      refuse({ code: 'reservation-in-the-way', cidr: formatCidr(cidr), reservationId, ip })
    }
    if (gateway === null) return
    const one = { first: gateway, last: gateway }
    const holder = reserved.findLast(other => contains(networkRange(other), one))
    if (holder === undefined) return
    refuse(takenByReservation(holder, formatAddress(cidr.family, gateway)))
  }

  putReservation(reservation: Reservation): Reservation {
    const { space } = this
    space.reservations = space.reservations.map(old =>
      old.id === reservation.id ? reservation : old,
    )
    return reservation
  }

  nextReservationId(): number {
    this.ids.reservation += 1
    return this.ids.reservation
  }

  private inTheWay(cidr: string, claim: Allocation): Refusal {
    return { code: 'claim-in-the-way', cidr, allocationId: claim.id, claim: this.textOf(claim) }
  }

  textOf(claim: Allocation): string {
    const first = formatAddress(claim.family, claim.first)
    if (claim.prefixLength !== null) return `${first}/${claim.prefixLength}`
    return claim.kind === 'run' ? `${first}-${formatAddress(claim.family, claim.last)}` : first
  }

  private freeChild(place: { parentId: number; prefixLength: number }) {
    const { parentId, prefixLength } = place
    const parent = this.findNetwork(parentId)
    const { family } = parent
    this.checkLength(parent, prefixLength)
    if (prefixLength === parent.prefixLength) {
      refuse({ code: 'network-exists', id: parentId, cidr: formatCidr(parent) })
    }
    const wanted = `/${prefixLength}`
    if (prefixLength < parent.prefixLength) {
      refuse({ code: 'larger-than-network', wanted, size: `/${parent.prefixLength}` })
    }
    const size = 1n << BigInt(addressBits(family) - prefixLength)
    const cells = this.space.cells(parent).filter(isFree)
    const first = this.space.lowest(
      cells.map(cell => cell.address),
      size,
      size,
    )
    return first === null ? this.noSpace(parent, wanted) : { family, first, prefixLength }
  }

  private checkLength(network: Network, prefixLength: number): void {
    const bits = addressBits(network.family)
    if (prefixLength <= bits) return
    const reason = `must be a whole number from 0 to ${bits}`
    refuse({ code: 'invalid', field: 'prefixLength', value: `${prefixLength}`, reason })
  }

  private noSpace(network: Network, wanted: string): never {
    const free = String(this.space.free(network).length)
    return refuse({ code: 'no-space', networkId: network.id, wanted, free })
  }

  findNetwork(id: number): Network {
    return this.space.network(id) ?? refuse({ code: 'network-not-found', id })
  }

  updateNetwork(command: Of<'network.update'>): Network {
    const network = { ...this.findNetwork(command.id), ...command.set }
    Object.assign(network, { updatedMs: this.now.timeMs, revision: this.now.revision })
    this.space.replaceNetwork(network)
    return network
  }

  deleteNetwork(command: Of<'network.delete'>): Result {
    const network = this.findNetwork(command.id)
    const live = this.space.claims(network.id, rangeOf(network)).filter(isLive)
    const reserved = this.space.reserved(network.id)
    if (live.length > 0 || reserved.length > 0) {
      const more = reserved.length > 0 ? { reservations: reserved.length } : {}
      refuse({ code: 'network-in-use', id: network.id, allocations: live.length, ...more })
    }
    this.space.networks = this.space.networks.filter(other => other !== network)
    return { type: 'none' }
  }

  createAllocation(command: CreateAllocationCommand): Allocation {
    const network = this.findNetwork(command.networkId)
    checkMayAllocate(this.space, network)
    const place = this.choose(network, command.place)
    const { hostname, description, tags, ttlMs } = command
    const said = command.facts ?? null
    const details = said && detailsAfter(noDetails(this.now.userId), said)
    const owner = said?.owner ?? null
    const facts = { hostname, description, owner, tags, ttlMs, details }
    const converted = this.space
      .reserved(network.id)
      .find(one => isSingleAddress(one) && one.first === place.first)
    const allocation = this.claim(network, place, facts)
    if (converted !== undefined) {
      const end = { status: 'converted', allocationId: allocation.id } as const
      const { timeMs: endedMs, revision } = this.now
      this.putReservation({ ...converted, ...end, endedMs, revision })
    }
    return allocation
  }

  /** Puts a claim on a place that was chosen. */
  claim(
    network: Network,
    place: Place,
    facts: Pick<Allocation, 'hostname' | 'description' | 'owner' | 'tags'> & {
      ttlMs: Ttl
      details?: Allocation['details']
    },
  ): Allocation {
    const { ttlMs, details = null, ...rest } = facts
    const { revision, timeMs } = this.now
    this.ids.allocation += 1
    const allocation: Allocation = {
      id: this.ids.allocation,
      networkId: network.id,
      vrfId: 1,
      family: network.family,
      ...place,
      blockId: place.kind === 'block' && network.pool !== null ? this.nextBlockId() : null,
      ...rest,
      details,
      status: 'allocated',
      allocatedMs: timeMs,
      expiresMs: ttlMs === null ? null : timeMs + ttlMs,
      releasedMs: null,
      heldUntilMs: null,
      revision,
    }
    this.space.allocations.push(allocation)
    return allocation
  }

  nextBlockId(): number {
    this.ids.block += 1
    return this.ids.block
  }

  private choose(network: Network, place: CreateAllocationCommand['place']): Place {
    const { space } = this
    const free = space.free(network)
    if ('ip' in place) {
      const address = this.named(network, place.ip)
      return { first: address, last: address, kind: 'address', prefixLength: null }
    }
    if ('count' in place) {
      const { count } = place
      const usable = usableRange(network)
      const size = usable.last - usable.first + 1n
      if (count > size) refuse({ code: 'larger-than-network', wanted: `${count}`, size: `${size}` })
      const first = space.lowest(free, BigInt(count), 1n) ?? this.noSpace(network, `${count}`)
      const kind = count === 1 ? 'address' : 'run'
      return { first, last: first + BigInt(count) - 1n, kind, prefixLength: null }
    }
    const { prefixLength } = place
    this.checkLength(network, prefixLength)
    const wanted = `/${prefixLength}`
    if (prefixLength < network.prefixLength) {
      refuse({ code: 'larger-than-network', wanted, size: `/${network.prefixLength}` })
    }
    return this.freeBlock(network, prefixLength) ?? this.noBlock(network, wanted)
  }

  /** A free aligned block of its pool, or the lowest one where there is none. */
  freeBlock(network: Network, prefixLength: number): Place | null {
    const size = 1n << BigInt(addressBits(network.family) - prefixLength)
    const first = chooseBlock(this.space, network, size)
    return first === null ? null : { first, last: first + size - 1n, kind: 'block', prefixLength }
  }

  private noBlock(network: Network, wanted: string): never {
    const free = String(this.space.freeForBlocks(network).length)
    return refuse({ code: 'no-space', networkId: network.id, wanted, free })
  }

  private named(network: Network, ip: string): bigint {
    const { value, cell } = this.own(network, ip)
    const { reservation, covering } = cell
    if (isFree(cell)) return value
    if (reservation === null || !isSingleAddress(reservation) || !isHolder(this.now, reservation))
      return refuse(takenAt(network, cell, ip))
    return covering === null ? value : refuse(coveredBy(reservation, covering))
  }

  /** An address of the network's own that a host may have. */
  own(network: Network, ip: string): { value: bigint; cell: Cell } {
    const address = parseAddress(ip)
    if (address === null) throw new Error('the test makes no wrong addresses')
    const { family, value } = address
    const one = { first: value, last: value }
    if (family !== network.family || !contains(rangeOf(network), one)) {
      refuse({ code: 'address-outside-network', ip, networkId: network.id })
    }
    const holder = this.space.around(1, family, one, 999)[0]
    if (holder !== undefined && holder.id !== network.id) {
      refuse({ code: 'address-in-child', ip, childId: holder.id, cidr: formatCidr(holder) })
    }
    const cell = this.space.cells(network).find(({ address }) => address === value)
    if (!cell?.usable) {
      const name = value === network.first ? 'network' : 'broadcast'
      const reason =
        family === 6
          ? 'it is the subnet-router anycast address (RFC 4291, 2.6.1)'
          : `it is the ${name} address`
      refuse({ code: 'address-not-usable', ip, networkId: network.id, reason })
    }
    return { value, cell: cell as Cell }
  }

  private findLive(command: { id: number; ifRevision: number | null }): Allocation {
    const { id, ifRevision } = command
    const found = this.space.allocation(id) ?? refuse({ code: 'allocation-not-found', id })
    if (found.status !== 'allocated')
      refuse({ code: 'allocation-ended', id, status: found.status as 'released' })
    if (ifRevision !== null && ifRevision !== found.revision) {
      refuse({ code: 'revision-mismatch', expected: ifRevision, actual: found.revision })
    }
    return found
  }

  renew(command: Of<'allocation.renew'>): Allocation {
    const found = this.findLive(command)
    const expiresMs = command.ttlMs === null ? null : this.now.timeMs + command.ttlMs
    return this.put({ ...found, expiresMs, revision: this.now.revision })
  }

  update(command: Of<'allocation.update'>): Allocation {
    const found = this.findLive(command)
    const { hostname, description, tags, owner, ...said } = command.set
    return this.put({
      ...found,
      hostname: hostname === undefined ? found.hostname : hostname,
      description: description === undefined ? found.description : description,
      owner: owner === undefined ? found.owner : owner,
      tags: tags ?? found.tags,
      details: detailsAfter(found.details, said),
      revision: this.now.revision,
    })
  }

  release(command: Of<'allocation.release'>): Allocation {
    const found = this.findLive(command)
    const inside = this.space
      .children(this.findNetwork(found.networkId))
      .filter(child => contains(found, rangeOf(child)))
    if (inside.length > 0) {
      refuse({ code: 'block-in-use', id: found.id, networkIds: inside.map(child => child.id) })
    }
    const { reason: releaseReason } = command
    if (releaseReason === undefined) return this.end(found, 'released')
    const details = { ...(found.details ?? noDetails(null)), releaseReason }
    return this.end({ ...found, details }, 'released')
  }

  end(claim: Allocation, status: 'released' | 'expired'): Allocation {
    const { holdHours } = this.findNetwork(claim.networkId)
    const heldUntilMs = holdHours > 0 ? this.now.timeMs + holdHours * HOUR_MS : null
    const facts = { status, releasedMs: this.now.timeMs, heldUntilMs, revision: this.now.revision }
    return this.put({ ...claim, ...facts })
  }

  put(allocation: Allocation): Allocation {
    this.space.replace(allocation)
    return allocation
  }
}
