// Subnets and their gateways, which wait under claims, move to children and are in nobody's way (command version 5).

import { subnet, updateSubnet } from '../../ledger/office.js'
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
import type { Cast } from './identities.js'

/** What every subnet must have since `catalogue`. */
export const SINCE = { since: '2024-02-29' }

export function subnets(script: GoldenScript, cast: Cast): void {
  refusedFacts(script)
  const office = facets(script, cast)
  gatewaysUnderClaims(script)
  gatewaysOfChildren(script, office)
  gatewaysOfPools(script)
  otherPlaces(script)
}

function refusedFacts(script: GoldenScript): void {
  const customFields = SINCE
  script.refused('vrf-not-found', { ...subnet('10.20.0.0/24', { customFields }), vrf: 'lab' })
  script.refused('invalid', subnet('10.20.0.0/33', { customFields }))
  script.refused('invalid', { ...subnet('10.20.0.0/24', { customFields }), tags: ['a=1', 'a=2'] })
  for (const vlanId of [0, 4095, 1.5]) {
    script.refused('invalid', subnet('10.20.0.0/24', { vlanId, customFields }))
  }
  for (const location of ['', 'l'.repeat(201), 'two\nlines'])
    script.refused('invalid', subnet('10.20.0.0/24', { location, customFields }))
  for (const wrong of [
    {},
    { asset: 'x' },
    { since: '2023-02-29' },
    { since: '1900-02-29' },
    { since: 20240229 },
    { ...SINCE, asset: 7 },
    { ...SINCE, '': 'x' },
    { ...SINCE, free: 'v'.repeat(1001) },
    { ...SINCE, ['__proto__']: 'x' },
    { ...SINCE, ['n'.repeat(101)]: true },
    Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`field ${n}`, n])),
  ])
    script.refused('invalid', subnet('10.20.0.0/24', { customFields: wrong }))
  script.refused('invalid', subnet('10.20.0.0/24', { gateway: '10.20.0', customFields }))
  for (const gateway of ['10.20.1.1', '2001:db8::1'])
    script.refused('address-outside-network', subnet('10.20.0.0/24', { gateway, customFields }))
  for (const gateway of ['10.20.0.0', '10.20.0.255'])
    script.refused('address-not-usable', subnet('10.20.0.0/24', { gateway, customFields }))
}

/** @returns 10.20.0.0/24 with the gateway .1 */
function facets(script: GoldenScript, { manager }: Cast): number {
  const said = script.signedIn(manager, 'update')
  const facts = { gateway: '10.20.0.1', vlanId: 4094, location: 'Köln', description: 'Büro' }
  const customFields = { ...SINCE, free: 'anything', on: true, floor: -3.25, 7: 'seven' }
  const office = script.made(subnet('10.20.0.0/24', { ...facts, customFields }), said)
  script.refused('subnet-exists', subnet('10.20.0.0/24', { customFields: SINCE }), said)
  script.does(allocate(office))
  script.refused('address-taken', allocate(office, { ip: '10.20.0.1' }))
  script.does(updateSubnet(office, { vlanId: 1, location: null, description: null }), said)
  script.refused('invalid', updateSubnet(office, { customFields: {} }), said)
  script.refused('revision-mismatch', updateSubnet(office, { vlanId: 2 }, 1), said)
  script.refused('network-not-found', updateSubnet(99, { vlanId: 2 }), said)
  for (const gateway of ['10.20.0.255', '10.21.0.1', 'x'])
    script.ask(updateSubnet(office, { gateway }), said)
  script.does(updateSubnet(office, { tags: ['env=', 'site=cgn'], customFields: SINCE }), said)
  // Networks that were there before: one is created as a subnet, and one is edited as one.
  const plain = script.made(network('10.21.0.0/24', { description: 'old', holdHours: 1 }))
  script.does(subnet('10.21.0.0/24', { gateway: '10.21.0.254', customFields: SINCE }), said)
  script.does(updateSubnet(plain, { gateway: null }), said)
  const other = script.made(network('10.22.0.0/29'))
  script.does(updateSubnet(other, { vlanId: 12 }))
  script.refused('subnet-exists', subnet('10.22.0.0/29', { customFields: SINCE }))
  script.does(deleteNetwork(other))
  return office
}

