// A reservation keeps its addresses from everybody, on all four surfaces, whatever node is asked; only its holder gets them, by
// converting it.
import t from 'tap'
import { ADMIN_PASSWORD, ask, signIn, startRealOffice } from './real-office.js'

t.setTimeout(120_000)

type Body = { readonly [field: string]: unknown }

t.test('what is reserved is given to nobody on any surface', async t => {
  const { urls, admin } = await startRealOffice(t, 3)
  const somebody = { username: 'somebody', email: 'somebody@example.com', role: 'manager' }
  const user = { ...somebody, password: ADMIN_PASSWORD }
  t.equal((await ask(urls[0] ?? '', admin, 'POST', '/api/users', user)).status, 201)
  const other = await signIn(urls[0] ?? '', 'somebody')
  let turn = 0
  const on = (status: number, method: string, path: string, body?: unknown) =>
    as(admin, status, method, path, body)
  const as = async (
    token: string | null,
    status: number,
    method: string,
    path: string,
    body?: unknown,
  ) => {
    const answer = await ask(urls[turn++ % urls.length] ?? '', token, method, path, body)
    const said = JSON.stringify(answer.body).slice(0, 200)
    t.equal(answer.status, status, `${method} ${path} ${JSON.stringify(body) ?? ''}: ${said}`)
    return answer.body as Body
  }
  const reserve = (fields: object) =>
    on(201, 'POST', '/ipam/reservations', { reason: 'kept', expires_in_days: 30, ...fields })

  const around = await on(201, 'POST', '/api/v1/networks', { cidr: '10.5.0.0/16' })
  const subnetId = Number(String(around.id).replace('net-', ''))
  const region = await reserve({ resource_type: 'region', x_octet: 5, y_octet: 23 })
  await reserve({ resource_type: 'host', x_octet: 5, y_octet: 0, z_octet: 1 })

  await t.test('no address of it by name', async () => {
    for (const ip of ['10.5.23.9', '10.5.0.1']) {
      await as(other, 409, 'POST', '/api/v1/allocations', { network_id: around.id, ip })
      await as(other, 422, 'POST', '/api/ips/allocate', { subnet_id: subnetId, ip_address: ip })
    }
    const inside = { resource_type: 'host', x_octet: 5, y_octet: 23, z_octet: 9, reason: 'mine' }
    await as(other, 409, 'POST', '/ipam/reservations', inside)
    await as(other, 404, 'POST', `/ipam/reservations/${region.reservation_id}/convert`, {
      region_name: 'not mine',
    })
  })

  await t.test('no network equal to it or inside it', async () => {
    for (const cidr of ['10.5.23.0/24', '10.5.23.128/25']) {
      await on(409, 'POST', '/api/v1/networks', { cidr })
      await on(409, 'POST', '/api/subnets', { network: cidr })
      await on(409, 'POST', '/api/v1/ip-pools', { name: cidr, pool_type: 'ipv4', cidr })
    }
    await on(409, 'POST', '/ipam/regions', { x_octet: 5, y_octet: 23, region_name: 'no' })
  })

  await t.test('automatic choice goes around it, on every surface', async t => {
    const core = await on(201, 'POST', '/api/v1/allocations', { network_id: around.id })
    t.equal(core.ip, '10.5.0.2')
    const office = await on(200, 'POST', '/api/ips/allocate', { subnet_id: subnetId })
    t.equal(office.ip_address, '10.5.0.3')
    const pool = { name: 'blocks', pool_type: 'ipv4', cidr: '10.5.0.0/16' }
    await on(201, 'POST', '/api/v1/ip-pools', pool)
    const blocks: unknown[] = []
    for (let n = 0; n < 24; n++) {
      const block = await on(200, 'POST', '/api/v1/ip-pools/blocks/allocate', { prefix_length: 24 })
      blocks.push(block.allocated_cidr)
    }
    t.notOk(blocks.includes('10.5.23.0/24'), 'no block is what is reserved')
    t.ok(blocks.includes('10.5.22.0/24') && blocks.includes('10.5.24.0/24'), 'those around it are')
    const next = await on(201, 'POST', '/ipam/regions', { country: 'US', region_name: 'lowest' })
    t.equal(next.cidr, '10.1.0.0/24')
  })

  await t.test('its holder converts it, and then it is like any other', async t => {
    const path = `/ipam/reservations/${region.reservation_id}/convert`
    const made = await on(201, 'POST', path, { region_name: 'ours' })
    await on(409, 'POST', path, { region_name: 'again' })
    const host = await on(201, 'POST', '/ipam/hosts', {
      region_id: made.resource_id,
      hostname: 'first',
    })
    t.equal(host.ip_address, '10.5.23.1')
  })

  await t.test("what is cancelled is everybody's", async () => {
    const last = await reserve({ resource_type: 'region', x_octet: 7, y_octet: 7 })
    await on(409, 'POST', '/api/v1/networks', { cidr: '10.7.7.0/24' })
    const { status } = await ask(
      urls[0] ?? '',
      admin,
      'DELETE',
      `/ipam/reservations/${last.reservation_id}`,
    )
    t.equal(status, 204)
    await on(201, 'POST', '/api/v1/networks', { cidr: '10.7.7.0/24' })
  })
})
