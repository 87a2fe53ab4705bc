import t from 'tap'
import { type AddressRange, formatAddress, formatCidr } from '../../src/ledger/index.js'
import { subnet } from './office.js'
import { allocate, deleteNetwork, network, pool, World } from './world.js'

const text = (ranges: readonly AddressRange[]) =>
  ranges.map(({ first, last }) => `${formatAddress(4, first)}-${formatAddress(4, last)}`)

t.test(
  'pages of own and free addresses go by number, over what children and claims have',
  async t => {
    const world = new World()
    world.network(subnet('10.0.0.0/24', { gateway: '10.0.0.1' }))
    world.network('10.0.0.8/29')
    world.network('10.0.0.248/29')
    world.allocation(allocate(1, { ip: '10.0.0.3' }))
    const { ledger } = world
    t.strictSame(text(ledger.ownAddresses(1, 0n, 5)), ['10.0.0.1-10.0.0.5'])
    t.strictSame(text(ledger.ownAddresses(1, 5n, 4)), ['10.0.0.6-10.0.0.7', '10.0.0.16-10.0.0.17'])
    t.strictSame(text(ledger.ownAddresses(1, 238n, 9)), ['10.0.0.247-10.0.0.247'])
    t.strictSame(ledger.ownAddresses(1, 239n, 9), [])
    t.strictSame(ledger.ownAddresses(1, 0n, 0), [])
    t.strictSame(text(ledger.freeAddresses(1, 0n, 2)), ['10.0.0.2-10.0.0.2', '10.0.0.4-10.0.0.4'])
    t.strictSame(text(ledger.freeAddresses(1, 5n, 2)), ['10.0.0.16-10.0.0.17'])
    t.strictSame(ledger.freeAddresses(1, 237n, 2), [])
    for (const list of [ledger.ownAddresses(9, 0n, 1), ledger.freeAddresses(9, 0n, 1)])
      t.strictSame(list, [], 'there is no such network')
  },
)

t.test('an edge that a pool may hand out is no host’s address', async t => {
  const world = new World()
  world.result(pool('a', '10.0.0.0/30'))
  t.strictSame(text(world.ledger.freeAddresses(1, 0n, 9)), ['10.0.0.1-10.0.0.2'])
  t.strictSame(text(world.ledger.ownAddresses(1, 0n, 9)), ['10.0.0.1-10.0.0.2'])
})

t.test('any page of an empty /64 is one range', async t => {
  const world = new World()
  world.network('2001:db8::/64')
  const first = (0x20010db8n << 96n) + 1n + (1n << 60n)
  const page = [{ first, last: first + 49n }]
  t.strictSame(world.ledger.ownAddresses(1, 1n << 60n, 50), page)
  t.strictSame(world.ledger.freeAddresses(1, 1n << 60n, 50), page)
})

t.test(
  'whoever goes over all networks goes on behind the last one, whatever happens meanwhile',
  async t => {
    const world = new World()
    for (const cidr of ['10.0.0.0/8', '10.1.0.0/16', '10.1.1.0/24', '10.3.0.0/16', '2001:db8::/32'])
      world.network(cidr)
    world.result({ type: 'vrf.create', name: 'lab', description: null })
    world.network(network('10.1.0.0/16', { vrf: 'lab' }))
    const seen: string[] = []
    for (const one of world.ledger.networksInTreeOrder(1)) {
      const cidr = formatCidr(one)
      seen.push(cidr)
      if (cidr === '10.1.0.0/16') {
        world.result(deleteNetwork(one.id))
        world.network('10.0.0.0/16')
        world.network('10.1.1.0/25')
      }
      if (cidr === '10.3.0.0/16') world.result(deleteNetwork(one.id))
    }
    const wanted = ['10.0.0.0/8', '10.1.0.0/16', '10.1.1.0/24', '10.1.1.0/25', '10.3.0.0/16']
    t.strictSame(seen, [...wanted, '2001:db8::/32'])
  },
)

t.test('how full a network is goes by its own addresses', async t => {
  const world = new World()
  world.network(subnet('10.0.0.0/24', { gateway: '10.0.0.1' }))
  world.network('10.0.0.128/25')
  world.network('2001:db8::/64')
  t.equal(world.ledger.utilization(1), 79, '1 of 127 is 0.79 %')
  world.network(subnet('10.0.0.0/25', { gateway: '10.0.0.1' }))
  t.equal(world.ledger.utilization(1), 0)
  t.equal(world.ledger.utilization(9), 0, 'there is no such network')
})
