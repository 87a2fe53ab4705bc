import t from 'tap'
import {
  type Command,
  CROSSINGS_OF_REVIEW_MAX,
  type CreateRuleCommand,
  type Crossing,
  isCrossed,
  NOTIFICATIONS_MAX,
  type NotificationRule,
  RULE_RESOURCES_MAX,
  RULES_MAX,
  type UpdateRuleCommand,
  watches,
} from '../../src/ledger/index.js'
import { asUser } from './office.js'
import {
  ADMIN,
  ANNA,
  BEN,
  merge,
  refusalFor,
  region,
  resultFor,
  rule,
  worldOfUsers,
} from './personal.js'
import { allocate, deleteNetwork, release, START_MS, type World } from './world.js'

/** India has X 148 to 177. */
const INDIA = 11

const update = (id: number, set: UpdateRuleCommand['set']): Command => ({
  ...{ type: 'rule.update', id, set },
})
const deletion = (id: number): Command => ({ type: 'rule.delete', id })
const review = (...crossings: Crossing[]): Command => ({ type: 'rules.review', crossings })
const ofRegion = (resourceId: number, ruleId = 1): Crossing => ({
  ...{ ruleId, resourceType: 'region', resourceId },
})
const ofCountry = (resourceId: number, ruleId = 1): Crossing => ({
  ...{ ruleId, resourceType: 'country', resourceId },
})

function made(world: World, set: Partial<CreateRuleCommand> = {}, userId = ANNA): NotificationRule {
  return resultFor(world, userId, rule(set), 'rule').rule
}

/** Changes made. */
function reviewed(world: World, ...crossings: Crossing[]): number {
  const result = world.result(review(...crossings))
  if (result.type !== 'slice' || result.more) throw new Error('no slice, or more of them')
  return result.rows
}

/** Those of the last entry. */
function messages(world: World): unknown[] {
  return world
    .lastChanges()
    .filter(({ action }) => action === 'notification.created')
    .map(({ after }) => after?.message)
}

/** A region with so many hosts. */
function regionWith(world: World, cidr: string, hosts: number): number {
  const { id } = region(world, cidr)
  if (hosts > 0) world.allocation(allocate(id, { count: hosts }))
  return id
}

t.test('a rule is made, changed and deleted, and history says so', async t => {
  const world = worldOfUsers()
  const resourceIds = [regionWith(world, '10.5.23.0/24', 0), regionWith(world, '10.5.9.0/24', 0)]
  const rule = made(world, { resourceType: 'region', resourceIds })
  const { revision } = world
  t.strictSame(rule, {
    id: 1,
    userId: ANNA,
    name: 'nearly full',
    threshold: 8500,
    resourceType: 'region',
    resourceIds,
    channels: ['in_app'],
    severity: 'warning',
    isActive: true,
    lastTriggeredMs: null,
    createdMs: START_MS,
    updatedMs: START_MS,
    revision,
  })
  t.match(world.lastChanges(), [
    { action: 'rule.created', before: null, after: { resource_ids: ['1', '2'], threshold: 8500 } },
  ])
  world.timeMs += 5
  const changed = resultFor(world, ANNA, update(1, { threshold: 9000 }), 'rule').rule
  t.strictSame(changed, {
    ...rule,
    ...{ threshold: 9000, updatedMs: START_MS + 5, revision: world.revision },
  })
  t.strictSame(world.rows.personal.rule(1), changed)
  t.match(world.lastChanges(), [
    { action: 'rule.updated', before: { threshold: 8500 }, after: { threshold: 9000 } },
  ])
  t.ok(asUser(world, ANNA, deletion(1)).ok)
  t.match(world.lastChanges(), [{ action: 'rule.deleted', before: { id: 1 }, after: null }])
  t.equal(world.rows.personal.rule(1), null)
})

