// Reservations: made, moved with their address, converted by whoever holds them, cancelled and expired (command version 5).
import type {
  Command,
  CreateReservationCommand,
  TransactionStep,
} from '../../../src/ledger/index.js'
import { cancel, reserve, subnet, updateSubnet } from '../../ledger/office.js'
import {
  allocate,
  deleteNetwork,
  deletePool,
  expire,
  HOUR_MS,
  network,
  pool,
  release,
} from '../../ledger/world.js'
import type { GoldenScript } from '../golden-script.js'
import { because, told } from './allocations.js'
import type { Cast } from './identities.js'
import { SINCE } from './subnets.js'

export function reservations(script: GoldenScript, cast: Cast): void {
  const id = script.made(network('10.40.0.0/24', { holdHours: 1 }))
  refusals(script, id)
  holders(script, id, cast)
  moves(script, id, cast)
  inManySteps(script, id, cast)
  ends(script, id, cast)
  inTheWay(script)
}

function refusals(script: GoldenScript, id: number): void {
  const wrong: readonly Partial<CreateReservationCommand>[] = [
    { ip: '10.40.0' },
    { uid: '' },
    { uid: 'u'.repeat(101) },
    { reason: 'r'.repeat(1001) },
    { expiresMs: -1 },
    { expiresMs: 400_000_000_000_000 },
  ]
  for (const set of wrong) script.refused('invalid', reserve('10.40.0.10', set))
  script.refused('vrf-not-found', reserve('10.40.0.10', { vrf: 'nowhere' }))
  script.refused('address-in-no-network', reserve('10.99.0.1'))
  script.refused('address-in-no-network', reserve('10.40.0.10', { vrf: 'lab' }))
  for (const ip of ['10.40.0.0', '10.40.0.255']) script.refused('address-not-usable', reserve(ip))
  const first = script.made(allocate(id))
  script.refused('address-taken', reserve('10.40.0.1'))
  script.does(release(first))
  script.refused('address-taken', reserve('10.40.0.1'))
  script.does(updateSubnet(id, { gateway: '10.40.0.2' }))
  script.refused('address-taken', reserve('10.40.0.2'))
}

/** Nobody but the holder is given it. */
function holders(script: GoldenScript, id: number, { admin, manager, reader }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  const first = script.made(reserve('10.40.0.3', { reason: 'Drucker “3”' }), mona)
  script.refused('address-taken', reserve('10.40.0.3'), mona)
  script.refused('address-taken', updateSubnet(id, { gateway: '10.40.0.3' }), mona)
  const taking = allocate(id, { ip: '10.40.0.3' })
  script.refused('address-taken', taking, script.signedIn(admin, 'allocate'))
  // Who has her name has not signed in as her.
  script.refused('address-taken', taking, { actor: 'mona' })
  script.does(allocate(id))
  script.does(told(id, { owner: 'mona' }, { ip: '10.40.0.3' }), mona)
  script.refused('reservation-ended', cancel(first), mona)
  const unsigned = script.made(reserve('10.40.0.6'), { actor: 'carol' })
  script.refused('address-taken', allocate(id, { ip: '10.40.0.6' }), { actor: 'dave' })
  script.does(allocate(id, { ip: '10.40.0.6' }), { actor: 'carol' })
  script.refused('reservation-ended', cancel(unsigned), { actor: 'carol' })
  const hers = script.made(reserve('10.40.0.7'), mona)
  const asReader = script.signedIn(reader)
  script.refused('reservation-not-yours', cancel(hers), asReader)
  script.refused('reservation-not-yours', cancel(hers), { actor: 'mona' })
  script.refused('revision-mismatch', cancel(hers, null, 1), mona)
  script.refused('invalid', cancel(hers, 'r'.repeat(1001)), mona)
  script.does(cancel(hers, 'not needed'), mona)
  script.refused('reservation-ended', cancel(hers), mona)
  script.refused('reservation-not-found', cancel(99), mona)
  const his = script.made(reserve('10.40.0.7'), asReader)
  script.does(cancel(his), script.signedIn(admin, 'admin'))
  script.does(allocate(id))
}

