// What the leader proposes to look at, on virtual time: nothing where all is as its alerts say.
import t from 'tap'
import { GatewayError } from '../../src/gateway/index.js'
import { REVIEW_SUBJECTS_MAX, type ReviewAlertsCommand } from '../../src/ledger/index.js'
import { allocate, deleteNetwork, network, release, renew } from '../ledger/world.js'
import { AlertingWorld, DAY_MS, HOUR_MS, REVIEW_MS, SECOND_MS } from './alerting-world.js'

const FORGET = { type: 'alerts.review', networkIds: [], allocationIds: [] } as const

/** The reviews that were of anything. */
function reviews(world: AlertingWorld): readonly ReviewAlertsCommand[] {
  return world.proposed
    .filter(command => command.type === 'alerts.review')
    .filter(({ networkIds, allocationIds }) => networkIds.length + allocationIds.length > 0)
}

t.test('a cluster in which nothing is wrong writes nothing to its log', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const id = world.subnet('10.0.0.0/24', 100)
  world.apply(allocate(id, { count: 1 }, { ttlMs: 3 * DAY_MS }))
  world.apply(allocate(id, { count: 1 }, { ttlMs: 30 * DAY_MS }))
  await world.run(20 * REVIEW_MS)
  t.strictSame(world.proposed, [])
})

t.test(
  'a network that fills up is seen by the leader only, soon after it begins to lead',
  async t => {
    const world = new AlertingWorld()
    world.isLeader = false
    world.review(t)
    const id = world.subnet('10.0.0.0/24', 230)
    world.subnet('10.0.1.0/24', 200)
    await world.run(3 * REVIEW_MS)
    t.strictSame(world.proposed, [])
    world.isLeader = true
    await world.run(2 * SECOND_MS)
    const [review] = reviews(world)
    t.match(review, { networkIds: [id], allocationIds: [] })
    const keptMs = world.timeMs() - (review?.forgetBeforeMs ?? 0)
    t.ok(Math.abs(keptMs - 90 * DAY_MS) <= 2 * SECOND_MS, 'what was resolved is kept for 90 days')
    t.match(world.alerts(), [{ kind: 'utilization', severity: 'high', subject: '10.0.0.0/24' }])
    await world.run(10 * REVIEW_MS)
    t.equal(reviews(world).length, 1, 'what has its alert is not proposed again')
  },
)

t.test('an alert follows what it is about until that is over', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const id = world.subnet('10.0.0.0/24', 210)
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ severity: 'medium', figure: 8268 }])
  const one = world.take(id, 1)
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ severity: 'medium', figure: 8268 }])
  world.take(id, 40)
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ severity: 'critical', figure: 9882, resolvedMs: null }])
  world.apply(release(one))
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ severity: 'critical', figure: 9882 }])
  world.apply(release(1))
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ resolvedMs: Number }])
  const { length } = reviews(world)
  await world.run(5 * REVIEW_MS)
  t.equal(reviews(world).length, length, 'and then there is nothing more to propose')
})

t.test('the alert of a network that was deleted is resolved', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const id = world.subnet('10.0.0.0/24', 240)
  await world.run(REVIEW_MS)
  for (const row of world.rows.allocations()) world.apply(release(row.id))
  world.apply(deleteNetwork(id))
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ resolvedMs: Number }])
})

t.test('a long lease about to end is told of twice, and no more once it is renewed', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const networkId = world.apply(network('10.0.0.0/24'))
  const id = world.apply(allocate(networkId, { count: 1 }, { ttlMs: 10 * DAY_MS }))
  world.apply(allocate(networkId, { count: 1 }, { ttlMs: 7 * DAY_MS }))
  await world.run(REVIEW_MS)
  t.strictSame(reviews(world), [], 'more than seven days are left')
  world.later(3 * DAY_MS)
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ kind: 'expiry', severity: 'medium', allocationId: id }])
  t.match(reviews(world), [{ networkIds: [], allocationIds: [id] }])
  world.later(6 * DAY_MS)
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ severity: 'high', resolvedMs: null }])
  world.apply(renew(id, 20 * DAY_MS))
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ resolvedMs: Number }])
})

t.test('an address under two MACs is a conflict until somebody says which it is', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const networkId = world.apply(network('10.0.0.0/24'))
  const id = world.apply({ ...allocate(networkId), facts: { mac: '02:00:00:00:00:01' } })
  const say = (mac: string) =>
    world.apply({ type: 'allocation.update', id, ifRevision: null, set: { mac } })
  say('02:00:00:00:00:02')
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ kind: 'conflict', severity: 'high', allocationId: id, figure: 2 }])
  await world.run(5 * REVIEW_MS)
  t.equal(reviews(world).length, 1)
  say('02:00:00:00:00:02')
  await world.run(REVIEW_MS)
  t.match(world.alerts(), [{ resolvedMs: Number }])
})

