// Webhooks: whose they are, what they may say, and where they begin.
import t from 'tap'
import {
  type Command,
  type CreateWebhookCommand,
  commandVersionOf,
  type UpdateWebhookCommand,
  WEBHOOKS_MAX,
  WEBHOOKS_OF_CLUSTER_MAX,
  type Webhook,
  webhookEvents,
} from '../../src/ledger/index.js'
import { pendingRow, webhookRow } from '../support/ledger-rows-webhooks.js'
import { asUser, refusalOf } from './office.js'
import { worldOfUsers } from './users.js'
import { START_MS, type World } from './world.js'

const [ROOT, ANN, BEN] = [1, 2, 3]
const URL = 'https://hooks.example.com/ipam?key=1'

function create(set: Partial<CreateWebhookCommand> = {}): CreateWebhookCommand {
  return {
    type: 'webhook.create',
    url: URL,
    secret: 'whsec_abc',
    events: ['region.created', 'host.released'],
    description: null,
    ...set,
  }
}
const update = (id: number, set: UpdateWebhookCommand['set']): Command => ({
  ...{ type: 'webhook.update', id, set },
})
const remove = (id: number): Command => ({ type: 'webhook.delete', id })

function made(world: World, userId: number, command: Command): Omit<Webhook, 'secret'> {
  const outcome = asUser(world, userId, command)
  if (!outcome.ok || outcome.result.type !== 'webhook') throw new Error(JSON.stringify(outcome))
  return outcome.result.webhook
}

t.test('a webhook begins with what happens after it; its secret is shown nowhere', async t => {
  const world = worldOfUsers()
  const webhook = made(world, ANN, create({ description: 'für “alle”' }))
  const { revision } = world
  const shown = {
    id: 1,
    userId: ANN,
    url: URL,
    events: ['region.created', 'host.released'],
    description: 'für “alle”',
    isActive: true,
    failures: 0,
    lastDeliveryMs: null,
    seen: { revision, n: 4095 },
    createdMs: START_MS,
    updatedMs: START_MS,
    revision,
  }
  t.strictSame(webhook, shown)
  t.strictSame(world.rows.webhooks.webhook(1), { ...shown, secret: 'whsec_abc' })
  t.match(world.lastChanges(), [
    {
      action: 'webhook.created',
      entity: 'webhook',
      entityId: 1,
      origin: { userId: ANN },
      before: null,
      after: { user_id: ANN, url: URL, events: shown.events, is_active: true, revision },
    },
  ])
  t.notMatch(JSON.stringify(world.lastChanges()), /whsec/)
})

t.test('what is sealed is longer, and no older program is given it', async t => {
  const world = worldOfUsers()
  const secret = `sealed.1.${'x'.repeat(900)}`
  made(world, ANN, create({ secret }))
  t.equal(world.rows.webhooks.webhook(1)?.secret, secret)
  t.equal(commandVersionOf(create({ secret })), 6)
})

t.test('a URL is http or https, with a host and no password', async t => {
  const world = worldOfUsers()
  for (const url of [
    'http://h',
    'HTTPS://H:8443/a/b?c=d#e',
    'http://[2001:db8::1]:8080/',
    'http://10.0.0.1/@x',
    `http://h/${'ü'.repeat(491)}`,
  ])
    t.equal(made(world, ANN, create({ url })).url, url)
  for (const url of [
    '',
    'h',
    'ftp://h/',
    'http:/h',
    'http://',
    'http:///path',
    'http://?a',
    ' http://h',
    'http://h/a b',
    'http://h/a\tb',
    'http://h/a\u00a0b',
    'http://h/\u0000',
    'http://h/\ud800',
    'http://user@h/',
    'http://user:pw@h/',
    'http://h\\@evil/',
    `http://h/${'x'.repeat(492)}`,
  ]) {
    const refusal = refusalOf(asUser(world, ANN, create({ url })))
    t.match(refusal, { code: 'invalid', field: 'webhook_url' }, JSON.stringify(url))
    t.notMatch(JSON.stringify(refusal), /pw/, 'a password is not shown back')
  }
})

t.test('what else it says is refused with its field', async t => {
  const world = worldOfUsers()
  for (const [set, field] of [
    [{ events: [] }, 'events'],
    [{ events: ['host.renamed'] }, 'events'],
    [{ events: ['host.released', 'host.released'] }, 'events'],
    [{ events: [...webhookEvents, ...webhookEvents.slice(0, 3)] }, 'events'],
    [{ description: 'x'.repeat(501) }, 'description'],
    [{ secret: '' }, 'secret_key'],
    [{ secret: 'x'.repeat(201) }, 'secret_key'],
    [{ secret: `sealed.1.${'x'.repeat(1200)}` }, 'secret_key'],
    [{ secret: 'a\nb' }, 'secret_key'],
  ] as [Partial<CreateWebhookCommand>, string][]) {
    const refusal = refusalOf(asUser(world, ANN, create(set)))
    t.match(refusal, { code: 'invalid', field }, JSON.stringify(set))
    if (field === 'secret_key') t.match(refusal, { value: '(secret)' })
  }
  t.equal(made(world, ANN, create({ events: webhookEvents })).events.length, 8)
})

