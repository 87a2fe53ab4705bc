// Webhooks over virtual time: every event ends delivered or given up after three attempts, first attempts in order, by who leads.
import t from 'tap'
import { webhookJobDefaults } from '../../../src/effects/index.js'
import { GatewayError } from '../../../src/gateway/index.js'
import { PENDING_MAX, type ReportedAttempt } from '../../../src/ledger/index.js'
import { settle } from '../../support/sim-clock.js'
import { broken, type Received, SECOND_MS, taken, WebhookWorld } from './webhook-world.js'

const SETTLED_MS = webhookJobDefaults.settleMs + 2 * webhookJobDefaults.everyMs
const noLeader = new GatewayError('no-leader', 'known', 'no leader')

t.test('events go to all who asked for them, each once and in order; then it is quiet', async t => {
  const world = new WebhookWorld()
  const [one, other] = [world.webhook(), world.webhook()]
  const deaf = world.webhook({ events: ['region.created'] })
  const off = world.webhook({ isActive: false })
  world.start(t)
  const revisions = world.events(30)
  await world.clock.run(SETTLED_MS + 5 * SECOND_MS)
  t.strictSame(world.revisionsOf(one), revisions)
  t.strictSame(world.revisionsOf(other), revisions)
  t.strictSame([...world.revisionsOf(deaf), ...world.revisionsOf(off)], [])
  t.ok(world.rows.attemptsOf(one).every(({ statusCode }) => statusCode === 200))
  t.equal(new Set(world.received.map(({ deliveryId }) => deliveryId)).size, 60)
  t.equal(world.readsAsked, 1, 'what was decided before is read once')
  const { length } = world.submitted
  await world.clock.run(300 * SECOND_MS)
  t.ok(world.submitted.length - length <= 1, 'but for how far it has looked')
  t.strictSame(world.warnings, [])
  t.equal(world.ended.filter(result => result === 'delivered').length, 60)
})

t.test('webhooks that stand at one place read history once', async t => {
  const world = new WebhookWorld()
  for (let at = 0; at < 20; at += 1) world.webhook()
  world.others(950)
  world.start(t)
  await world.clock.run(SETTLED_MS + SECOND_MS)
  t.ok(world.pagesRead <= 12, `${world.pagesRead} pages`)
})

t.test('a cluster without webhooks reads no history and opens nothing', async t => {
  const world = new WebhookWorld()
  world.events(50)
  world.start(t)
  await world.clock.run(60 * SECOND_MS)
  t.strictSame([world.pagesRead, world.transports, world.submitted.length], [0, 0, 0])
})

t.test('what fails is tried again after 2 s and 4 s, and given up after three times', async t => {
  const world = new WebhookWorld()
  const id = world.webhook()
  world.start(t)
  world.answer = ({ revision, attempt }) =>
    revision === bad || (revision === late && attempt < 3) ? broken : taken
  const [first = 0, bad = 0, late = 0, last = 0] = world.events(4)
  await world.clock.run(SETTLED_MS + 12 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), [first, bad, late, last], 'the others do not wait')
  t.strictSame(world.recorded(id, bad), [500, 500, 500])
  t.strictSame(world.recorded(id, late), [500, 500, 200])
  const tries = world.received.filter(({ revision }) => revision === bad)
  const [begun = 0, again = 0, lastTime = 0] = tries.map(({ atMs }) => atMs)
  t.ok(again - begun >= 2_000 && again - begun < 2_500, `${again - begun}`)
  t.ok(lastTime - again >= 4_000 && lastTime - again < 4_500, `${lastTime - again}`)
  t.equal(new Set(tries.map(({ deliveryId }) => deliveryId)).size, 1, 'one id')
  const bodies = world.posts
    .filter((_, at) => world.received[at]?.revision === bad)
    .map(({ body }) => body.toString())
  t.equal(new Set(bodies).size, 1, 'the same bytes')
  t.equal(world.rows.webhook(id)?.failures, 0, 'a success since')
  t.strictSame(world.rows.pendingOf(id), [])
})