/** To the network that is made around them, and back when it goes. */
function moves(script: GoldenScript, id: number, { manager }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  script.does(reserve('10.40.0.33', { expiresMs: script.timeMs + HOUR_MS }), mona)
  script.does(reserve('10.40.0.35'), mona)
  script.does(allocate(id, { ip: '10.40.0.34' }))
  script.refused('reservation-in-the-way', network('10.40.0.33/32'))
  script.refused('reservation-in-the-way', network('10.40.0.32/30'))
  const gateway = '10.40.0.33'
  const child = subnet('10.40.0.32/29', { gateway, customFields: SINCE })
  script.refused('address-taken', child)
  const inner = script.made(subnet('10.40.0.32/29', { customFields: SINCE }))
  script.refused('address-taken', updateSubnet(inner, { gateway }))
  script.refused('address-in-child', allocate(id, { ip: gateway }), mona)
  script.refused('network-in-use', deleteNetwork(inner))
  script.does(allocate(inner, { ip: gateway }), mona)
  script.does(reserve('10.40.0.66'), mona)
  script.does(pool('block of desks', '10.40.0.64/28'))
  script.refused('network-in-use', deletePool('block of desks'))
  script.does({
    ...{ type: 'block.allocate', pool: 'block of desks', prefixLength: 30 },
    ...{ description: null, owner: null, ttlMs: null },
  } as const)
}

function inManySteps(script: GoldenScript, id: number, { manager }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  for (const ip of ['10.40.0.90', '10.40.0.91']) script.does(reserve(ip), mona)
  const steps = [told(id, { deviceType: 'phone' }, { ip: '10.40.0.90' }), allocate(id)]
  const late = allocate(id, { ip: '10.40.0.90' })
  script.refused('step-refused', { type: 'bulk', steps: [...steps, late] }, mona)
  script.refused('step-refused', { type: 'bulk', steps }, { actor: 'mona' })
  script.does({ type: 'bulk', steps }, mona)
  const mine: readonly TransactionStep[] = [
    told(id, { owner: 'mona' }, { ip: '10.40.0.91' }),
    { ...because(0, 'tried out'), id: { step: 0 } },
  ]
  const wrong = childOf(9999)
  script.refused('step-refused', { type: 'transaction', steps: [...mine, wrong] }, mona)
  script.does({ type: 'transaction', steps: mine }, mona)
  script.refused('address-taken', reserve('10.40.0.91'), mona)
}

function childOf(parentId: number): TransactionStep {
  const plain = { vrf: 'default', description: null, tags: [], holdHours: 0 }
  return { type: 'network.create', place: { parentId, prefixLength: 28 }, ...plain }
}

/** By time: leases first, then holds, then reservations. */
function ends(script: GoldenScript, id: number, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  const past = script.made(reserve('10.40.0.120', { expiresMs: 0 }), mona)
  const expiresMs = script.timeMs + HOUR_MS
  const exact = script.made(reserve('10.40.0.121', { expiresMs }), script.signedIn(reader))
  script.does(allocate(id, { ip: '10.40.0.122' }, { ttlMs: 1000 }))
  script.wait(1000)
  const slice: Command = expire(1)
  for (let times = 0; times < 2; times++) script.does(slice)
  script.does(expire())
  script.refused('reservation-ended', cancel(past), mona)
  script.does(allocate(id, { ip: '10.40.0.120' }), { actor: 'dave' })
  script.until(expiresMs - 1)
  script.does(expire())
  script.until(expiresMs)
  script.does(expire())
  script.refused('reservation-ended', cancel(exact), mona)
  script.does(expire())
}

/** What only a network with them directly in it knows of. */
function inTheWay(script: GoldenScript): void {
  const id = script.made(network('10.41.0.0/29'))
  const kept = script.made(reserve('10.41.0.1', { expiresMs: script.timeMs + HOUR_MS }))
  script.refused('network-in-use', deleteNetwork(id))
  script.refused('no-space', allocate(id, { count: 6 }))
  script.does(allocate(id, { prefixLength: 31 }))
  script.refused('address-taken', reserve('10.41.0.3'))
  script.does(cancel(kept, 'moved'))
  script.refused('network-in-use', deleteNetwork(id))
  const six = script.made(network('2001:db8:41::/64'))
  script.does(reserve('2001:DB8:41:0::7', { expiresMs: script.timeMs + HOUR_MS }))
  script.refused('reservation-in-the-way', network('2001:db8:41::7/128'))
  script.does(network('2001:db8:41::/126'))
  script.does(allocate(six))
}
