// Random histories around regions against a recount, address by address: figures, totals, the next region and the next host; and a
// ledger that is opened anew on the same rows.
import fc from 'fast-check'
import t, { type Test } from 'tap'
import {
  type Allocation,
  type Command,
  formatCidr,
  type Network,
  parseCidr,
} from '../../src/ledger/index.js'
import { hosts, region, retire, updateHost, updateRegion } from './regions-world.js'
import { allocate, deleteNetwork, expire, HOUR_MS, network, release, World } from './world.js'

const X = 250
const REGION_SIZE = 256
const BASE = 0x0afa0000n

const cidrs = [
  '10.0.0.0/8',
  '10.250.0.0/16',
  '10.250.0.0/23',
  '10.250.0.0/24',
  '10.250.1.0/24',
  '10.250.2.0/24',
  '10.250.0.0/25',
  '10.250.0.128/25',
  '10.250.1.0/31',
  '10.250.1.64/26',
  '10.250.2.7/32',
]

const cidr = fc.constantFrom(...cidrs)
const id = fc.integer({ min: 1, max: 14 })
const name = fc.constantFrom('a', 'b', 'c', 'd')
const gateway = fc.constantFrom(null, 1, 129, 250)
const status = fc.constantFrom('Active', 'Reserved')

function subnet(text: string, last: number | null): Command {
  const parsed = parseCidr(text)
  if ('reason' in parsed) throw new Error('the test makes no wrong CIDRs')
  const address = last === null ? null : text.replace(/\d+\/\d+$/, String(last))
  const facts = { gateway: address, vlanId: null, location: null, customFields: {} }
  return {
    type: 'subnet.create',
    vrf: 'default',
    cidr: text,
    description: null,
    tags: [],
    subnet: facts,
  }
}

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(cidr, fc.constantFrom(0, 1)).map(([text, holdHours]) => network(text, { holdHours })),
  fc.tuple(cidr, gateway).map(([text, last]) => subnet(text, last)),
  { weight: 2, arbitrary: cidr.map(text => region(text, { name: text })) },
  { weight: 2, arbitrary: name.map(text => region('ZZ', { name: text })) },
  fc.tuple(id, status).map(([at, set]) => updateRegion(at, { status: set })),
  fc.tuple(id, fc.boolean()).map(([at, cascade]) => retire(at, cascade)),
  id.map(at => deleteNetwork(at)),
  { weight: 2, arbitrary: fc.tuple(id, name).map(([at, text]) => hosts(at, [text, `${text}.x`])) },
  fc.tuple(id, name).map(([at, hostname]) => updateHost(at, { hostname })),
  fc.tuple(id, fc.integer({ min: 1, max: 120 })).map(([at, count]) => allocate(at, { count })),
  fc
    .tuple(id, fc.integer({ min: 25, max: 32 }))
    .map(([at, prefixLength]) => allocate(at, { prefixLength })),
  { weight: 2, arbitrary: id.map(at => release(at)) },
  fc.tuple(cidr, id).map(([text, at]): Command => {
    const place = { cidr: text }
    const facts = { vrf: 'default', description: null, tags: [], holdHours: 0 }
    return {
      type: 'transaction',
      steps: [{ type: 'network.create', place, ...facts }, allocate(at)],
    }
  }),
  fc.constant(expire()),
)

type Recount = { hosts: number; allocated: number; available: number }

/** Whose an address is, from rows alone. */
class Recounter {
  private readonly networks: readonly Network[]
  private readonly claims: readonly Allocation[]

  constructor({ rows }: World) {
    this.networks = rows.image().networks
    this.claims = rows
      .allocations()
      .filter(({ status, heldUntilMs }) => status === 'allocated' || heldUntilMs !== null)
  }

  regions(): Network[] {
    return this.networks
      .filter(one => one.region !== null)
      .sort((a, b) => (a.first < b.first ? -1 : 1))
  }

