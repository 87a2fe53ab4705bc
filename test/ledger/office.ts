// Commands about subnets and reservations with only the options that matter set, and who asks for them.
import type {
  Command,
  ConvertReservationCommand,
  CreateReservationCommand,
  CreateSubnetCommand,
  Outcome,
  PlaceReservationCommand,
  Refusal,
  RegionFacts,
  Reservation,
  SubnetFacts,
  UpdateSubnetCommand,
} from '../../src/ledger/index.js'
import type { World } from './world.js'

type HostFacts = Extract<ConvertReservationCommand['to'], { host: unknown }>['host']
type SubnetOptions = Partial<SubnetFacts> & Partial<Pick<CreateSubnetCommand, 'description'>>

export function subnet(cidr: string, { description = null, ...facts }: SubnetOptions = {}) {
  const none = { gateway: null, vlanId: null, location: null, customFields: {} }
  const said = { vrf: 'default', cidr, description, tags: [], subnet: { ...none, ...facts } }
  return { type: 'subnet.create', ...said } as const
}

export function updateSubnet(
  id: number,
  set: UpdateSubnetCommand['set'],
  ifRevision: number | null = null,
): Command {
  return { type: 'subnet.update', id, ifRevision, set }
}

export function reserve(
  ip: string,
  set: Partial<CreateReservationCommand> = {},
): CreateReservationCommand {
  const facts = { uid: `uid ${ip}`, vrf: 'default', reason: null, expiresMs: null }
  return { type: 'reservation.create', ip, ...facts, ...set }
}

/** A CIDR, or an address with its whole length. */
export function placed(
  cidr: string,
  set: Partial<PlaceReservationCommand> = {},
): PlaceReservationCommand {
  const facts = { uid: `uid ${cidr}`, vrf: 'default', reason: null, ttlMs: null }
  return { type: 'reservation.place', cidr, ...facts, ...set }
}

export function toRegion(
  id: number,
  set: Partial<RegionFacts> = {},
  ifRevision: number | null = null,
): ConvertReservationCommand {
  const region = { name: 'north', owner: null, description: null, tags: [], ...set }
  return { type: 'reservation.convert', id, ifRevision, to: { region } }
}

export function toHost(
  id: number,
  hostname = 'web',
  set: Partial<Omit<HostFacts, 'hostname'>> = {},
): ConvertReservationCommand {
  const host = { hostname, description: null, tags: [], facts: {}, ...set }
  return { type: 'reservation.convert', id, ifRevision: null, to: { host } }
}

export function dismiss(id: number, ifRevision: number | null = null): Command {
  return { type: 'reservation.dismiss', id, ifRevision }
}

export function cancel(
  id: number,
  reason: string | null = null,
  ifRevision: number | null = null,
): Command {
  return { type: 'reservation.cancel', id, ifRevision, reason }
}

export function reservation(world: World, command: Command): Reservation {
  const result = world.result(command)
  if (result.type !== 'reservation') throw new Error(`a ${result.type} is no reservation`)
  return result.reservation
}

/** As somebody else, who has not signed in either. */
export function as(world: World, actor: string, command: Command): Outcome {
  const origin = { actor, clientAddress: null, userAgent: null }
  return world.apply(world.request(command, { origin }))
}

/** As a user who has signed in. */
export function asUser(world: World, userId: number, command: Command): Outcome {
  const { username: actor = '', epoch = 0 } = world.ledger.identities().user(userId) ?? {}
  const origin = { actor, clientAddress: null, userAgent: null }
  const token = { kind: 'access', tokenId: 't', epoch } as const
  const principal = { ...token, userId, permission: 'read' } as const
  return world.apply(world.request(command, { origin, principal }))
}

export function refusalOf(outcome: Outcome): Refusal {
  if (outcome.ok) throw new Error('it was not refused')
  return outcome.refusal
}