function gatewaysUnderClaims(script: GoldenScript): void {
  const id = script.made(network('10.23.0.0/29', { holdHours: 1 }))
  const first = script.made(allocate(id))
  script.does(subnet('10.23.0.0/29', { gateway: '10.23.0.1', customFields: SINCE }))
  script.refused('address-taken', allocate(id, { ip: '10.23.0.1' }))
  script.does(release(first))
  script.refused('address-taken', allocate(id, { ip: '10.23.0.1' }))
  script.does(allocate(id))
  script.wait(HOUR_MS)
  script.does(expire())
  // By now it is the gateway's.
  script.refused('address-taken', allocate(id, { ip: '10.23.0.1' }))
  script.does(updateSubnet(id, { gateway: '10.23.0.2' }))
  const again = script.made(allocate(id, { ip: '10.23.0.1' }, { ttlMs: 1000 }))
  script.does(updateSubnet(id, { gateway: null }))
  script.does(updateSubnet(id, { gateway: '10.23.0.1' }))
  script.wait(5000)
  script.does(expire())
  script.refused('allocation-ended', release(again))
  const run = script.made(allocate(id, { count: 3 }))
  script.refused('no-space', allocate(id, { count: 2 }))
  script.does(updateSubnet(id, { gateway: '10.23.0.4' }))
  script.does(release(run))
  script.refused('network-in-use', deleteNetwork(id))
}

function gatewaysOfChildren(script: GoldenScript, office: number): void {
  const customFields = SINCE
  script.refused('gateway-in-the-way', network('10.20.0.0/28'))
  script.refused('gateway-in-the-way', subnet('10.20.0.0/28', { customFields }))
  const other = { gateway: '10.20.0.3', customFields }
  script.refused('gateway-in-the-way', subnet('10.20.0.0/28', other))
  script.refused('gateway-in-the-way', pool('rack', '10.20.0.0/28'))
  script.does(network('10.20.0.64/28'))
  script.refused('address-in-child', updateSubnet(office, { gateway: '10.20.0.65' }))
  const child = script.made(subnet('10.20.0.0/28', { gateway: '10.20.0.1', customFields }))
  script.does(updateSubnet(office, { gateway: '10.20.0.254' }))
  script.does(allocate(child, { ip: '10.20.0.5' }))
  const inner = script.made(subnet('10.20.0.0/30', { gateway: '10.20.0.1', customFields }))
  script.refused('network-in-use', deleteNetwork(inner))
  script.refused('no-space', allocate(inner))
  const beside = script.made(subnet('10.20.0.128/30', { gateway: '10.20.0.129', customFields }))
  script.does(deleteNetwork(beside))
  script.does(allocate(office, { ip: '10.20.0.129' }))
}

function gatewaysOfPools(script: GoldenScript): void {
  const id = script.made(pool('links', '10.24.0.0/29'))
  script.does(subnet('10.24.0.0/29', { gateway: '10.24.0.1', customFields: SINCE }))
  const block = { type: 'block.allocate', pool: 'links', ttlMs: null } as const
  const said = { description: null, owner: 'rt-1' }
  script.does({ ...block, ...said, prefixLength: 31 })
  script.refused('pool-exhausted', { ...block, ...said, prefixLength: 29 })
  script.does({ ...block, ...said, prefixLength: 30 })
  script.refused('pool-exhausted', { ...block, ...said, prefixLength: 31 })
  script.does({ ...block, ...said, prefixLength: 32 })
  script.does(updateSubnet(id, { gateway: '10.24.0.5' }))
  script.does({ ...block, ...said, prefixLength: 32 })
  const release = { type: 'block.release', pool: 'links', ifRevision: null } as const
  script.does({ ...release, cidr: '10.24.0.4/30' })
  script.refused('pool-exhausted', { ...block, ...said, prefixLength: 30 })
  script.does(deletePool('links'))
  script.refused('pool-not-found', { ...block, ...said, prefixLength: 32 })
  script.does(allocate(id, { count: 4 }))
}

/** Another VRF, IPv6, and the edges that are usable. */
function otherPlaces(script: GoldenScript): void {
  const customFields = SINCE
  script.does({ type: 'vrf.create', name: 'lab', description: null })
  const there = { ...subnet('10.20.0.0/24', { gateway: '10.20.0.1', customFields }), vrf: 'lab' }
  script.does(there)
  script.refused('subnet-exists', there)
  const gateway = '2001:db8:20::1'
  const six = script.made(subnet('2001:db8:20::/64', { gateway, customFields }))
  script.refused('address-not-usable', updateSubnet(six, { gateway: '2001:db8:20::' }))
  script.refused('gateway-in-the-way', network('2001:db8:20::/126'))
  script.does(allocate(six, { prefixLength: 80 }))
  script.does(subnet('10.25.0.0/31', { gateway: '10.25.0.0', customFields }))
  const host = script.made(subnet('10.25.0.4/32', { gateway: '10.25.0.4', customFields }))
  script.refused('no-space', allocate(host))
}
