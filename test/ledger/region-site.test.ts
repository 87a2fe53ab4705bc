// Where the next region of a country goes, against a look at every site; and what it costs where much is in the way.
import fc from 'fast-check'
import t from 'tap'
import { AddressSpace } from '../../src/ledger/address-space/address-space.js'
import {
  formatAddress,
  formatCidr,
  type Network,
  networkRange,
  type Reservation,
} from '../../src/ledger/index.js'
import type { Country } from '../../src/ledger/regions/nouns.js'
import { nextRegion } from '../../src/ledger/regions/region-queries.js'
import { UndoList } from '../../src/ledger/undo-list.js'
import { placed } from './office.js'
import { allocate, network, World } from './world.js'

/** 10.X.0.0 of the countries below. */
const BASE = 0x0afa0000n
const SITE_SIZE = 256n
const SITES = Array.from({ length: 512 }, (_, at) => BASE + BigInt(at) * SITE_SIZE)

const age = { createdMs: 0, updatedMs: 0, revision: 0 }
/** Two X wide. */
const COUNTRY: Country = {
  id: 99,
  code: 'ZZ',
  name: 'Zed',
  continent: 'x',
  xFirst: 250,
  xLast: 251,
  ...age,
}

/** In the first four sites, so that they meet. */
const offset = fc.integer({ min: 0, max: 1023 })
const length = fc.constantFrom(22, 23, 24, 25, 26, 30, 31, 32)
const cidr = fc.tuple(offset, length).map(([at, prefixLength]) => {
  const bits = BigInt(32 - prefixLength)
  const first = ((BASE + BigInt(at)) >> bits) << bits
  return formatCidr({ family: 4, first, prefixLength })
})
const step = fc.oneof(
  { weight: 2, arbitrary: cidr.map(text => network(text)) },
  fc.constantFrom('10.0.0.0/8', '10.250.0.0/16').map(text => network(text)),
  { weight: 2, arbitrary: cidr.map(text => placed(text)) },
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), offset)
    .map(([id, at]) => allocate(id, { ip: formatAddress(4, BASE + BigInt(at)) })),
)

/** Looks at every site: no network equal to it or inside it, no claim, nothing reserved. */
function lowestFree({ rows }: World): bigint | undefined {
  const inside = rows.image().networks.filter(({ prefixLength }) => prefixLength >= 24)
  const reserved: Reservation[] = []
  for (let id = 1; ; id += 1) {
    const one = rows.reservation(id)
    if (one === null) break
    reserved.push(one)
  }
  const taken = [...[...inside, ...reserved].map(networkRange), ...rows.allocations()]
  return SITES.find(
    site => !taken.some(({ first, last }) => first < site + SITE_SIZE && site <= last),
  )
}

t.test('the next region is at the lowest site where there is nothing', async t => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), steps => {
      const world = new World()
      const { id: _, createdMs, updatedMs, revision, ...facts } = COUNTRY
      world.result({ type: 'country.create', ...facts })
      for (const one of steps) world.run(one)
      return world.ledger.regions().nextRegion('ZZ')?.first === lowestFree(world)
    }),
    { numRuns: 400 },
  )
  t.pass()
})

t.test('reservations that wait all over a country are read in pages', async t => {
  const world = new World()
  for (const site of SITES) {
    world.result(placed(formatCidr({ family: 4, first: site, prefixLength: 24 })))
  }
  let asked = 0
  const rows = {
    ...world.rows,
    reservationsOutside: (...site: Parameters<World['rows']['reservationsOutside']>) => {
      asked += 1
      return world.rows.reservationsOutside(...site)
    },
  } as unknown as World['rows']
  const space = new AddressSpace(new UndoList())
  t.equal(nextRegion({ space, rows }, COUNTRY), null)
  t.ok(asked < 16, `${asked} times`)
  const [xFirst, xLast] = [250, 252]
  t.equal(nextRegion({ space, rows }, { ...COUNTRY, xFirst, xLast })?.first, BASE + 512n * 256n)
})

/** CPU time of one call, ms, of this process alone. */
function costOf(space: AddressSpace, { rows }: World): number {
  const country = { ...COUNTRY, xFirst: 1, xLast: 31 }
  nextRegion({ space, rows }, country)
  const began = process.cpuUsage()
  for (let n = 0; n < 20; n += 1) nextRegion({ space, rows }, country)
  return process.cpuUsage(began).user / 1000 / 20
}

t.test('a country full of small things is not searched through', async t => {
  const world = new World()
  const around: Network = world.network('10.0.0.0/8')
  const crowded = new AddressSpace(new UndoList())
  crowded.addNetwork(around, [], 'none')
  const node = crowded.node(around.id)
  if (node === null) throw new Error('the network was just made')
  for (let at = 0n; at < 200_000n; at += 2n) {
    const first = 0x0a010000n + at
    crowded.claim(node, { first, last: first, kind: 'address' })
  }
  const claims = costOf(crowded, world)
  t.ok(claims < 2, `${claims} ms with every other address taken`)

  const divided = new AddressSpace(new UndoList())
  for (let at = 0; at < 60_000; at += 1) {
    const first = 0x0a010000n + BigInt(at)
    divided.addNetwork({ ...around, id: 1000 + at, first, prefixLength: 32 }, [], 'none')
  }
  const networks = costOf(divided, world)
  t.ok(networks < 4, `${networks} ms with networks of one address`)
})