t.test(
  'ten events given up in a row switch a webhook off, and nothing is sent any more',
  async t => {
    const world = new WebhookWorld()
    const id = world.webhook()
    world.start(t)
    world.answer = () => broken
    world.events(40)
    await world.clock.run(120 * SECOND_MS)
    t.match(world.rows.webhook(id), { isActive: false, failures: 10 })
    const { length } = world.received
    world.events(5)
    await world.clock.run(60 * SECOND_MS)
    t.equal(world.received.length, length)
  },
)

t.test(
  'one first attempt of a webhook is under way; the next begins when it is recorded',
  async t => {
    const world = new WebhookWorld()
    const [slow, quick] = [world.webhook(), world.webhook()]
    world.start(t)
    let most = 0
    let now = 0
    world.answer = async ({ webhookId }) => {
      if (webhookId !== slow) return taken
      most = Math.max(most, ++now)
      await world.after(SECOND_MS)
      now -= 1
      return taken
    }
    const revisions = world.events(5)
    await world.clock.run(SETTLED_MS + 700)
    t.strictSame(world.revisionsOf(quick), revisions, 'who is quick does not wait for who is slow')
    t.equal(world.revisionsOf(slow).length, 1)
    await world.clock.run(10 * SECOND_MS)
    t.strictSame(world.revisionsOf(slow), revisions)
    t.equal(most, 1)
  },
)

t.test(
  'who follows sends nothing; a new leader lets the one before record, and goes on',
  async t => {
    const world = new WebhookWorld()
    const id = world.webhook()
    world.term = null
    world.start(t)
    const [sent = 0, next = 0] = world.events(2)
    await world.clock.run(60 * SECOND_MS)
    t.strictSame([world.received.length, world.readsAsked], [0, 0])
    const seen = { revision: sent, n: 0 }
    const attempt: ReportedAttempt = {
      ...{ position: seen, event: 'host.allocated', attempt: 1, statusCode: 200 },
      ...{ responseMs: 3, error: null, retryMs: 0 },
    }
    world.unheard = [
      { type: 'deliveries.record', reports: [{ webhookId: id, seen, attempts: [attempt] }] },
    ]
    world.term = 5
    await world.clock.run(webhookJobDefaults.settleMs - 100)
    t.equal(world.received.length, 0)
    await world.clock.run(SECOND_MS)
    t.strictSame(world.revisionsOf(id), [next])
  },
)

t.test('what was sent is recorded by who leads no more, until the log takes it', async t => {
  const world = new WebhookWorld()
  const id = world.webhook()
  world.start(t)
  world.answer = () => world.after(SECOND_MS)
  const [only = 0] = world.events(3)
  await world.clock.run(SETTLED_MS)
  t.equal(world.received.length, 1)
  world.term = null
  world.failure = noLeader
  await world.clock.run(5 * SECOND_MS)
  t.strictSame(world.recorded(id, only), [])
  world.failure = null
  await world.clock.run(SECOND_MS)
  t.strictSame(world.recorded(id, only), [200])
  t.equal(new Set(world.submitted.map(command => JSON.stringify(command))).size, 1, 'the same')
  t.equal(world.received.length, 1, 'and nothing new was begun')
  t.strictSame(world.warnings, [])
})

t.test('a lead lost and won again does not send again what is still under way', async t => {
  const world = new WebhookWorld()
  const id = world.webhook()
  world.start(t)
  world.answer = ({ revision }) => (revision === first ? world.after(8 * SECOND_MS) : taken)
  const [first = 0, second = 0] = world.events(2)
  await world.clock.run(SETTLED_MS)
  world.term = null
  await world.clock.run(SECOND_MS)
  world.term = 3
  await world.clock.run(12 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), [first, second])
  t.equal(world.readsAsked, 2, 'but reads anew what was decided')
})

