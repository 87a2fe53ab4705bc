// The leader's look at notification rules, over virtual time: it proposes what would change something, and nothing else.
import t, { type Test } from 'tap'
import { RuleJob } from '../../src/effects/index.js'
import { GatewayError } from '../../src/gateway/index.js'
import {
  type Command,
  type Country,
  type Crossing,
  isCrossed,
  type Network,
  type NotificationRule,
  watches,
} from '../../src/ledger/index.js'
import { SimClock } from '../support/sim-clock.js'

const EVERY_MS = 5_000
const [CANADA, BRAZIL] = [2, 3]

/** Regions by id, each of the country of its X; what a review does to crossings is what the ledger does. */
class Watched {
  readonly clock = new SimClock()
  readonly rules: NotificationRule[] = []
  readonly told: Crossing[] = []
  readonly allocated = new Map<number, { readonly x: number; readonly count: number }>()
  readonly proposed: Crossing[][] = []
  readonly warnings: string[] = []
  isLeader = true
  effectsOff = false
  failure: Error | null = null
  users = new Set([1])
  index = 1
  regionsRead = 0

  constructor(t: Test) {
    const job = new RuleJob(
      { everyMs: EVERY_MS },
      {
        gateway: { submit: async command => this.#submit(command) },
        isLeader: () => this.isLeader,
        effectsOff: () => this.effectsOff,
        appliedIndex: () => this.index,
        hasUser: id => this.users.has(id),
        reads: {
          personal: {
            activeRules: ({ afterId, limit }) =>
              this.rules.filter(({ id, isActive }) => isActive && id > afterId).slice(0, limit),
            crossingsOf: ruleId => this.told.filter(crossing => crossing.ruleId === ruleId),
          },
          regions: {
            countries: () => [country(CANADA, 32, 47), country(BRAZIL, 48, 63)],
            regions: () => [...this.allocated.keys()].map(id => ({ id }) as Network),
            regionFigures: id => {
              this.regionsRead += 1
              const region = this.allocated.get(id)
              return region === undefined ? null : { allocated: region.count }
            },
            regionTotals: () => this.#totals(),
          },
        },
        clock: this.clock.node(),
        log: { warn: (_, message) => void this.warnings.push(message) },
      },
    )
    t.teardown(() => job.close())
  }

  region(id: number, count: number, x = 32): void {
    this.allocated.set(id, { x, count })
    this.index += 1
  }

  rule(set: Partial<NotificationRule> = {}): void {
    this.rules.push({
      ...{ id: this.rules.length + 1, userId: 1, name: 'r', threshold: 8000, resourceType: null },
      ...{ resourceIds: [], channels: ['in_app'], severity: 'warning', isActive: true },
      ...{ lastTriggeredMs: null, createdMs: 0, updatedMs: 0, revision: 1 },
      ...set,
    })
    this.index += 1
  }

  look(times = 1): Promise<void> {
    return this.clock.run(times * (EVERY_MS + 500))
  }

  /** As `rule kind id`. */
  get said(): readonly string[] {
    return this.proposed
      .flat()
      .map(({ ruleId, resourceType, resourceId }) => [ruleId, resourceType, resourceId].join(' '))
  }

  #totals() {
    const [regions, allocated] = [Array(256).fill(0), Array(256).fill(0)]
    for (const { x, count } of this.allocated.values()) {
      regions[x] += 1
      allocated[x] += count
    }
    return { regions, allocated }
  }

  #use({ resourceType, resourceId }: Crossing): number | null {
    if (resourceType === 'region') {
      const region = this.allocated.get(resourceId)
      return region === undefined ? null : Math.floor((10_000 * region.count) / 254)
    }
    const [first, last] = resourceId === CANADA ? [32, 47] : [48, 63]
    const own = [...this.allocated.values()].filter(({ x }) => x >= first && x <= last)
    const count = own.reduce((sum, region) => sum + region.count, 0)
    return own.length === 0 ? 0 : Math.floor((10_000 * count) / (254 * own.length))
  }

  #submit(command: Command) {
    if (this.failure !== null) throw this.failure
    if (command.type !== 'rules.review') throw new Error(command.type)
    this.proposed.push([...command.crossings])
    this.index += 1
    for (const crossing of command.crossings) this.#review(crossing)
    const result = { type: 'slice', rows: 1, more: false } as const
    return { ok: true, revision: this.index, originalRevision: this.index, result } as const
  }

  #review(crossing: Crossing): void {
    const { ruleId, resourceType, resourceId } = crossing
    const rule = this.rules.find(({ id }) => id === ruleId)
    const use = this.#use(crossing)
    const isOver =
      rule === undefined ||
      use === null ||
      !watches(rule, resourceType, resourceId) ||
      !isCrossed(rule, use)
    const at = this.told.findIndex(each => JSON.stringify(each) === JSON.stringify(crossing))
    if (isOver && at >= 0) this.told.splice(at, 1)
    if (!isOver && at < 0) this.told.push(crossing)
  }
}