t.test('what a rule cannot be is refused, when it is made and when it is changed', async t => {
  const world = worldOfUsers()
  const id = regionWith(world, '10.5.23.0/24', 0)
  made(world)
  const many = Array.from({ length: RULE_RESOURCES_MAX + 1 }, (_, n) => n + 1)
  for (const [field, set] of [
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['threshold', { threshold: -1 }],
    ['threshold', { threshold: 10_001 }],
    ['threshold', { threshold: 0.5 }],
    ['channels', { channels: [] }],
    ['channels', { channels: ['in_app', 'in_app'] }],
    ['resourceIds', { resourceType: 'region', resourceIds: [id, id] }],
    ['resourceIds', { resourceType: 'region', resourceIds: many }],
    ['resourceType', { resourceIds: [id] }],
  ] as const) {
    const wanted = { code: 'invalid', field }
    t.match(refusalFor(world, ANNA, rule(set)), wanted, JSON.stringify(set))
    t.match(refusalFor(world, ANNA, update(1, set)), wanted, JSON.stringify(set))
  }
  for (const [resourceType, wrong] of [
    ['region', 99],
    ['country', 16],
  ] as const) {
    const set = { resourceType, resourceIds: [wrong] }
    const wanted = { code: 'resource-not-found', resourceType, id: wrong }
    t.strictSame(refusalFor(world, ANNA, rule(set)), wanted)
    t.strictSame(refusalFor(world, ANNA, update(1, set)), wanted)
  }
  t.equal(world.rows.personal.rule(2), null)
})

t.test('a resource that went does not keep its rule from being changed', async t => {
  const world = worldOfUsers()
  const id = regionWith(world, '10.5.23.0/24', 0)
  made(world, { resourceType: 'region', resourceIds: [id] })
  world.result(deleteNetwork(id))
  t.equal(resultFor(world, ANNA, update(1, { name: 'b' }), 'rule').rule.name, 'b')
  const set = { resourceIds: [id] }
  t.match(refusalFor(world, ANNA, update(1, set)), { code: 'resource-not-found' })
})

t.test('a user has so many rules and no more', async t => {
  const world = worldOfUsers()
  for (let n = 0; n < RULES_MAX; n += 1) made(world)
  t.strictSame(refusalFor(world, ANNA, rule()), {
    ...{ code: 'too-many-personal', noun: 'rules', max: RULES_MAX },
  })
  t.equal(made(world, {}, BEN).id, RULES_MAX + 1)
})

t.test('a rule is its users; an admin may delete it', async t => {
  const world = worldOfUsers()
  made(world)
  const notFound = { code: 'personal-not-found', noun: 'rule', id: 1 }
  for (const command of [update(1, { isActive: false }), deletion(1)]) {
    t.strictSame(refusalFor(world, BEN, command), notFound)
    t.strictSame(world.refusal(command), { code: 'not-signed-in' })
  }
  t.strictSame(world.refusal(rule()), { code: 'not-signed-in' })
  t.strictSame(refusalFor(world, ADMIN, update(1, { isActive: false })), notFound)
  t.ok(asUser(world, ADMIN, deletion(1)).ok)
})

t.test('whoever comes to the threshold is told of once, and again after it was below', async t => {
  const world = worldOfUsers()
  const id = region(world, '10.5.23.0/24').id
  world.allocation(allocate(id, { count: 215 }))
  made(world, { severity: 'critical' })
  t.equal(reviewed(world, ofRegion(id)), 0, '215 of 254 are 84.6 %')
  const host = world.allocation(allocate(id))
  world.timeMs += 7
  t.equal(reviewed(world, ofRegion(id)), 2)
  t.match(world.lastChanges(), [
    {
      action: 'notification.created',
      entityId: 1,
      before: null,
      after: { user_id: ANNA, rule_id: 1, severity: 'critical', resource_id: id, read_at: null },
    },
    { action: 'rule.updated', before: { last_triggered_at: null } },
  ])
  t.strictSame(world.rows.personal.notification(1), {
    id: 1,
    userId: ANNA,
    ruleId: 1,
    type: 'capacity_warning',
    severity: 'critical',
    message: 'Region 10.5.23.0/24 is at 85% capacity',
    resourceType: 'region',
    resourceId: id,
    createdMs: START_MS + 7,
    readMs: null,
    revision: world.revision,
  })
  t.match(world.rows.personal.rule(1), {
    ...{ lastTriggeredMs: START_MS + 7, updatedMs: START_MS, revision: world.revision },
  })
  t.equal(reviewed(world, ofRegion(id)), 0, 'said already')
  world.result(release(host.id))
  t.equal(reviewed(world, ofRegion(id)), 0, 'below: forgotten without a word')
  world.allocation(allocate(id))
  t.equal(reviewed(world, ofRegion(id), ofRegion(id)), 2)
})