t.test('with effects off nothing goes out; what happened meanwhile does later', async t => {
  const world = new WebhookWorld()
  const id = world.webhook()
  world.effectsOff = true
  world.start(t)
  const revisions = world.events(3)
  await world.clock.run(60 * SECOND_MS)
  t.equal(world.received.length, 0)
  world.effectsOff = false
  await world.clock.run(2 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), revisions)
})

t.test(
  'at most so many attempts are under way, and those that fail leave half the room',
  async t => {
    const world = new WebhookWorld()
    const ids = Array.from({ length: 20 }, () => world.webhook())
    const good = ids.at(-1) ?? 0
    const job = world.start(t, { concurrency: 8 })
    let most = 0
    const answer = ({ webhookId }: Received) => {
      most = Math.max(most, job.inFlight)
      return webhookId === good ? taken : world.after(10 * SECOND_MS, broken)
    }
    world.answer = answer
    world.events(40)
    await world.clock.run(45 * SECOND_MS)
    const before = world.revisionsOf(good).length
    t.ok(most <= 8, `${most}`)
    t.equal(before, 40, 'who answers at once has had all by then')
    await world.clock.run(30 * SECOND_MS)
    const tried = new Set(world.received.map(({ webhookId }) => webhookId))
    t.equal(tried.size, 20, 'each had its turn')
  },
)

t.test('a webhook has so many attempts in an hour, and waits for the rest', async t => {
  const world = new WebhookWorld()
  const [id] = [world.webhook()]
  world.start(t, { perHour: 10 })
  const revisions = world.events(15)
  await world.clock.run(600 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), revisions.slice(0, 10))
  t.ok(world.sinceAsked < 100, `${world.sinceAsked} looks meanwhile`)
  await world.clock.run(3600 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), revisions)
})

t.test('while too many events wait for another attempt no new one is begun', async t => {
  const world = new WebhookWorld()
  const id = world.webhook()
  world.start(t, { retryMs: 3600 * SECOND_MS, perHour: 100_000 })
  world.answer = () => broken
  world.events(PENDING_MAX + 50)
  await world.clock.run(600 * SECOND_MS)
  t.equal(world.received.length, PENDING_MAX)
  t.equal(world.rows.pendingCount(id), PENDING_MAX)
})

t.test('a webhook that is switched off or deleted is sent nothing from then on', async t => {
  const world = new WebhookWorld()
  const [deleted, off] = [world.webhook(), world.webhook()]
  world.start(t)
  world.answer = () => world.after(200)
  world.events(20)
  await world.clock.run(SETTLED_MS + SECOND_MS)
  const { length } = world.received
  t.ok(length > 2)
  world.rows.deleteWebhook(deleted)
  const webhook = world.rows.webhook(off)
  if (webhook !== null) world.rows.saveWebhook({ ...webhook, isActive: false, revision: 999 })
  await world.clock.run(60 * SECOND_MS)
  t.ok(world.received.length <= length + 2, 'but for what was under way')
  t.strictSame(world.warnings, [])
})

t.test('one that asks for other events is told of these, and not twice of any', async t => {
  const world = new WebhookWorld()
  const id = world.webhook({ events: ['region.created'] })
  world.start(t)
  world.events(3)
  await world.clock.run(SETTLED_MS + 40 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), [])
  const webhook = world.rows.webhook(id)
  t.equal(webhook?.seen.revision, world.changes.at(-1)?.revision, 'how far it has looked is known')
  if (webhook !== null)
    world.rows.saveWebhook({ ...webhook, events: ['host.allocated'], revision: 999 })
  await world.clock.run(2 * SECOND_MS)
  const revisions = world.events(2)
  await world.clock.run(2 * SECOND_MS)
  t.strictSame(world.revisionsOf(id), revisions)
})

