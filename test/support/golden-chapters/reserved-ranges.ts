// Reserved CIDRs: what is in their way, in whose way they are, and what they become (command version 6).
import { cancel, dismiss, placed, reserve, toHost, toRegion } from '../../ledger/office.js'
import { region, retire, updateRegion } from '../../ledger/regions-world.js'
import { allocate, deleteNetwork, expire, HOUR_MS, network, release } from '../../ledger/world.js'
import type { GoldenScript } from '../golden-script.js'
import type { Cast } from './identities.js'

export function reservedRanges(script: GoldenScript, cast: Cast): void {
  placing(script, cast)
  inTheWay(script, cast)
  nested(script, cast)
  regionsOfThem(script, cast)
  hostsOfThem(script, cast)
  ends(script, cast)
}

function placing(script: GoldenScript, { manager }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  script.refused('invalid', placed('10.60.0.0/x'), mona)
  script.refused('invalid', placed('10.60.0.0/24', { reason: 'r'.repeat(501) }), mona)
  script.refused('invalid', placed('10.60.0.0/24', { ttlMs: -1 }), mona)
  script.refused('vrf-not-found', placed('10.60.0.0/24', { vrf: 'nowhere' }), mona)
  const waiting = script.made(placed('10.60.0.0/24', { reason: 'Süd' }), mona)
  script.refused('range-taken', placed('10.60.0.0/23'), mona)
  script.refused('range-taken', placed('10.60.0.128/25'), mona)
  script.does(placed('2001:db8:60::/64', { ttlMs: 2 * HOUR_MS }), mona)
  // Moved into what is made around it, back out, and in again.
  const around = script.made(network('10.60.0.0/16'))
  script.refused('network-in-use', deleteNetwork(around))
  script.does(cancel(waiting, 'not yet'), mona)
  script.does(deleteNetwork(around))
}

function inTheWay(script: GoldenScript, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  const id = script.made(network('10.61.0.0/16', { holdHours: 1 }))
  script.does(network('10.61.2.64/26'))
  script.refused('network-in-the-way', placed('10.61.2.0/24'), mona)
  script.refused('network-in-the-way', placed('10.61.2.64/26'), mona)
  const claim = script.made(allocate(id, { ip: '10.61.3.9' }))
  script.refused('range-taken', placed('10.61.3.0/24'), mona)
  script.does(release(claim))
  script.refused('range-taken', placed('10.61.3.0/24'), mona)
  script.does(reserve('10.61.4.4'), script.signedIn(reader))
  script.refused('range-taken', placed('10.61.4.0/24'), mona)
  script.does(placed('10.61.5.0/24'), mona)
  script.refused('address-taken', allocate(id, { ip: '10.61.5.1' }), mona)
  script.refused('reservation-in-the-way', network('10.61.5.0/24'), mona)
  script.refused('reservation-in-the-way', network('10.61.5.128/26'), mona)
  script.refused('reservation-in-the-way', region('10.61.5.0/24', { name: 'five' }), mona)
  script.does(network('10.61.4.0/23'))
  script.does(allocate(id, { count: 20 }))
  script.does(allocate(id, { prefixLength: 24 }))
}

/** An address in a CIDR of the same holder, in either order. */
function nested(script: GoldenScript, { admin, manager, reader }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  const asReader = script.signedIn(reader)
  script.does(network('10.62.0.0/16'))
  for (const [cidr, ip] of [
    ['10.62.1.0/24', '10.62.1.5'],
    ['10.63.1.0/24', '10.63.1.5'],
  ] as const) {
    const whole = script.made(placed(cidr), mona)
    const address = script.made(placed(`${ip}/32`), mona)
    script.refused('address-taken', placed(`${ip}/32`), mona)
    script.refused('address-taken', placed(`${ip.replace(/5$/, '6')}/32`), asReader)
    script.refused('reservation-not-yours', cancel(whole), asReader)
    script.does(cancel(whole, 'too large'), script.signedIn(admin, 'admin'))
    script.refused('range-taken', placed(cidr), asReader)
    const again = script.made(placed(cidr), mona)
    script.does(cancel(address), mona)
    script.does(cancel(again), mona)
  }
}

function regionsOfThem(script: GoldenScript, { manager, reader }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  const id = script.made(placed('10.64.1.0/24'), mona)
  const inside = script.made(placed('10.64.1.7/32'), mona)
  script.refused('reservation-not-found', toRegion(id), script.signedIn(reader))
  script.refused('revision-mismatch', toRegion(id, {}, 1), mona)
  script.refused('invalid', toRegion(id, { name: '' }), mona)
  script.refused('reservation-covered', toHost(inside), mona)
  script.does(toRegion(id, { tags: ['from=reservation'] }), mona)
  script.refused('reservation-ended', toRegion(id), mona)
  script.does(toHost(inside, 'seven', { tags: ['a'], facts: { host: { notes: 'n' } } }), mona)
  const large = script.made(placed('10.65.0.0/16'), mona)
  script.refused('invalid', toRegion(large), mona)
  script.does(dismiss(id), mona)
  script.does(dismiss(id), mona)
  script.refused('reservation-active', dismiss(large), mona)
  script.refused('reservation-not-found', dismiss(9999), mona)
}

function hostsOfThem(script: GoldenScript, { manager }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  const lonely = script.made(placed('10.67.0.9/32'), mona)
  script.refused('address-in-no-network', toHost(lonely), mona)
  const id = script.made(region('10.66.0.0/24', { name: 'six' }), mona)
  const kept = script.made(placed('10.66.0.9/32'), mona)
  script.does(updateRegion(id, { status: 'Reserved' }), mona)
  script.refused('region-reserved', toHost(kept), mona)
  script.does(updateRegion(id, { status: 'Active' }), mona)
  script.does(allocate(id, { count: 1 }, { hostname: 'web' }), mona)
  script.refused('hostname-taken', toHost(kept), mona)
  script.does(toHost(kept, 'Web-2'), mona)
  script.does(placed('10.66.0.10/32'), mona)
  script.refused('network-in-use', retire(id), mona)
  script.does(retire(id, true, 'gone'), mona)
}

function ends(script: GoldenScript, { manager }: Cast): void {
  const mona = script.signedIn(manager, 'allocate')
  const short = script.made(placed('10.68.0.0/24', { ttlMs: HOUR_MS }), mona)
  script.does(placed('10.68.0.1/32'), mona)
  const around = script.made(network('10.68.0.0/22'))
  script.wait(HOUR_MS)
  script.does(expire(1))
  script.does(expire())
  script.refused('reservation-ended', cancel(short), mona)
  script.does(dismiss(short), mona)
  script.refused('address-taken', allocate(around, { ip: '10.68.0.1' }))
  script.does(network('10.68.0.0/24'))
}