function country(id: number, xFirst: number, xLast: number): Country {
  const [code, name, continent] = ['XX', 'x', 'y']
  return { id, code, name, continent, xFirst, xLast, createdMs: 0, updatedMs: 0, revision: 0 }
}

t.test(
  'a region that comes to a threshold is told of once, and again when it was below',
  async t => {
    const world = new Watched(t)
    world.rule({ resourceType: 'region' })
    world.region(10, 203)
    await world.look()
    t.strictSame(world.said, [], '79.9 %')
    world.region(10, 204)
    await world.look(5)
    t.strictSame(world.said, ['1 region 10'])
    world.region(10, 100)
    await world.look(3)
    t.strictSame(world.said, ['1 region 10', '1 region 10'], 'and that it is over')
    t.strictSame(world.told, [])
    world.region(10, 254)
    await world.look(3)
    t.equal(world.said.length, 3)
    t.strictSame(world.warnings, [])
  },
)

t.test('a country is as full as all its regions together', async t => {
  const world = new Watched(t)
  world.rule({ resourceType: 'country', threshold: 5000 })
  world.region(10, 254, 32)
  world.region(11, 0, 47)
  world.region(12, 126, 48)
  await world.look()
  t.strictSame(world.said, [`1 country ${CANADA}`])
  t.equal(world.regionsRead, 0, 'by their sums')
})

t.test('a rule watches what it names, and of either kind when it names none', async t => {
  const world = new Watched(t)
  for (const id of [10, 11, 12]) world.region(id, 254)
  world.rule({ resourceType: 'region', resourceIds: [11, 999] })
  await world.look()
  t.strictSame(world.said, ['1 region 11'])
  t.equal(world.regionsRead, 2, 'and no other is read')
  world.rule()
  await world.look(2)
  t.strictSame(world.said.slice(1).sort(), [
    '2 country 2',
    '2 region 10',
    '2 region 11',
    '2 region 12',
  ])
})

t.test('what a rule told of and watches no more, or is gone, is forgotten', async t => {
  const world = new Watched(t)
  world.region(10, 254)
  world.region(11, 254)
  world.rule({ resourceType: 'region' })
  await world.look()
  t.equal(world.told.length, 2)
  world.allocated.delete(10)
  world.index += 1
  await world.look(2)
  t.match(world.told, [{ resourceId: 11 }])
  const [rule] = world.rules
  if (rule !== undefined) world.rules[0] = { ...rule, resourceType: 'country' }
  world.index += 1
  await world.look(2)
  t.match(world.told, [{ resourceType: 'country', resourceId: CANADA }])
})

t.test('rules that are off, or whose user is gone, are left alone', async t => {
  const world = new Watched(t)
  world.region(10, 254)
  world.rule({ isActive: false })
  world.rule({ userId: 2 })
  await world.look(3)
  t.strictSame(world.said, [])
  t.equal(world.regionsRead, 0)
})

t.test('many crossings are proposed a hundred at a time', async t => {
  const world = new Watched(t)
  for (let id = 1; id <= 250; id += 1) world.region(id, 254)
  world.rule({ resourceType: 'region' })
  await world.look(2)
  t.strictSame(
    world.proposed.map(({ length }) => length),
    [100, 100, 50],
  )
})

t.test('who follows, with effects off, and where nothing happened, looks at nothing', async t => {
  const world = new Watched(t)
  world.rule({ resourceType: 'region' })
  world.region(10, 10)
  world.isLeader = false
  await world.look(3)
  world.isLeader = true
  world.effectsOff = true
  await world.look(3)
  t.equal(world.regionsRead, 0)
  world.effectsOff = false
  await world.look(5)
  t.equal(world.regionsRead, 1)
})

t.test('without a leader it is tried again without a word; a bug is logged', async t => {
  const world = new Watched(t)
  world.rule({ resourceType: 'region' })
  world.region(10, 254)
  world.failure = new GatewayError('no-leader', 'known', 'no leader')
  await world.look(2)
  t.strictSame(world.warnings, [])
  world.failure = new Error('a bug')
  await world.look()
  t.match(world.warnings, [/tried again/])
  world.failure = null
  await world.look()
  t.strictSame(world.said, ['1 region 10'])
})
