// What is there beside the network of the roamers, for those who ask for something of it.
import {
  type Allocation,
  type Cidr,
  formatAddress,
  type Network,
  type Reservation,
} from '../../../src/ledger/index.js'
import type { World } from '../world/world.js'

export function otherNetworks({ networkId, observer }: World): readonly Network[] {
  return observer.ledger.space.networks.filter(({ id }) => id !== networkId)
}

export function otherLiveClaims({ networkId, observer }: World): readonly Allocation[] {
  const { allocations } = observer.ledger.space
  return allocations.filter(one => one.status === 'allocated' && one.networkId !== networkId)
}

export function activeReservations({ observer }: World): readonly Reservation[] {
  return observer.ledger.space.reservations.filter(({ status }) => status === 'active')
}

/** Any of an IPv4 CIDR, edges too. */
export function addressIn({ random }: World, { family, first, prefixLength }: Cidr): string {
  const size = 2 ** (32 - prefixLength)
  return formatAddress(family, first + BigInt(Math.floor(random() * size)))
}