t.test('percentages have one decimal at most, half up', async t => {
  for (const [hosts, message] of [
    [0, '0%'],
    [1, '0.4%'],
    [127, '50%'],
    [128, '50.4%'],
    [229, '90.2%'],
    [253, '99.6%'],
    [254, '100%'],
  ] as const) {
    const world = worldOfUsers()
    const id = regionWith(world, '10.5.23.0/24', hosts)
    made(world, { threshold: 0 })
    reviewed(world, ofRegion(id))
    t.strictSame(messages(world), [`Region 10.5.23.0/24 is at ${message} capacity`])
  }
})

t.test('networks in a region count, a country is all of its regions', async t => {
  const world = worldOfUsers()
  const full = regionWith(world, '10.148.0.0/24', 100)
  const inner = world.network('10.148.0.128/25')
  world.allocation(allocate(inner.id, { count: 101 }))
  regionWith(world, '10.177.255.0/24', 231)
  regionWith(world, '10.178.0.0/24', 254)
  made(world, { threshold: 7900 })
  reviewed(world, ofRegion(full), ofCountry(INDIA))
  t.strictSame(messages(world), [
    'Region 10.148.0.0/24 is at 79.1% capacity',
    'Country India is at 85% capacity',
  ])
  made(world, { threshold: 1 })
  t.equal(reviewed(world, ofCountry(1, 2)), 0, 'without regions it is empty')
  made(world, { threshold: 0 })
  reviewed(world, ofCountry(1, 3))
  t.strictSame(messages(world), ['Country United States is at 0% capacity'])
})

t.test('a rule says nothing of what it does not watch, is not there, or when off', async t => {
  const world = worldOfUsers()
  const [one = 0, other = 0] = ['10.1.0.0/24', '10.2.0.0/24'].map(c => regionWith(world, c, 254))
  made(world, { resourceType: 'region', resourceIds: [one] })
  t.equal(reviewed(world, ofRegion(other), ofCountry(1), ofRegion(99), ofRegion(one, 9)), 0)
  resultFor(world, ANNA, update(1, { isActive: false }), 'rule')
  t.equal(reviewed(world, ofRegion(one)), 0)
  resultFor(world, ANNA, update(1, { isActive: true }), 'rule')
  t.equal(reviewed(world, ofRegion(one)), 2)
})

t.test('switched on again or about something else it tells anew; renamed it does not', async t => {
  const world = worldOfUsers()
  const id = regionWith(world, '10.1.0.0/24', 254)
  made(world)
  t.equal(reviewed(world, ofRegion(id)), 2)
  for (const [set, changes] of [
    [{ name: 'b', threshold: 8500, severity: 'info', isActive: true }, 0],
    [{ isActive: false }, 0],
    [{ isActive: true }, 2],
    [{ threshold: 9000 }, 2],
    [{ resourceType: 'region' }, 2],
    [{ resourceType: 'region', resourceIds: [id] }, 2],
  ] as const) {
    resultFor(world, ANNA, update(1, set), 'rule')
    t.equal(reviewed(world, ofRegion(id)), changes, JSON.stringify(set))
  }
})