t.test(
  'a sealed secret signs as its owner knows it; one of another secret fails and says so',
  async t => {
    const world = new WebhookWorld()
    const [sealed, plain] = [world.webhook({ secret: 'sealed whsec_x' }), world.webhook()]
    const lost = world.webhook({ secret: 'lost' })
    world.start(t)
    const [revision = 0] = world.events(1)
    await world.clock.run(SETTLED_MS + 10 * SECOND_MS)
    const signatures = new Set(world.posts.map(({ headers }) => headers['X-IPAM-Signature']))
    t.equal(signatures.size, 1)
    t.strictSame(world.received.map(({ webhookId }) => webhookId).sort(), [sealed, plain])
    t.strictSame(world.recorded(lost, revision), [null, null, null])
    t.match(world.rows.attemptsOf(lost)[0], { error: /another cluster secret/, responseMs: null })
    t.notMatch(JSON.stringify(world.submitted), /whsec/)
  },
)

t.test('an event whose Change is pruned is passed over, or given up if it was tried', async t => {
  const world = new WebhookWorld()
  const id = world.webhook()
  world.start(t)
  world.answer = () => broken
  const [tried = 0] = world.events(1)
  await world.clock.run(SETTLED_MS)
  t.strictSame(world.recorded(id, tried), [500])
  world.changes.splice(0)
  world.answer = () => taken
  const [next = 0] = world.events(1)
  await world.clock.run(10 * SECOND_MS)
  t.strictSame(world.recorded(id, tried), [500, null, null])
  t.match(world.rows.attemptsOf(id).at(-1), {
    event: 'host.allocated',
    error: /does not reach back/,
  })
  t.strictSame(world.revisionsOf(id), [tried, next])
})

t.test('a node that stops lets attempts end, records them, and breaks off the rest', async t => {
  const world = new WebhookWorld()
  const [quick, hung] = [world.webhook(), world.webhook()]
  const job = world.start(t)
  world.answer = ({ webhookId }) =>
    webhookId === quick ? world.after(SECOND_MS) : new Promise(() => {})
  const [revision = 0] = world.events(2)
  await world.clock.run(SETTLED_MS)
  const closing = job.close()
  await settle()
  await world.clock.run(2 * webhookJobDefaults.stopMs)
  await closing
  t.strictSame(world.recorded(quick, revision), [200])
  t.strictSame(world.recorded(hung, revision), [], 'the next leader makes this attempt')
  t.equal(world.received.length, 2)
})

t.test('what the ledger does not take keeps nobody else waiting, and is no flood', async t => {
  const world = new WebhookWorld()
  const [bad, good] = [world.webhook(), world.webhook()]
  world.start(t)
  world.answer = ({ webhookId }) => (webhookId === bad ? { statusCode: 7, error: 'no' } : taken)
  const revisions = world.events(10)
  await world.clock.run(SETTLED_MS + 20 * SECOND_MS)
  t.strictSame(world.revisionsOf(good), revisions)
  t.strictSame(world.revisionsOf(bad), revisions.slice(0, 1), 'once in a while')
  t.match(world.warnings, [/refused/])
  world.answer = () => taken
  await world.clock.run(60 * SECOND_MS)
  t.strictSame(world.revisionsOf(bad), [revisions[0], ...revisions], 'nothing is lost')
})

t.test('who takes long leaves half the room, too', async t => {
  const world = new WebhookWorld()
  const ids = Array.from({ length: 20 }, () => world.webhook())
  const good = ids.at(-1) ?? 0
  world.start(t, { concurrency: 8 })
  world.answer = ({ webhookId }) => (webhookId === good ? taken : world.after(9 * SECOND_MS))
  world.events(40)
  await world.clock.run(45 * SECOND_MS)
  t.equal(world.revisionsOf(good).length, 40, 'who answers at once has had all by then')
})

t.test('a node that has stopped proposes nothing any more', async t => {
  const world = new WebhookWorld()
  world.webhook()
  const job = world.start(t)
  world.failure = noLeader
  world.events(1)
  await world.clock.run(SETTLED_MS + SECOND_MS)
  const closing = job.close()
  await settle()
  await world.clock.run(3 * webhookJobDefaults.stopMs)
  await closing
  const { length } = world.submitted
  await world.clock.run(60 * SECOND_MS)
  t.equal(world.submitted.length, length)
})
