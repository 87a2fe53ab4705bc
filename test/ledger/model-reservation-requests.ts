// Random requests about reservations: addresses and CIDRs, in networks, around them and outside, and what becomes of them.
import fc from 'fast-check'
import {
  addressBits,
  type Cidr,
  type Command,
  formatAddress,
  formatCidr,
  isSingleAddress,
  networkRange,
  networkSize,
  parseAddress,
  parseCidr,
  type Reservation,
} from '../../src/ledger/index.js'
import type { Targets } from './model-requests.js'
import { HOUR_MS, START_MS } from './world.js'

type Addresses = fc.Arbitrary<{ readonly family: 4 | 6; readonly text: string }>

const SHORTEST = { 4: 26, 6: 124 } as const
/** A region far from where networks are drawn. */
const REGION = '10.0.1.0/24'

const ids = fc.nat(20)
const ifRevisions = fc.constantFrom(null, null, null, null, 0, 1)
const texts = fc.constantFrom(null, 'text')
const times = fc.constantFrom(null, 0, START_MS, START_MS + HOUR_MS, START_MS + 3 * HOUR_MS)
const ttls = fc.constantFrom(null, null, HOUR_MS, 2 * HOUR_MS)
/** Where a CIDR is aimed: as drawn, around or inside a reservation or a network, or in the region. */
const AIMS = ['drawn', 'drawn', 'around', 'inside', 'half', 'region', 'region'] as const

export function reservationCommands(addresses: Addresses): fc.Arbitrary<Command> {
  const creations = fc
    .record({ ip: addresses.map(({ text }) => text), reason: texts, expiresMs: times, at: ids })
    .map(({ at, ...facts }): Command => {
      return { type: 'reservation.create', uid: `uid ${at}`, vrf: 'default', ...facts }
    })
  const target = { id: ids, ifRevision: ifRevisions }
  const cancellations = fc
    .record({ ...target, reason: texts })
    .map((facts): Command => ({ type: 'reservation.cancel', ...facts }))
  const dismissals = fc
    .record(target)
    .map((facts): Command => ({ type: 'reservation.dismiss', ...facts }))
  return fc.oneof(
    { weight: 4, arbitrary: creations },
    { weight: 8, arbitrary: placements(addresses) },
    { weight: 7, arbitrary: conversions },
    { weight: 2, arbitrary: cancellations },
    { weight: 3, arbitrary: dismissals },
  )
}

function placements(addresses: Addresses): fc.Arbitrary<Command> {
  const cidrs = fc
    .tuple(addresses, fc.constantFrom(0, 1, 2, 3, 4, 5, 99, 99))
    .map(([{ family, text }, longer]) => {
      return `${text}/${Math.min(SHORTEST[family] + longer, addressBits(family))}`
    })
  return fc
    .record({ cidr: cidrs, reason: texts, ttlMs: ttls, at: ids, aim: fc.constantFrom(...AIMS) })
    .map(({ at, aim, ...facts }): Command => {
      return { type: 'reservation.place', uid: `${aim} ${at}`, vrf: 'default', ...facts }
    })
}

const said = { description: texts, tags: fc.constantFrom([], ['a']) }
const conversions = fc
  .record({
    ...{ id: ids, ifRevision: ifRevisions },
    to: fc.oneof(
      {
        weight: 2,
        arbitrary: fc
          .record({ ...said, owner: texts, name: fc.constant('north') })
          .map(region => ({ region })),
      },
      {
        weight: 3,
        arbitrary: fc
          .record({
            ...said,
            hostname: fc.constantFrom('web', 'web', 'mail'),
            facts: fc.constantFrom({}, { owner: 'bob', deviceType: 'printer' }),
          })
          .map(host => ({ host })),
      },
    ),
  })
  .map((facts): Command => ({ type: 'reservation.convert', ...facts }))

