import t from 'tap'
import { Ledger } from '../../src/ledger/index.js'
import {
  allocate,
  childNetwork,
  deleteNetwork,
  expire,
  HOUR_MS,
  network,
  number,
  numberPool,
  release,
  World,
} from './world.js'

t.test('a load breathes after every thousand claims', async t => {
  const world = new World()
  world.network('10.0.0.0/16')
  world.network('10.1.0.0/16')
  for (let count = 0; count < 2500; count += 1) world.allocation(allocate(1 + (count % 2)))
  const { rows, ledger } = world
  world.ledger = new Ledger(rows)
  t.equal([...world.ledger.load(rows.image())].length, 2)
  for (const id of [1, 2]) t.strictSame(world.ledger.statistics(id), ledger.statistics(id))
  t.equal(world.allocation(allocate(1)).first, 0x0a0004e3n)
})

t.test('a loaded ledger knows VRFs, cluster, nesting, claims and holds', async t => {
  const world = new World()
  world.result({ type: 'vrf.create', name: 'lab', description: null })
  world.network(network('10.0.0.0/24', { holdHours: 1 }))
  world.network(network('10.0.0.0/24', { vrf: 'lab' }))
  world.network('2001:db8::/48')
  world.network(childNetwork(3, 64))
  world.allocation(allocate(1, { prefixLength: 26 }))
  world.network('10.0.0.64/27')
  world.allocation(allocate(1, { count: 5 }))
  world.allocation(allocate(4, { ip: '2001:db8::ffff' }))
  world.allocation(allocate(5))
  world.result(release(2))

  const { ledger } = world
  const loaded = world.reopened()
  t.strictSame(loaded.cluster(), ledger.cluster())
  t.strictSame(loaded.vrfs(), ledger.vrfs())
  for (const id of [1, 2, 3, 4, 5]) {
    t.strictSame(loaded.network(id), ledger.network(id))
    t.strictSame(loaded.statistics(id), ledger.statistics(id))
    t.strictSame(loaded.childNetworks(id), ledger.childNetworks(id))
    t.strictSame(loaded.parentNetwork(id), ledger.parentNetwork(id))
    t.strictSame(loaded.freeRanges(id, 0n, 100), ledger.freeRanges(id, 0n, 100))
  }

  world.ledger = loaded
  t.equal(world.refusal(release(1)).code, 'block-in-use')
  t.equal(world.refusal(deleteNetwork(5)).code, 'network-in-use')
  world.timeMs += HOUR_MS
  world.result(expire())
  t.equal(world.figures(1), '222 32 0 190')
  const inUse = { code: 'vrf-in-use', id: 2, networks: 1 } as const
  t.strictSame(world.refusal({ type: 'vrf.delete', id: 2, ifRevision: null }), inUse)
})

t.test('a load breathes after every thousand numbers', async t => {
  const world = new World()
  world.result(numberPool('a', { rangeEnd: 9999 }))
  world.result(numberPool('b', { rangeStart: 1000, rangeEnd: 1999 }))
  for (let count = 0; count < 2500; count += 1) world.number(number('a'))
  const { rows, ledger } = world
  world.ledger = new Ledger(rows)
  t.equal([...world.ledger.load(rows.image())].length, 2)
  for (const id of [1, 2]) t.strictSame(world.ledger.numberFigures(id), ledger.numberFigures(id))
  t.equal(world.number(number('a')).value, 2500)
})

t.test('a live number without its pool is not passed over', async t => {
  const world = new World()
  world.result(numberPool('a'))
  world.number(number('a'))
  world.rows.deleteNumberPool(1)
  t.throws(() => world.reopened(), /live number claim 1 lies in no pool/)
})

t.test('a live claim without its network is not passed over', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation(allocate(1))
  world.rows.deleteNetwork(1)
  t.throws(() => world.reopened(), /live claim 1 lies in no network/)
})