t.test('what is gone is told of no more, and a crossing of it is forgotten', async t => {
  const world = worldOfUsers()
  const id = regionWith(world, '10.1.0.0/24', 0)
  made(world, { threshold: 0 })
  reviewed(world, ofRegion(id))
  t.ok(world.rows.personal.hasCrossing(ofRegion(id)))
  world.result(deleteNetwork(id))
  t.equal(reviewed(world, ofRegion(id)), 0)
  t.notOk(world.rows.personal.hasCrossing(ofRegion(id)))
})

t.test('a user who wants nothing in the program gets nothing; his rule was triggered', async t => {
  const world = worldOfUsers()
  const id = regionWith(world, '10.1.0.0/24', 254)
  const say = (in_app_enabled: unknown) =>
    resultFor(world, ANNA, merge({ notification_settings: { in_app_enabled } }), 'preferences')
  say(false)
  made(world)
  t.equal(reviewed(world, ofRegion(id)), 1)
  t.match(world.lastChanges(), [{ action: 'rule.updated' }])
  t.equal(world.rows.personal.notificationCount(ANNA), 0)
  for (const other of [true, null, 'no']) {
    say(other)
    const { id: ruleId } = made(world)
    t.equal(reviewed(world, ofRegion(id, ruleId)), 2, String(other))
  }
  resultFor(world, ANNA, merge({ notification_settings: 'none' }), 'preferences')
  const { id: ruleId } = made(world)
  t.equal(reviewed(world, ofRegion(id, ruleId)), 2)
})

t.test('a rule whose user is gone is silent', async t => {
  const world = worldOfUsers()
  const id = regionWith(world, '10.1.0.0/24', 254)
  made(world)
  world.result({ type: 'user.delete', id: ANNA, ifRevision: null })
  t.equal(reviewed(world, ofRegion(id)), 0)
})

t.test('the oldest notification goes when there would be too many', async t => {
  const world = worldOfUsers()
  const id = regionWith(world, '10.1.0.0/24', 254)
  for (let n = 0; n < NOTIFICATIONS_MAX; n += 1) {
    if (n < 11) made(world, { threshold: n })
    for (const on of [false, true])
      resultFor(world, ANNA, update((n % 11) + 1, { isActive: on }), 'rule')
    reviewed(world, ofRegion(id, (n % 11) + 1))
  }
  t.equal(world.rows.personal.notificationCount(ANNA), NOTIFICATIONS_MAX)
  const { id: last } = made(world)
  t.equal(reviewed(world, ofRegion(id, last)), 3)
  t.match(world.lastChanges(), [
    { action: 'notification.deleted', entityId: 1, after: null },
    { action: 'notification.created', entityId: NOTIFICATIONS_MAX + 1 },
    { action: 'rule.updated' },
  ])
})

t.test('a review is of so many crossings and no more', async t => {
  const world = worldOfUsers()
  const many = Array.from({ length: CROSSINGS_OF_REVIEW_MAX + 1 }, (_, n) => ofRegion(n))
  t.strictSame(world.refusal(review(...many)), {
    code: 'too-many-rows',
    ...{ rows: CROSSINGS_OF_REVIEW_MAX + 1, rowsMax: CROSSINGS_OF_REVIEW_MAX },
  })
  t.equal(reviewed(world, ...many.slice(1)), 0)
})

t.test('whoever proposes can ask the same as the ledger', async t => {
  const watched = { isActive: true, resourceType: 'region', resourceIds: [3] } as const
  t.ok(watches(watched, 'region', 3))
  t.notOk(watches(watched, 'region', 4))
  t.notOk(watches(watched, 'country', 3))
  t.notOk(watches({ ...watched, isActive: false }, 'region', 3))
  const all = { isActive: true, resourceType: null, resourceIds: [] }
  t.ok(watches(all, 'region', 9) && watches(all, 'country', 9))
  t.ok(isCrossed({ threshold: 8500 }, 8500))
  t.notOk(isCrossed({ threshold: 8500 }, 8499))
})