/** Reservations that are there, and places near them and near networks. */
export function aimedAtReservation<Aimed extends Command>(command: Aimed, targets: Targets): Aimed {
  const { networks, reservations } = targets
  switch (command.type) {
    case 'reservation.create': {
      const network = networks[command.uid.length % Math.max(networks.length, 1)]
      const aim = command.reason === null && network !== undefined
      return aim ? { ...command, ip: addressIn(network, command.ip) } : command
    }
    case 'reservation.place':
      return { ...command, cidr: aimedCidr(command, targets) }
    case 'reservation.cancel':
      return { ...command, ...aimedId(command, reservations, isActive) }
    case 'reservation.convert': {
      const fits = 'region' in command.to ? isRegion : isSingleAddress
      const wanted = (one: Reservation) => isActive(one) && fits(one)
      return { ...command, ...aimedId(command, reservations, wanted) }
    }
    case 'reservation.dismiss':
      return { ...command, ...aimedId(command, reservations, one => !isActive(one)) }
    default:
      return command
  }
}

function isActive({ status }: Reservation): boolean {
  return status === 'active'
}

function isRegion(reservation: Reservation): boolean {
  return formatCidr(reservation) === REGION
}

/** Most often at one that is as it is wanted; 0 as ifRevision becomes the right one. */
function aimedId(
  { id, ifRevision }: { readonly id: number; readonly ifRevision: number | null },
  reservations: readonly Reservation[],
  wanted: (reservation: Reservation) => boolean,
) {
  const fit = reservations.filter(wanted)
  const among = id % 6 === 0 || fit.length === 0 ? reservations : fit
  const found = among[id % Math.max(among.length, 1)]
  if (found === undefined) return { id, ifRevision }
  return { id: found.id, ifRevision: ifRevision === 0 ? found.revision : ifRevision }
}

function aimedCidr(
  { uid, cidr }: Extract<Command, { type: 'reservation.place' }>,
  { networks, reservations }: Targets,
): string {
  const [aim = '', pick = '0'] = uid.split(' ')
  const active = reservations.filter(isActive)
  const pickOf = <T>(among: readonly T[]) => among[Number(pick) % Math.max(among.length, 1)]
  const address = cidr.slice(0, cidr.indexOf('/'))
  switch (aim) {
    case 'around': {
      const one = pickOf(active)
      return one === undefined ? cidr : wider(one, 1 + (Number(pick) % 3))
    }
    case 'inside': {
      const range = pickOf(active.filter(one => !isSingleAddress(one)))
      return range === undefined ? cidr : single(range, addressIn(range, address))
    }
    case 'half': {
      const network = pickOf(networks)
      return network === undefined ? cidr : wider(network, -1)
    }
    case 'region':
      return Number(pick) % 2 === 0 ? REGION : `10.0.1.${Number(pick) % 4}/32`
    default:
      return cidr
  }
}

/** At times a network around, equal to or inside a reservation that waits for one. @param cidr as it is where a step refers to another */
export function atWaiting(cidr: string, { reservations }: Targets): string {
  if (typeof cidr !== 'string') return cidr
  const waiting = reservations.filter(one => isActive(one) && one.networkId === null)
  const found = waiting.filter(one => !isRegion(one)).at(-1)
  const pick = Number((parseAddress(cidr.slice(0, cidr.indexOf('/')))?.value ?? 0n) % 6n)
  return found === undefined || pick > 3 ? cidr : wider(found, pick - 1)
}

function wider({ family, first, prefixLength }: Cidr, bits: number): string {
  const length = Math.min(Math.max(prefixLength - bits, SHORTEST[family]), addressBits(family))
  const cidr = parseCidr(`${formatAddress(family, first)}/${length}`)
  return 'reason' in cidr ? '' : formatCidr(cidr)
}

function single({ family }: Cidr, ip: string): string {
  return `${ip}/${addressBits(family)}`
}

/** At most one outside. */
export function addressIn(range: Cidr, text: string): string {
  const offset = (parseAddress(text)?.value ?? 0n) % (networkSize(range) + 2n)
  const { first } = networkRange(range)
  return formatAddress(range.family, first === 0n ? offset : first - 1n + offset)
}
