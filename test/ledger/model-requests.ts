// Random requests in a small world: 64 IPv4 and 16 IPv6 addresses, so that everything meets everything.
import fc from 'fast-check'
import {
  type Allocation,
  type BulkCommand,
  type Command,
  type CreateAllocationCommand,
  type Family,
  formatAddress,
  type Network,
  type NumberClaim,
  type NumberPool,
  networkSize,
  parseAddress,
  type Reservation,
} from '../../src/ledger/index.js'
import { aimedAtOffice, atHolder, subnetCommands } from './model-office-requests.js'
import { aimedAtPool, numberCommands, poolCommands, transactions } from './model-pool-requests.js'
import { aimedAtRegion, regionCommands } from './model-region-requests.js'
import { atWaiting, reservationCommands } from './model-reservation-requests.js'
import {
  allocate,
  childNetwork,
  deleteNetwork,
  expire,
  HOUR_MS,
  network,
  release,
  renew,
} from './world.js'

/**
 * One step of a random history. `pick` chooses among the requests made so far, modulo their number; so do ids in
 * commands among the networks and allocations that there are (`aimed`).
 */
export type Step =
  | { readonly do: 'request'; readonly command: Command; readonly key: number | null }
  /** A network at the start of a live block, so much longer than it. */
  | { readonly do: 'delegate'; readonly pick: number; readonly longer: number }
  /** The very same entry once more. */
  | { readonly do: 'retry'; readonly pick: number }
  /** The same command under the same key, as a new request. */
  | { readonly do: 'replay'; readonly pick: number }
  /** No outcome of the requests before is awaited any more. */
  | { readonly do: 'settle' }
  /** The client's daemon starts anew. */
  | { readonly do: 'start' }
  /** The node closes and loads its ledger from rows. */
  | { readonly do: 'reopen' }
  | { readonly do: 'wait'; readonly halfHours: number }

type Place = CreateAllocationCommand['place']

/** What there is to aim at. */
export type Targets = {
  readonly networks: readonly Network[]
  readonly allocations: readonly Allocation[]
  readonly numberPools: readonly NumberPool[]
  readonly numbers: readonly NumberClaim[]
  readonly reservations: readonly Reservation[]
}

const BASES = { 4: 0x0a000000n, 6: 0x20010db8n << 96n } as const
const SHORTEST = { 4: 26, 6: 124 } as const
const SIZES = { 4: 64, 6: 16 } as const

const families = fc.constantFrom<Family>(4, 4, 4, 6)
const networkIds = fc.nat(20)
const allocationIds = fc.nat(40)
const holdHours = fc.constantFrom(0, 0, 0, 1)
const ttls = fc.constantFrom(null, null, HOUR_MS / 2, HOUR_MS, 2 * HOUR_MS)
const ifRevisions = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constantFrom(0, 0, 1) },
)

const addresses = families.chain(family =>
  fc.integer({ min: -1, max: SIZES[family] }).map(offset => {
    return { family, text: formatAddress(family, BASES[family] + BigInt(offset)) }
  }),
)
const prefixLengths = families.chain(family =>
  fc.integer({ min: SHORTEST[family] - 1, max: family === 4 ? 32 : 128 }),
)

const networks = fc
  .tuple(addresses, fc.integer({ min: 0, max: 6 }), holdHours)
  .map(([{ family, text }, longer, hours]) => {
    const longest = family === 4 ? 32 : 128
    const prefixLength = Math.min(SHORTEST[family] + longer, longest)
    return network(`${text}/${prefixLength}`, { holdHours: hours })
  })
const childNetworks = fc
  .tuple(networkIds, prefixLengths)
  .map(([parentId, prefixLength]) => childNetwork(parentId, prefixLength))
const networkUpdates = fc.tuple(networkIds, holdHours).map(([id, hours]): Command => {
  return { type: 'network.update', id, ifRevision: null, set: { holdHours: hours } }
})

const places: fc.Arbitrary<Place> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ count: 1 }) },
  { weight: 2, arbitrary: fc.integer({ min: 2, max: 70 }).map(count => ({ count })) },
  { weight: 2, arbitrary: fc.integer({ min: 2, max: 6 }).map(count => ({ count })) },
  { weight: 4, arbitrary: addresses.map(({ text }) => ({ ip: text })) },
  { weight: 5, arbitrary: prefixLengths.map(prefixLength => ({ prefixLength })) },
)
const allocations = fc
  .tuple(networkIds, places, ttls)
  .map(([networkId, place, ttlMs]) => allocate(networkId, place, { ttlMs }))
const releases = fc
  .tuple(allocationIds, ifRevisions)
  .map(([id, ifRevision]) => release(id, ifRevision))
const bulks = fc
  .array(fc.oneof<[typeof allocations, typeof releases]>(allocations, releases), {
    minLength: 1,
    maxLength: 5,
  })
  .map((steps): BulkCommand => ({ type: 'bulk', steps }))

