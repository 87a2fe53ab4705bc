// Reports of the office surface: what is in them, in each format, and who gets them.
import t from 'tap'
import { FinderBusyError } from '../../src/store/index.js'
import { type Office, refusal, startOffice } from './office.js'

const DAY_MS = 86_400_000
const DASHBOARD = '/api/reports/dashboard'
const UTILIZATION = '/api/reports/utilization'
const INVENTORY = '/api/reports/inventory'
const EXPORT = '/api/reports/export'

const facts = {
  mac: 'aa:bb:cc:dd:ee:ff',
  deviceType: 'server',
  location: '机房A',
  owner: '张三',
  customFields: { department: 'IT部门' },
}

/** Two subnets, one with claims of every kind; the last of it happens a day later. */
async function filled(office: Office): Promise<void> {
  const { gateway } = office.h
  const subnet = { gateway: '192.168.1.1', vlanId: 100, location: null, customFields: {} }
  const named = { vrf: 'default', cidr: '192.168.1.0/24', description: 'office', tags: [] }
  gateway.apply({ type: 'subnet.create', ...named, subnet })
  await office.h.call('POST', '/api/v1/networks', { cidr: '2001:db8::/64' })
  await office.h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    hostname: 'server01',
    description: '=1+1',
    mac_address: facts.mac,
    device_type: facts.deviceType,
    location: facts.location,
    assigned_to: facts.owner,
    custom_fields: facts.customFields,
  })
  await office.h.call('POST', '/api/v1/allocations', { network_id: 'net-1', count: 4 })
  gateway.timeMs += DAY_MS
  await office.h.call('POST', '/api/v1/allocations', { network_id: 'net-1' })
  await office.h.call('DELETE', '/api/v1/allocations/alloc-3')
}

t.test('print', async t => {
  const office = await startOffice(t)
  await filled(office)
  const reader = await office.token('reader')
  for (const path of [
    DASHBOARD,
    UTILIZATION,
    INVENTORY,
    `${INVENTORY}?format=csv`,
    '/api/reports/alerts',
  ])
    console.error((await office.as(reader, 'GET', path)).text)
  const m = await office.token('manager')
  console.error((await office.as(m, 'GET', '/api/audit-logs?size=3')).text)
  t.ok([FinderBusyError, refusal, EXPORT])
})
