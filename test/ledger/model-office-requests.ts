// Random requests about subnets with their gateways.
import fc from 'fast-check'
import {
  addressBits,
  type Command,
  type CreateNetworkCommand,
  formatAddress,
  formatCidr,
  lastAddress,
  type Network,
  parseAddress,
  parseCidr,
  type Reservation,
  type SubnetFacts,
} from '../../src/ledger/index.js'
import type { Targets } from './model-requests.js'
import { addressIn, aimedAtReservation } from './model-reservation-requests.js'
import { isLive } from './model-space.js'

type Addresses = fc.Arbitrary<{ readonly text: string }>

const ids = fc.nat(20)
const ifRevisions = fc.constantFrom(null, null, null, null, 0, 1)
const vlanIds = fc.constantFrom(null, null, 1, 1, 4093, 4094)
/** Stands for a subnet that takes half of a network, and its gateway with it. */
const VLAN_OF_A_HALF = 4094
/** Stands for a subnet of one reserved address. */
const VLAN_OF_ONE = 4093
const texts = fc.constantFrom(null, 'text')
const fields = fc.constantFrom({}, { rack: 'A1', units: 2 })

/** A network that is given the facet stands for one whose description is a text. */
export function subnetCommands(
  networks: fc.Arbitrary<Command>,
  addresses: Addresses,
): fc.Arbitrary<Command> {
  const gateways = fc.option(
    addresses.map(({ text }) => text),
    { freq: 3 },
  )
  const creations = fc
    .record({
      at: networks,
      gateway: gateways,
      vlanId: vlanIds,
      location: texts,
      customFields: fields,
      description: texts,
    })
    .map(({ at, description, ...subnet }): Command => {
      const { place } = at as CreateNetworkCommand
      const cidr = 'cidr' in place ? place.cidr : '10.0.0.0/26'
      return { type: 'subnet.create', vrf: 'default', cidr, description, tags: [], subnet }
    })
  const sets = fc.record(
    {
      gateway: gateways,
      vlanId: vlanIds,
      location: texts,
      customFields: fields,
      tags: fc.constant(['a']),
    },
    { requiredKeys: [] },
  )
  const updates = fc
    .record({ id: ids, ifRevision: ifRevisions, set: sets })
    .map((facts): Command => ({ type: 'subnet.update', ...facts }))
  return fc.oneof({ weight: 3, arbitrary: creations }, { weight: 3, arbitrary: updates })
}

/** Networks and reservations that are there, addresses near them, and at times the gateway of the network around. */
export function aimedAtOffice<Aimed extends Command>(command: Aimed, targets: Targets): Aimed {
  const { networks } = targets
  switch (command.type) {
    case 'subnet.create':
      return { ...command, ...aimedCreation(command, targets) }
    case 'subnet.update': {
      const network = networks[command.id % Math.max(networks.length, 1)]
      if (network === undefined) return command
      const { gateway } = command.set
      const near = gateway == null ? {} : { gateway: atClaim(network, gateway, targets) }
      const ifRevision = command.ifRevision === 0 ? network.revision : command.ifRevision
      return { ...command, id: network.id, ifRevision, set: { ...command.set, ...near } }
    }
    case 'pool.delete': {
      const both = networks.find(
        ({ pool, subnet, region }) => pool !== null && (subnet !== null || region !== null),
      )?.pool
      return both == null ? command : { ...command, name: both.name }
    }
    default:
      return aimedAtReservation(command, targets)
  }
}

/** At times that of a reservation, or of the gateway. */
export function atHolder(ip: string, networkId: number, targets: Targets): string {
  const { networks, reservations } = targets
  const active = reservations.filter(one => one.status === 'active' && one.networkId === networkId)
  const network = networks.find(({ id }) => id === networkId)
  const gateway = network?.subnet?.gateway ?? null
  const held = active.map(({ first }) => first)
  if (gateway !== null) held.push(gateway)
  const value = Number((parseAddress(ip)?.value ?? 0n) % 97n)
  const found = held[(value >> 1) % Math.max(held.length, 1)]
  if (network === undefined || found === undefined || value % 2 === 0) return ip
  return formatAddress(network.family, found)
}

/** An address of the network; at times one that is allocated. */
function atClaim(network: Network, gateway: string, { allocations }: Targets): string {
  const claims = allocations.filter(claim => isLive(claim) && claim.networkId === network.id)
  const value = Number((parseAddress(gateway)?.value ?? 0n) % 97n)
  const claim = claims[value % Math.max(claims.length, 1)]
  if (claim === undefined || value % 2 === 0) return addressIn(network, gateway)
  return formatAddress(claim.family, claim.first)
}

function aimedCreation(
  command: Extract<Command, { type: 'subnet.create' }>,
  { networks, reservations }: Targets,
) {
  const { description, subnet } = command
  const reserved = reservations.find(({ status }) => status === 'active')
  if (subnet.vlanId === VLAN_OF_ONE && reserved !== undefined) return at(reserved, command)
  const there = networks[(subnet.vlanId ?? 0) % Math.max(networks.length, 1)]
  if (subnet.vlanId === VLAN_OF_A_HALF) return aroundGateway(command, networks)
  const cidr = description !== null && there !== undefined ? formatCidr(there) : command.cidr
  const range = parseCidr(cidr)
  if (subnet.gateway === null || 'reason' in range) return { cidr }
  const inside = (address: bigint) => range.first <= address && address <= lastAddress(range)
  const around = networks.find(({ family, subnet: other }) => {
    return family === range.family && other?.gateway != null && inside(other.gateway)
  })?.subnet?.gateway
  const gateway =
    around == null || subnet.vlanId === null
      ? addressIn(range, subnet.gateway)
      : formatAddress(range.family, around)
  return { cidr, subnet: { ...subnet, gateway } }
}

/** Nothing but the address of the reservation. */
function at({ family, first }: Reservation, { subnet }: { readonly subnet: SubnetFacts }) {
  const cidr = formatCidr({ family, first, prefixLength: addressBits(family) })
  return { cidr, subnet: { ...subnet, gateway: null } }
}

/** A part of a network with a gateway, around that and with that. */
function aroundGateway(
  command: Extract<Command, { type: 'subnet.create' }>,
  networks: readonly Network[],
) {
  const whole = networks.find(({ subnet }) => subnet?.gateway != null)
  const gateway = whole?.subnet?.gateway ?? null
  if (whole === undefined || gateway === null) return {}
  const text = formatAddress(whole.family, gateway)
  const prefixLength = Math.min(whole.prefixLength + 1, addressBits(whole.family))
  return { cidr: `${text}/${prefixLength}`, subnet: { ...command.subnet, gateway: text } }
}