  of(region: Network): Recount {
    const count = { hosts: 0, allocated: 0, available: 0 }
    const last = region.first + BigInt(REGION_SIZE) - 1n
    for (const { first, kind, status } of this.claims) {
      const isHost = status === 'allocated' && kind !== 'block'
      if (isHost && region.first <= first && first <= last) count.hosts += 1
    }
    for (let address = region.first; address <= last; address += 1n) {
      const use = this.use(address)
      if (use === 'allocated') count.allocated += 1
      if (use === 'free') count.available += 1
    }
    return count
  }

  use(address: bigint): 'allocated' | 'held' | 'free' | 'not usable' {
    const network = this.networkAt(address)
    if (network === undefined) return 'free'
    const size = 1n << BigInt(32 - network.prefixLength)
    const isEdge = address === network.first || address === network.first + size - 1n
    if (size > 2n && isEdge) return 'not usable'
    const claim = this.claims.find(
      one => one.networkId === network.id && one.first <= address && address <= one.last,
    )
    if (claim !== undefined) return claim.status === 'allocated' ? 'allocated' : 'held'
    return network.subnet?.gateway === address ? 'allocated' : 'free'
  }

  /** Nothing of the /24 is anybody's, and no network is equal to it or inside it. */
  isFreeSite(site: bigint): boolean {
    const inside = this.networks.some(
      one => one.prefixLength >= 24 && one.first >> 8n === site >> 8n,
    )
    if (inside) return false
    for (let address = site; address < site + BigInt(REGION_SIZE); address += 1n) {
      if (!['free', 'not usable'].includes(this.use(address))) return false
    }
    return true
  }

  private networkAt(address: bigint): Network | undefined {
    return this.networks
      .filter(({ first, prefixLength }) => {
        const bits = BigInt(32 - prefixLength)
        return first >> bits === address >> bits
      })
      .sort((a, b) => b.prefixLength - a.prefixLength)[0]
  }
}

function expectSame(t: Test, world: World): void {
  const { ledger } = world
  const view = ledger.regions()
  const recounter = new Recounter(world)
  const regions = recounter.regions()
  t.strictSame(Array.from(view.regions(), formatCidr), regions.map(formatCidr))
  t.equal(view.regionCount(), regions.length)
  const counts = regions.map(one => recounter.of(one))
  for (const [at, one] of regions.entries()) {
    t.strictSame(view.regionFigures(one.id), counts[at], formatCidr(one))
    t.equal(view.regionAt({ family: 4, value: one.first + 77n })?.id, one.id)
  }
  const totals = view.regionTotals()
  const sum = (of: (count: Recount) => number) => counts.reduce((all, count) => all + of(count), 0)
  t.equal(totals.regions[X], regions.length)
  t.equal(
    totals.hosts[X],
    sum(({ hosts }) => hosts),
  )
  t.equal(
    totals.allocated[X],
    sum(({ allocated }) => allocated),
  )
  t.equal(totals.full[X], counts.filter(({ allocated }) => allocated / 254 >= 0.8).length)
  const sites = Array.from({ length: 256 }, (_, y) => BASE + BigInt(y * REGION_SIZE))
  t.equal(
    view.nextRegion('ZZ')?.first,
    sites.find(site => recounter.isFreeSite(site)),
  )
}

t.test(
  'figures of regions are those of a recount, also of a ledger that is opened anew',
  async t => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 5, maxLength: 40 }), commands => {
        const world = new World()
        const country = { continent: 'x', xFirst: X, xLast: X }
        world.result({ type: 'country.create', code: 'ZZ', name: 'Zed', ...country })
        for (const one of commands) {
          if (one.type === 'expire') world.timeMs += HOUR_MS
          world.run(one)
        }
        expectSame(t, world)
        world.ledger = world.reopened()
        expectSame(t, world)
        return t.passing()
      }),
      { numRuns: 60 },
    )
  },
)
