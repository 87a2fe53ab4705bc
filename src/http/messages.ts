// What a refusal says to people: full sentences that name the value. Surfaces differ only in how they spell ids.
import type { ClaimHolder, PoolKind, Refusal } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'
import { catalogueMessage } from './catalogue-messages.js'
import { identityMessage } from './identity-messages.js'
import { personalMessage } from './personal-messages.js'
import { regionMessage } from './region-messages.js'
import { reservationMessage } from './reservation-messages.js'
import { wholeSeconds } from './timestamps.js'

/** How a surface writes the ledger's integer ids. */
export type IdSpelling = {
  vrf(id: number): string
  network(id: number): string | number
  allocation(id: number): string | number
  pool(kind: PoolKind, id: number): string | number
  other(noun: OtherNoun, id: number): string | number
}

/** What not every surface has by its id. */
export type OtherNoun =
  | 'user'
  | 'tag'
  | 'custom-field'
  | 'reservation'
  | Extract<Refusal, { code: 'personal-not-found' }>['noun']

export function refusalMessage(refusal: Refusal, spell: IdSpelling): string {
  switch (refusal.code) {
    case 'invalid':
      return `Invalid value ${refusal.value} for ${refusal.field}: ${refusal.reason}.`
    case 'vrf-not-found':
      return `VRF ${refusal.vrf} not found.`
    case 'vrf-exists':
      return `A VRF named ${refusal.name} already exists: ${spell.vrf(refusal.id)}.`
    case 'vrf-in-use':
      return `VRF ${spell.vrf(refusal.id)} still has ${counted(refusal.networks, 'network')}; delete them first.`
    case 'vrf-fixed':
      return `VRF ${spell.vrf(refusal.id)} is the default one; it can be neither renamed nor deleted.`
    case 'too-many-rows':
      return `This would change ${refusal.rows} rows at once, and at most ${refusal.rowsMax} are allowed; do it in smaller steps.`
    case 'larger-than-network':
      return `${refusal.wanted} is more than the network could ever hold (${refusal.size}).`
    case 'revision-mismatch':
      return `The revision is ${refusal.actual}, not ${refusal.expected}: someone changed it since you read it. Read it again.`
    case 'idempotency-key-reused':
      return 'This Idempotency-Key was used before with a different request; use a new key for a new request.'
    case 'step-refused':
      return `Step ${refusal.step} was refused, so nothing was done. ${refusalMessage(refusal.refusal, spell)}`
    case 'stale-request':
      return 'The request was overtaken by a restart of the node that took it and had no effect; send it again.'
    case 'network-not-found':
    case 'network-exists':
    case 'network-in-use':
    case 'subnet-exists':
    case 'gateway-in-the-way':
    case 'claim-in-the-way':
      return networkMessage(refusal, spell)
    case 'member-exists':
    case 'member-not-found':
    case 'member-id-used':
    case 'member-address-taken':
    case 'member-change-under-way':
    case 'member-not-leaving':
    case 'member-other-data':
    case 'last-member':
    case 'too-many-members':
      return memberMessage(refusal)
    case 'user-not-found':
    case 'user-exists':
    case 'last-admin':
    case 'too-many-users':
    case 'api-token-not-found':
    case 'too-many-api-tokens':
    case 'too-many-revocations':
    case 'not-signed-in':
    case 'not-permitted':
      return identityMessage(refusal)
    case 'tag-not-found':
    case 'tag-exists':
    case 'too-many-tags':
    case 'custom-field-not-found':
    case 'custom-field-exists':
    case 'too-many-custom-fields':
      return catalogueMessage(refusal)
    case 'reservation-not-found':
    case 'reservation-ended':
    case 'reservation-not-yours':
    case 'address-in-no-network':
    case 'reservation-in-the-way':
    case 'reservation-active':
    case 'reservation-covered':
      return reservationMessage(refusal, spell)
    case 'network-in-the-way':
      return `${refusal.cidr} cannot be reserved: network ${spell.network(refusal.networkId)} (${refusal.network}) ${refusal.network === refusal.cidr ? 'has that range' : 'lies in it'}.`
    case 'range-taken':
      return `${refusal.cidr} cannot be reserved: ${refusal.taken} is taken, ${holderText(refusal.holder, spell)}.`
    case 'country-not-found':
    case 'country-exists':
    case 'country-range-taken':
    case 'too-many-countries':
    case 'region-not-found':
    case 'region-exists':
    case 'region-name-taken':
    case 'country-exhausted':
    case 'region-reserved':
    case 'host-not-found':
    case 'hostname-taken':
    case 'too-many-comments':
      return regionMessage(refusal, spell)
    case 'personal-not-found':
    case 'resource-not-found':
    case 'too-many-personal':
      return personalMessage(refusal, spell)
    case 'allocation-not-found':
    case 'allocation-ended':
    case 'block-in-use':
    case 'no-space':
    case 'address-taken':
    case 'address-not-usable':
    case 'address-outside-network':
    case 'address-in-child':
      return allocationMessage(refusal, spell)
    case 'pool-not-found':
    case 'pool-exists':
    case 'network-has-pool':
    case 'pool-in-use':
    case 'pool-exhausted':
    case 'block-not-found':
    case 'number-taken':
    case 'number-not-found':
      return poolMessage(refusal, spell)
    default:
      return unreachable(refusal, 'refusal')
  }
}

