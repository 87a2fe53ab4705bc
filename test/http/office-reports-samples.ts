// A server on which there is something to report.
import type { Command } from '../../src/ledger/index.js'
import type { Office } from './office.js'

export const DAY_MS = 86_400_000

/**
 * 192.168.1.0/24 with a gateway and claims of every kind, and an IPv6 network. What happens last happens a day later, on
 * 2024-01-16; one allocation, made by the manager, is released then.
 */
export async function fill(office: Office): Promise<void> {
  const { gateway } = office.h
  const subnet = { gateway: '192.168.1.1', vlanId: 100, location: null, customFields: {} }
  const named = { vrf: 'default', cidr: '192.168.1.0/24', description: 'office', tags: [] }
  apply(office, { type: 'subnet.create', ...named, subnet })
  await office.h.call('POST', '/api/v1/networks', { cidr: '2001:db8::/64' })
  await allocate(office, {
    hostname: 'server01',
    description: '=1+1',
    mac_address: 'AA-BB-CC-DD-EE-FF',
    device_type: 'server',
    location: '机房A',
    assigned_to: '张三',
    tags: ['production'],
    custom_fields: { department: 'IT部门' },
  })
  await allocate(office, { count: 4 })
  const manager = await office.token('manager')
  const mine = { network_id: 'net-1', hostname: 'mine' }
  await office.as(manager, 'POST', '/api/v1/allocations', mine)
  gateway.timeMs += DAY_MS
  await allocate(office, {})
  apply(office, { type: 'allocation.release', id: 3, ifRevision: null })
  const ip = '192.168.1.50'
  const times = { reason: 'for later', expiresMs: null }
  apply(office, { type: 'reservation.create', uid: 'uid-1', vrf: 'default', ip, ...times })
}

export function apply({ h }: Office, command: Command): void {
  const outcome = h.gateway.apply(command)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
}

async function allocate({ h }: Office, body: object): Promise<void> {
  const { status, text } = await h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    ...body,
  })
  if (status !== 201) throw new Error(text)
}
