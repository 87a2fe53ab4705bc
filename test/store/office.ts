// A history of the office surface for tests of reads and of the check: entry n of it has log index n + 1.
import type { Command } from '../../src/ledger/index.js'
import { createAllocation, createPool, genesis, START_MS } from './support.js'

const DAY_MS = 86_400_000
const bare = { gateway: null, vlanId: null, location: null, customFields: {} }

export function createSubnet(
  cidr: string,
  set: Partial<Extract<Command, { type: 'subnet.create' }>['subnet']> = {},
): Command {
  const subnet = { ...bare, ...set }
  return { type: 'subnet.create', vrf: 'default', cidr, description: null, tags: [], subnet }
}

export function reserve(ip: string, expiresMs: number | null = null): Command {
  const uid = `00000000-0000-4000-8000-${ip.replaceAll(/\D/g, '').padStart(12, '0')}`
  return { type: 'reservation.create', uid, vrf: 'default', ip, reason: 'printer', expiresMs }
}

export const update = (id: number, mac: string): Command => ({
  type: 'allocation.update',
  id,
  ifRevision: null,
  set: { mac },
})
export const review = (networkIds: number[], allocationIds: number[] = []): Command => ({
  type: 'alerts.review',
  networkIds,
  allocationIds,
  forgetBeforeMs: 0,
})

/**
 * Network 1 with a gateway (.1), two live claims with details (.2 in conflict, .3 a lease), a hold (.4) and a reservation
 * (.9); network 2 with a pool and an empty facet; network 3 full, with an alert; reservations 2 to 4 over; alert 2 open.
 */
export const officeCommands: readonly Command[] = [
  genesis,
  createSubnet('10.0.0.0/24', {
    gateway: '10.0.0.1',
    vlanId: 100,
    location: 'Büro “3”',
    customFields: { floor: 3, name: 'a' },
  }),
  { type: 'network.update', id: 1, ifRevision: null, set: { holdHours: 1 } },
  createAllocation(1, { facts: { mac: 'aabbcc000001', customFields: { isLeased: false } } }),
  createAllocation(1, { facts: { deviceType: 'printer', owner: 'anna' }, ttlMs: 8 * DAY_MS }),
  createAllocation(1, { facts: {} }),
  update(1, 'aabbcc000002'),
  { type: 'allocation.release', id: 3, ifRevision: null, reason: 'gone' },
  reserve('10.0.0.9'),
  reserve('10.0.0.10', START_MS),
  reserve('10.0.0.11'),
  reserve('10.0.0.12'),
  { type: 'expire', rowsMax: 10 },
  createAllocation(1, { place: { ip: '10.0.0.11' } }),
  { type: 'reservation.cancel', id: 4, ifRevision: null, reason: 'not needed' },
  createPool('10.1.0.0/16'),
  createSubnet('10.1.0.0/16'),
  createSubnet('10.2.0.0/30', { gateway: '10.2.0.1' }),
  createAllocation(3),
  review([1, 3], [1, 2]),
  { type: 'alert.mailed', id: 2, number: 0 },
]