type MemberRefusal = Extract<
  Refusal,
  {
    code:
      | 'member-exists'
      | 'member-not-found'
      | 'member-id-used'
      | 'member-address-taken'
      | 'member-change-under-way'
      | 'member-not-leaving'
      | 'member-other-data'
      | 'last-member'
      | 'too-many-members'
  }
>

function memberMessage(refusal: MemberRefusal): string {
  switch (refusal.code) {
    case 'member-exists':
      return `Node ${refusal.nodeId} is a member already, at ${refusal.raftAddress}.`
    case 'member-not-found':
      return `Node ${refusal.nodeId} is no member of the cluster.`
    case 'member-id-used':
      return `Node ${refusal.nodeId} was removed, and an id is never used again; choose another one.`
    case 'member-address-taken':
      return `The address ${refusal.raftAddress} is that of node ${refusal.nodeId}.`
    case 'member-change-under-way':
      return `Node ${refusal.nodeId} is leaving or being replaced; one change is made at a time, so wait until it is done.`
    case 'member-not-leaving':
      return `Node ${refusal.nodeId} is not leaving.`
    case 'member-other-data':
      return `Node ${refusal.nodeId} is known with another data directory.`
    case 'last-member':
      return `Node ${refusal.nodeId} is the last member that would stay; add another one first.`
    case 'too-many-members':
      return refusal.what === 'members'
        ? `A cluster has at most ${refusal.max} nodes.`
        : `${refusal.max} nodes were removed from this cluster already, and their ids are kept; no more can be.`
    default:
      return unreachable(refusal, 'refusal')
  }
}

type NetworkRefusal = Extract<
  Refusal,
  {
    code:
      | 'network-not-found'
      | 'network-exists'
      | 'network-in-use'
      | 'subnet-exists'
      | 'gateway-in-the-way'
      | 'claim-in-the-way'
  }
>

function networkMessage(refusal: NetworkRefusal, spell: IdSpelling): string {
  switch (refusal.code) {
    case 'network-not-found':
      return `Network ${spell.network(refusal.id)} not found.`
    case 'network-exists':
      return `Network ${refusal.cidr} already exists: ${spell.network(refusal.id)}.`
    case 'network-in-use':
      return `Network ${spell.network(refusal.id)} has ${claimsText(refusal)}; release them first.`
    case 'subnet-exists':
      return `Subnet ${refusal.cidr} already exists: ${spell.network(refusal.id)}.`
    case 'gateway-in-the-way':
      return `${refusal.cidr} cannot be created: it would enclose ${refusal.gateway}, the gateway of network ${spell.network(refusal.networkId)}, without having that gateway itself.`
    case 'claim-in-the-way':
      return `${refusal.cidr} cannot be created: allocation ${spell.allocation(refusal.allocationId)} (${refusal.claim}) lies across its edge or would not be usable in it.`
    default:
      return unreachable(refusal, 'refusal')
  }
}

type AllocationRefusal = Extract<
  Refusal,
  {
    code:
      | 'allocation-not-found'
      | 'allocation-ended'
      | 'block-in-use'
      | 'no-space'
      | 'address-taken'
      | 'address-not-usable'
      | 'address-outside-network'
      | 'address-in-child'
  }
>

/** One that is refused with its gateway was not made, and has no id. */
function networkText({ networkId }: { readonly networkId: number }, spell: IdSpelling): string {
  return networkId === 0 ? 'the new network' : `network ${spell.network(networkId)}`
}