t.test(
  'leases seen once are not read again each time, but those changed since are found',
  async t => {
    const world = new AlertingWorld()
    world.review(t)
    const networkId = world.apply(network('10.0.0.0/22'))
    for (let at = 0; at < 500; at++)
      world.apply(allocate(networkId, { count: 1 }, { ttlMs: 5 * DAY_MS + at }))
    const long = world.apply(allocate(networkId, { count: 1 }, { ttlMs: 100 * DAY_MS }))
    await world.run(2 * REVIEW_MS)
    t.equal(world.endingsRead, 500, 'in pages, each row once')
    await world.run(10 * REVIEW_MS)
    t.equal(world.endingsRead, 500)
    world.later(50 * DAY_MS)
    world.apply(renew(long, 8 * DAY_MS))
    world.later(2 * DAY_MS)
    await world.run(HOUR_MS + REVIEW_MS)
    t.match(world.alerts(), [{ kind: 'expiry', allocationId: long }])
  },
)

t.test('no review has more subjects than the ledger takes', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const networkId = world.apply(network('10.0.0.0/16'))
  const count = REVIEW_SUBJECTS_MAX + 50
  for (let at = 0; at < count; at++)
    world.apply(allocate(networkId, { count: 1 }, { ttlMs: 8 * DAY_MS }))
  world.later(2 * DAY_MS)
  await world.run(REVIEW_MS)
  t.strictSame(
    reviews(world).map(({ allocationIds }) => allocationIds.length),
    [REVIEW_SUBJECTS_MAX, 50],
  )
  t.equal(world.alerts({ open: true }).length, count)
  await world.run(5 * REVIEW_MS)
  t.equal(reviews(world).length, 2)
})

t.test('who loses the lead stops at the next row, and the next leader begins anew', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const networkId = world.apply(network('10.0.0.0/16'))
  for (let at = 0; at < 2 * REVIEW_SUBJECTS_MAX; at++)
    world.apply(allocate(networkId, { count: 1 }, { ttlMs: 8 * DAY_MS }))
  world.later(2 * DAY_MS)
  const submit = world.gateway.submit.bind(world.gateway)
  world.gateway.submit = async (command, context) => {
    world.isLeader = false
    return submit(command, context)
  }
  await world.run(REVIEW_MS)
  t.equal(reviews(world).length, 1)
  world.gateway.submit = submit
  world.isLeader = true
  await world.run(2 * SECOND_MS)
  t.equal(reviews(world).length, 2)
  t.equal(world.alerts({ open: true }).length, 2 * REVIEW_SUBJECTS_MAX)
})

t.test('with effects off nothing is looked at', async t => {
  const world = new AlertingWorld()
  world.effectsOff = true
  world.review(t)
  world.subnet('10.0.0.0/24', 250)
  await world.run(3 * REVIEW_MS)
  t.strictSame(world.proposed, [])
  world.effectsOff = false
  await world.run(2 * SECOND_MS)
  t.equal(world.alerts().length, 1)
})

t.test('a cluster without a leader for a while is no news; a refusal is', async t => {
  const world = new AlertingWorld()
  world.review(t)
  world.subnet('10.0.0.0/24', 250)
  world.gateway.failure = new GatewayError('no-leader', 'known', 'no leader')
  await world.run(3 * REVIEW_MS)
  t.strictSame(world.logged, [])
  world.gateway.failure = new Error('broken')
  await world.run(REVIEW_MS)
  t.match(world.logged, [{ level: 'warn', message: /given up and is tried again/ }])
  world.gateway.failure = null
  await world.run(REVIEW_MS)
  t.equal(world.alerts().length, 1)
})

t.test('what was resolved long ago is forgotten, a day later at the latest', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const networkId = world.apply(network('10.0.0.0/16'))
  for (let at = 0; at < 250; at++)
    world.apply(allocate(networkId, { count: 1 }, { ttlMs: 8 * DAY_MS }))
  world.later(2 * DAY_MS)
  await world.run(REVIEW_MS)
  for (const { id } of world.rows.allocations()) world.apply(release(id))
  await world.run(REVIEW_MS)
  t.equal(world.alerts({ open: true }).length, 0)
  t.equal(world.alerts().length, 250)
  world.later(91 * DAY_MS)
  const before = world.proposed.length
  world.isLeader = false
  await world.run(REVIEW_MS)
  world.isLeader = true
  await world.run(REVIEW_MS)
  t.equal(world.alerts().length, 0)
  t.match(world.proposed.slice(before), [FORGET, FORGET, FORGET])
  await world.run(REVIEW_MS)
  t.equal(world.proposed.length, before + 3)
})

t.test('a short lease that is renewed again and again is told of never', async t => {
  const world = new AlertingWorld()
  world.review(t)
  const networkId = world.apply(network('10.0.0.0/24'))
  const id = world.apply(allocate(networkId, { count: 1 }, { ttlMs: DAY_MS }))
  for (let day = 0; day < 10; day++) {
    await world.run(DAY_MS / 2)
    world.apply({ type: 'allocation.renew', id, ifRevision: null, ttlMs: DAY_MS })
    await world.run(REVIEW_MS)
  }
  t.same(world.alerts(), [])
})