const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: networks },
  { weight: 3, arbitrary: childNetworks },
  { weight: 1, arbitrary: networkUpdates },
  { weight: 2, arbitrary: networkIds.map(id => deleteNetwork(id)) },
  { weight: 14, arbitrary: allocations },
  { weight: 6, arbitrary: releases },
  { weight: 2, arbitrary: fc.tuple(allocationIds, ttls).map(([id, ttlMs]) => renew(id, ttlMs)) },
  { weight: 3, arbitrary: bulks },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }).map(expire) },
  { weight: 14, arbitrary: poolCommands(networks, ttls) },
  { weight: 8, arbitrary: numberCommands },
  { weight: 7, arbitrary: subnetCommands(networks, addresses) },
  { weight: 22, arbitrary: reservationCommands(addresses) },
  { weight: 5, arbitrary: regionCommands },
  {
    weight: 4,
    arbitrary: transactions(fc.oneof(networks, allocations, releases), childNetworks),
  },
  { weight: 1, arbitrary: fc.constant<Command>({ type: 'sweep', rowsMax: 5 }) },
)
/** Mostly about regions and what is in them. */
const commandsAboutRegions: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: commands },
  { weight: 12, arbitrary: regionCommands },
  { weight: 4, arbitrary: reservationCommands(addresses) },
  { weight: 3, arbitrary: allocations },
  { weight: 1, arbitrary: bulks },
)
const keys = fc.oneof(
  { weight: 8, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.nat(20) },
)

const picks = fc.nat(30)
const stepOf = (command: fc.Arbitrary<Command>): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 30,
      arbitrary: fc.record({ do: fc.constant('request' as const), command, key: keys }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('delegate' as const),
        pick: picks,
        longer: fc.nat(2),
      }),
    },
    { weight: 2, arbitrary: picks.map(pick => ({ do: 'retry' as const, pick })) },
    { weight: 3, arbitrary: picks.map(pick => ({ do: 'replay' as const, pick })) },
    { weight: 1, arbitrary: fc.constant({ do: 'settle' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'start' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
    {
      weight: 3,
      arbitrary: fc
        .integer({ min: 1, max: 3 })
        .map(halfHours => ({ do: 'wait' as const, halfHours })),
    },
  )

const LENGTH = { minLength: 1, maxLength: 80, size: 'max' } as const

export const histories: fc.Arbitrary<Step[]> = fc.array(stepOf(commands), LENGTH)
export const historiesOfRegions: fc.Arbitrary<Step[]> = fc.array(
  stepOf(commandsAboutRegions),
  LENGTH,
)

/** The place brought near the network: an address at most one outside, a length at most one too short. */
function placeIn(network: Network | undefined, place: Place): Place {
  if (network === undefined) return place
  const { family, first, prefixLength } = network
  const size = networkSize(network)
  if ('count' in place) return { count: 1 + ((place.count - 1) % (Number(size) + 1)) }
  if ('prefixLength' in place) {
    return { prefixLength: prefixLength - 1 + (place.prefixLength % 5) }
  }
  const offset = (parseAddress(place.ip)?.value ?? 0n) % (size + 2n)
  return { ip: formatAddress(family, first - 1n + offset) }
}

/** The command with ids of entities that exist and 0 as ifRevision made the right one; references to steps stay. */
export function aimed<Aimed extends Command>(command: Aimed, targets: Targets): Aimed {
  const { networks, allocations } = targets
  const aim = (pick: number, among: readonly { readonly id: number }[]) =>
    among[pick % among.length]?.id ?? pick
  switch (command.type) {
    case 'network.create': {
      if ('cidr' in command.place) {
        return { ...command, place: { cidr: atWaiting(command.place.cidr, targets) } }
      }
      const parentId = aim(command.place.parentId, networks)
      return { ...command, place: { ...command.place, parentId } }
    }
    case 'allocation.create': {
      const networkId = aim(command.networkId, networks)
      const target = networks.find(({ id }) => id === networkId)
      const place = placeIn(target, command.place)
      if (!('ip' in place)) return { ...command, networkId, place }
      return { ...command, networkId, place: { ip: atHolder(place.ip, networkId, targets) } }
    }
    case 'bulk':
      return { ...command, steps: command.steps.map(one => aimed(one, targets)) }
    case 'transaction':
      return { ...command, steps: command.steps.map(one => aimed(one as Command, targets)) }
    case 'network.update':
    case 'network.delete':
      return { ...command, id: aim(command.id, networks) }
    case 'allocation.release':
    case 'allocation.renew': {
      const id = aim(command.id, allocations)
      const right = allocations.find(allocation => allocation.id === id)?.revision ?? 0
      return { ...command, id, ifRevision: command.ifRevision === 0 ? right : command.ifRevision }
    }
    default:
      return aimedAtRegion(aimedAtOffice(aimedAtPool(command, targets), targets), targets)
  }
}