function allocationMessage(refusal: AllocationRefusal, spell: IdSpelling): string {
  switch (refusal.code) {
    case 'allocation-not-found':
      return `Allocation ${spell.allocation(refusal.id)} not found.`
    case 'allocation-ended':
      return `Allocation ${spell.allocation(refusal.id)} has already ${refusal.status === 'released' ? 'been released' : 'expired'}.`
    case 'block-in-use':
      return `Block ${spell.allocation(refusal.id)} still holds networks (${refusal.networkIds.map(id => spell.network(id)).join(', ')}); delete them first.`
    case 'no-space':
      return `Network ${spell.network(refusal.networkId)} has no free space for ${refusal.wanted}; ${refusal.free} addresses are free.`
    case 'address-taken':
      return `Address ${refusal.ip} is taken: ${holderText(refusal.holder, spell)}.`
    case 'address-not-usable':
      return `Address ${refusal.ip} cannot be used in ${networkText(refusal, spell)}: ${refusal.reason}.`
    case 'address-outside-network':
      return `Address ${refusal.ip} is not in ${networkText(refusal, spell)}.`
    case 'address-in-child':
      return `Address ${refusal.ip} belongs to the more specific network ${spell.network(refusal.childId)} (${refusal.cidr}); allocate it there.`
    default:
      return unreachable(refusal, 'refusal')
  }
}

type PoolRefusal = Extract<
  Refusal,
  {
    code:
      | 'pool-not-found'
      | 'pool-exists'
      | 'network-has-pool'
      | 'pool-in-use'
      | 'pool-exhausted'
      | 'block-not-found'
      | 'number-taken'
      | 'number-not-found'
  }
>

/** Document 003's words come first, and then what they leave out. */
function poolMessage(refusal: PoolRefusal, spell: IdSpelling): string {
  const pool = `'${refusal.pool}'`
  switch (refusal.code) {
    case 'pool-not-found':
      return `Pool not found: there is no ${poolNoun[refusal.kind]} named ${pool}.`
    case 'pool-exists':
      return `Pool name already exists: ${poolNoun[refusal.kind]} ${pool} has the id ${spell.pool(refusal.kind, refusal.id)}.`
    case 'network-has-pool':
      return `Network ${refusal.cidr} already has a pool: ${pool}.`
    case 'pool-in-use':
      return `Addresses are allocated directly in pool ${pool} (${counted(refusal.allocations, 'active allocation')}) and would not be released with it; release them first.`
    case 'pool-exhausted':
      return refusal.kind === 'ip'
        ? `Pool exhausted - no available blocks: pool ${pool} has no free ${refusal.wanted}; addresses free: ${refusal.free}.`
        : `Pool exhausted - no available values: pool ${pool} has ${refusal.free} free.`
    case 'block-not-found':
      return `Block not found: pool ${pool} has no allocated block '${refusal.cidr}'.`
    case 'number-taken':
      return `Value '${refusal.value}' of pool ${pool} is taken: ${refusal.holder}.`
    case 'number-not-found':
      return `Value not found: pool ${pool} has no allocated value '${refusal.value}'.`
    default:
      return unreachable(refusal, 'refusal')
  }
}

const poolNoun: { readonly [Kind in PoolKind]: string } = { ip: 'IP pool', number: 'number pool' }

function holderText(holder: ClaimHolder, spell: IdSpelling): string {
  const until = holder.until === null ? '' : ` until ${wholeSeconds(holder.until)}`
  const name = holder.hostname === null ? '' : ` (${holder.hostname})`
  switch (holder.kind) {
    case 'allocation':
      return `allocated to ${spell.allocation(holder.id)}${name}${until}`
    case 'hold':
      return `kept back after the release of ${spell.allocation(holder.id)}${name}${until}`
    case 'reservation':
      return `reserved by ${holder.hostname ?? 'somebody'}${until}`
    case 'gateway':
      return `the gateway of network ${spell.network(holder.id)}`
  }
}

function claimsText({ allocations, reservations = 0 }: NetworkInUse): string {
  const parts = []
  if (allocations > 0 || reservations === 0) parts.push(counted(allocations, 'active allocation'))
  if (reservations > 0) parts.push(counted(reservations, 'active reservation'))
  return parts.join(' and ')
}

type NetworkInUse = Extract<Refusal, { code: 'network-in-use' }>

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
