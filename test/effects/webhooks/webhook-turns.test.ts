// Webhooks over virtual time, when something around them is not as it was: users who may not sign in, clocks that go back, reads that fail.
import t from 'tap'
import { webhookJobDefaults } from '../../../src/effects/index.js'
import { broken, SECOND_MS, taken, WebhookWorld } from './webhook-world.js'

const SETTLED_MS = webhookJobDefaults.settleMs + 2 * webhookJobDefaults.everyMs

t.test('who could not sign in for a while is told of what happens from then on', async t => {
  const world = new WebhookWorld()
  const [gone, other] = [world.webhook({ userId: 8 }), world.webhook()]
  world.start(t)
  const before = world.events(2)
  await world.clock.run(SETTLED_MS + SECOND_MS)
  world.inactive.add(8)
  await world.clock.run(2 * SECOND_MS)
  const missed = world.events(5)
  await world.clock.run(60 * SECOND_MS)
  world.inactive.delete(8)
  await world.clock.run(2 * SECOND_MS)
  const after = world.events(2)
  await world.clock.run(2 * SECOND_MS)
  t.strictSame(world.revisionsOf(gone), [...before, ...after])
  t.strictSame(world.revisionsOf(other), [...before, ...missed, ...after])
})

t.test('also by a leader who came in between', async t => {
  const world = new WebhookWorld()
  const id = world.webhook({ userId: 8 })
  world.inactive.add(8)
  world.start(t)
  world.events(300)
  await world.clock.run(60 * SECOND_MS)
  t.equal(world.rows.webhook(id)?.seen.revision, world.changes.at(-1)?.revision)
  const { length } = world.submitted
  await world.clock.run(300 * SECOND_MS)
  t.equal(world.submitted.length, length, 'and then it is quiet')
  world.inactive.delete(8)
  world.term = 2
  await world.clock.run(SETTLED_MS + 2 * SECOND_MS)
  const after = world.events(2)
  await world.clock.run(2 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), after)
})

t.test('what waits for another attempt does not wait for a clock that was turned back', async t => {
  const world = new WebhookWorld()
  const id = world.webhook()
  world.start(t)
  world.answer = ({ attempt }) => (attempt < 3 ? broken : taken)
  const [revision = 0] = world.events(1)
  await world.clock.run(SETTLED_MS)
  world.turnedMs = -3_600 * SECOND_MS
  await world.clock.run(10 * SECOND_MS)
  t.strictSame(world.recorded(id, revision), [500, 500, 200])
  const [begun = 0, again = 0, lastTime = 0] = world.received.map(({ atMs }) => atMs)
  t.ok(again - begun >= 2_000 && again - begun < 2_500, `${again - begun}`)
  t.ok(lastTime - again >= 4_000 && lastTime - again < 4_500, `${lastTime - again}`)
})

t.test('a read that fails when an attempt has ended is told of, and gone on from', async t => {
  const world = new WebhookWorld()
  const [one, other] = [world.webhook(), world.webhook()]
  world.start(t, { concurrency: 1 })
  world.answer = () => world.after(SECOND_MS)
  const revisions = world.events(2)
  await world.clock.run(SETTLED_MS)
  world.readFailure = new Error('the disk is gone')
  await world.clock.run(3 * SECOND_MS)
  world.readFailure = null
  await world.clock.run(20 * SECOND_MS)
  t.strictSame(world.revisionsOf(one), revisions)
  t.strictSame(world.revisionsOf(other), revisions)
  t.match(world.warnings[0], /given up/)
})
