// One truth: a fact is written by each surface, and every surface reads all of them, on another node than the one that took it.
import t, { type Test } from 'tap'
import { ask, startRealOffice } from './real-office.js'

t.setTimeout(120_000)

type Body = { readonly [field: string]: unknown }

t.test('what one surface writes, all surfaces read', async t => {
  const { urls, admin } = await startRealOffice(t, 3)
  let turn = 0
  const on = async (status: number, method: string, path: string, body?: unknown) => {
    const url = urls[turn++ % urls.length] ?? ''
    const answer = await ask(url, admin, method, path, body)
    t.equal(
      answer.status,
      status,
      `${method} ${path}: ${JSON.stringify(answer.body).slice(0, 300)}`,
    )
    return answer.body as Body
  }

  const network = await on(201, 'POST', '/api/v1/networks', {
    cidr: '10.1.0.0/24',
    description: 'core',
  })
  const subnet = await on(201, 'POST', '/api/subnets', {
    network: '10.2.0.0/24',
    gateway: '10.2.0.1',
    vlan_id: 20,
    description: 'office',
  })
  await on(201, 'POST', '/api/v1/ip-pools', {
    name: 'blocks',
    cidr: '10.3.0.0/24',
    pool_type: 'ipv4',
    description: 'pools',
  })

  const subnetId = Number(String(network.id).replace('net-', ''))
  const networks = (await on(200, 'GET', '/api/v1/networks')) as unknown as readonly Body[]
  t.same(
    networks.map(({ cidr }) => cidr),
    ['10.1.0.0/24', '10.2.0.0/24', '10.3.0.0/24'],
    'the core surface lists what each of the three made',
  )
  const subnets = await on(200, 'GET', '/api/subnets')
  t.same(
    (subnets.data as readonly Body[]).map(({ network }) => network),
    ['10.1.0.0/24', '10.2.0.0/24', '10.3.0.0/24'],
    'the office surface too',
  )
  t.match(networks[1], { gateway: '10.2.0.1', vlan_id: 20 })

  const byCore = await on(201, 'POST', '/api/v1/allocations', {
    network_id: network.id,
    hostname: 'core-host',
  })
  const byOffice = await on(200, 'POST', '/api/ips/allocate', {
    subnet_id: subnet.id,
    hostname: 'office-host',
    mac_address: '00-11-22-33-44-55',
  })
  const byPools = await on(200, 'POST', '/api/v1/ip-pools/blocks/allocate', {
    prefix_length: 30,
    description: 'uplink',
  })
  t.equal(byOffice.ip_address, '10.2.0.2', 'the gateway is not handed out')

  const allocations = (await on(200, 'GET', '/api/v1/allocations')) as unknown as readonly Body[]
  t.same(
    allocations.map(({ ip, hostname }) => [ip, hostname]),
    [
      [byCore.ip, 'core-host'],
      ['10.2.0.2', 'office-host'],
      ['10.3.0.0', null],
    ],
    'the core surface lists what each handed out',
  )
  await checkOffice(t, on, { subnetId, byCore, byPools })
  const pool = await on(200, 'GET', '/api/v1/ip-pools/blocks')
  t.match(pool, { allocated_count: 4, available_count: 252 })

  await on(200, 'PUT', '/api/ips/10.1.0.9/reserve', { reason: 'for the printer' })
  const taken = { network_id: network.id, ip: '10.1.0.9' }
  const refused = await ask(urls[0] ?? '', null, 'POST', '/api/v1/allocations', taken)
  t.equal(refused.status, 409, 'what is reserved here is handed out by no other surface')

  await on(200, 'PUT', `/api/ips/${byCore.ip}/release`, { reason: 'gone' })
  const after = await on(200, 'GET', `/api/v1/allocations/${byCore.id}`)
  t.equal(after.status, 'released', 'what the office releases is released on the core surface')
})

type On = (status: number, method: string, path: string, body?: unknown) => Promise<Body>

async function checkOffice(
  t: Test,
  on: On,
  facts: { readonly subnetId: number; readonly byCore: Body; readonly byPools: Body },
): Promise<void> {
  const { subnetId, byCore } = facts
  const ips = await on(200, 'GET', '/api/ips')
  t.same(
    (ips.data as readonly Body[]).map(({ ip_address, status }) => [ip_address, status]),
    [
      [byCore.ip, 'allocated'],
      ['10.2.0.1', 'allocated'],
      ['10.2.0.2', 'allocated'],
      ['10.3.0.0', 'allocated'],
    ],
    'the office surface lists what each handed out, and the gateway',
  )
  const one = await on(200, 'GET', `/api/ips/${byCore.ip}`)
  t.match(one, { hostname: 'core-host', subnet_id: subnetId, status: 'allocated' })
  const inBlock = await on(200, 'GET', '/api/ips/10.3.0.2')
  t.match(inBlock, { status: 'allocated' }, 'an address of a block')
  const history = await on(200, 'GET', `/api/ips/${byCore.ip}/history`)
  t.match(history.data, [{ action: 'allocate', new_values: { hostname: 'core-host' } }])
}