t.test('who has not signed in has none', async t => {
  const world = worldOfUsers()
  made(world, ANN, create())
  for (const command of [create(), update(1, { isActive: false }), remove(1)])
    t.strictSame(world.refusal(command), { code: 'not-signed-in' })
})

t.test('somebody else’s is not found, but by an admin', async t => {
  const world = worldOfUsers()
  made(world, ANN, create())
  const notFound = (id: number) => ({ code: 'personal-not-found', noun: 'webhook', id })
  for (const command of [update(1, { description: 'x' }), remove(1)])
    t.strictSame(refusalOf(asUser(world, BEN, command)), notFound(1))
  t.strictSame(refusalOf(asUser(world, ROOT, remove(9))), notFound(9))
  t.equal(made(world, ROOT, update(1, { description: 'x' })).userId, ANN, 'it stays hers')
  t.match(asUser(world, ROOT, remove(1)), { ok: true })
  t.match(world.lastChanges(), [{ action: 'webhook.deleted', after: null }])
  t.equal(world.rows.webhooks.webhook(1), null)
})

t.test('an update changes what it says, and is checked as a whole', async t => {
  const world = worldOfUsers()
  made(world, ANN, create())
  const seen = world.rows.webhooks.webhook(1)?.seen
  world.timeMs += 5
  const changed = made(world, ANN, update(1, { url: 'http://other/', events: ['host.updated'] }))
  t.match(changed, { url: 'http://other/', events: ['host.updated'], description: null, seen })
  t.match(changed, { updatedMs: START_MS + 5, createdMs: START_MS, revision: world.revision })
  t.equal(world.rows.webhooks.webhook(1)?.secret, 'whsec_abc')
  t.match(world.lastChanges(), [
    { action: 'webhook.updated', before: { url: URL }, after: { url: 'http://other/' } },
  ])
  for (const set of [{ url: 'x' }, { events: [] }, { description: 'x'.repeat(501) }])
    t.match(refusalOf(asUser(world, ANN, update(1, set))), { code: 'invalid' })
})

t.test('switched off nothing waits for it; switched on it begins anew', async t => {
  const world = worldOfUsers()
  made(world, ANN, create())
  const { webhooks } = world.rows
  const waiting = webhooks.webhook(1)
  if (waiting === null) throw new Error('there is none')
  webhooks.saveWebhook({ ...waiting, failures: 9 })
  webhooks.savePendingDelivery(pendingRow(1, 2))
  t.equal(made(world, ANN, update(1, { isActive: true })).failures, 9, 'it was on')
  t.equal(webhooks.pendingCount(1), 1)
  t.match(made(world, ANN, update(1, { isActive: false })), { isActive: false, failures: 9 })
  t.equal(webhooks.pendingCount(1), 0)
  world.result({ type: 'vrf.create', name: 'lab', description: null })
  const on = made(world, ANN, update(1, { isActive: true }))
  t.match(on, { isActive: true, failures: 0, seen: { revision: world.revision, n: 4095 } })
})

t.test('what waits for a webhook goes with it', async t => {
  const world = worldOfUsers()
  made(world, ANN, create())
  world.rows.webhooks.savePendingDelivery(pendingRow(1, 2))
  asUser(world, ANN, remove(1))
  t.equal(world.rows.webhooks.pendingCount(1), 0)
})

t.test('a user has so many, and all users together', async t => {
  const world = worldOfUsers()
  for (let n = 0; n < WEBHOOKS_MAX; n += 1) made(world, ANN, create())
  const tooMany = (max: number) => ({ code: 'too-many-personal', noun: 'webhooks', max })
  t.strictSame(refusalOf(asUser(world, ANN, create())), tooMany(WEBHOOKS_MAX))
  made(world, BEN, create())
  const { webhooks } = world.rows
  for (let n = webhooks.webhookCount(null); n < WEBHOOKS_OF_CLUSTER_MAX; n += 1)
    webhooks.saveWebhook(webhookRow({ id: 1000 + n, userId: 1000 + n }))
  t.strictSame(refusalOf(asUser(world, BEN, create())), tooMany(WEBHOOKS_OF_CLUSTER_MAX))
  asUser(world, ANN, remove(1))
  t.equal(made(world, BEN, create()).userId, BEN)
})
