// Commands about webhooks and jobs in the log, and what they are answered with.
import * as fc from 'fast-check'
import t from 'tap'
import {
  type Command,
  commandVersionOf,
  type HistoryPosition,
  type JobCommand,
  type Outcome,
  type Request,
  type Result,
  type TagJob,
  type Webhook,
  type WebhookCommand,
  webhookEvents,
} from '../../src/ledger/index.js'
import { decodeCommand, encodeCommand } from '../../src/store/codec/command-codec.js'
import { decodeOutcome, encodeOutcome, outcomeFields } from '../../src/store/codec/outcome-codec.js'
import { packAs } from '../../src/store/codec/packed.js'
import { decodeRequest, encodeRequest } from '../../src/store/index.js'

const count = fc.maxSafeNat()
const countOrNull = fc.option(count)
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const textOrNull = fc.option(text)
const texts = fc.array(text, { maxLength: 4 })
const event = fc.constantFrom(...webhookEvents)
const events = fc.array(event, { maxLength: 4 })
const position: fc.Arbitrary<HistoryPosition> = fc.record({ revision: count, n: count })
const facts = { url: text, events, description: textOrNull }
const attempt = fc.record({
  position,
  event,
  attempt: count,
  statusCode: countOrNull,
  responseMs: countOrNull,
  error: textOrNull,
  retryMs: count,
})
const report = fc.record({
  webhookId: count,
  seen: position,
  attempts: fc.array(attempt, { maxLength: 3 }),
})
const items = fc.array(fc.record({ key: text, id: count }), { maxLength: 4 })
const work = {
  resourceType: fc.constantFrom('region' as const, 'host' as const),
  operation: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
  tags: texts,
}
const type = <Type extends Command['type']>(name: Type) => fc.constant(name)
const set = fc.record({ ...facts, isActive: fc.boolean() }, { requiredKeys: [] })
const command: fc.Arbitrary<WebhookCommand | JobCommand> = fc.oneof(
  fc.record({ type: type('webhook.create'), ...facts, secret: text }),
  fc.record({ type: type('webhook.update'), id: count, set }),
  fc.record({ type: type('webhook.delete'), id: count }),
  fc.record({ type: type('deliveries.record'), reports: fc.array(report, { maxLength: 3 }) }),
  fc.record({ type: type('tags.apply'), items, ...work }),
  fc.record({ type: type('job.create'), items, ...work }),
  fc.record({ type: type('job.advance'), id: count, from: count, count }),
)
const sample: Request = {
  version: 6,
  session: { nodeId: 1, start: 1 },
  sequence: 1,
  awaitedFrom: 0,
  origin: { actor: 'anna', clientAddress: null, userAgent: null },
  principal: null,
  idempotency: null,
  command: { type: 'webhook.delete', id: 1 },
}
const plain = (of: unknown) => JSON.parse(JSON.stringify(of))

t.test('every command comes back as it was', async t => {
  fc.assert(
    fc.property(command, of => {
      const request = { ...sample, version: commandVersionOf(of), command: of }
      t.equal(request.version, 6)
      t.strictSame(plain(decodeRequest(encodeRequest(request))), plain(request))
    }),
    { numRuns: 400 },
  )
})

const aboutTags = { resourceType: 'host', operation: 'remove', tags: ['a'] } as const
const aboutItems = { items: [{ key: 'k', id: 9 }], ...aboutTags }

t.test('codes of commands stand as they are in logs', async t => {
  const attempt = {
    position: { revision: 5, n: 1 },
    event: 'host.released',
    attempt: 2,
    statusCode: null,
    responseMs: 12,
    error: 'timed out',
    retryMs: 4000,
  }
  const report = { webhookId: 3, seen: { revision: 6, n: 4095 }, attempts: [attempt] }
  for (const [command, values] of [
    [
      { type: 'webhook.create', url: 'u', secret: 's', events: webhookEvents, description: null },
      [120, 'u', 's', [0, 1, 2, 3, 4, 5, 6, 7], null],
    ],
    [
      { type: 'webhook.update', id: 3, set: { events: ['host.updated'], isActive: false } },
      [121, 3, { events: ['host.updated'], isActive: false }],
    ],
    [{ type: 'webhook.delete', id: 3 }, [122, 3]],
    [
      { type: 'deliveries.record', reports: [report] },
      [123, [[3, 6, 4095, [[5, 1, 5, 2, null, 12, 'timed out', 4000]]]]],
    ],
    [{ type: 'tags.apply', ...aboutItems }, [130, 2, 1, ['a'], [['k', 9]]]],
    [{ type: 'job.create', ...aboutItems }, [131, 2, 1, ['a'], [['k', 9]]]],
    [{ type: 'job.advance', id: 3, from: 100, count: 50 }, [132, 3, 100, 50]],
  ] as unknown as [Command, unknown[]][]) {
    t.strictSame(encodeCommand(command), values)
    t.strictSame(decodeCommand(values), command)
  }
})

t.test('what another node could not read is refused before it enters the log', async t => {
  const create = { type: 'webhook.create', url: 'u', secret: 's', events: [], description: null }
  const update = (set: object) => ({ type: 'webhook.update', id: 1, set })
  const tags = { type: 'tags.apply', ...aboutItems }
  for (const [what, command] of [
    ['an event that there is not', { ...create, events: ['host.renamed'] }],
    ['an event that there is not, in an update', update({ events: ['host.renamed'] })],
    ['a secret that changes', update({ secret: 's' })],
    ['a switch that is none', update({ isActive: 1 })],
    ['a webhook before the first', { type: 'webhook.delete', id: -1 }],
    ['countries', { ...tags, resourceType: 'country' }],
    ['an operation that there is not', { ...tags, operation: 'toggle' }],
    ['a fraction as id', { ...tags, items: [{ key: 'k', id: 0.5 }] }],
    ['a tag that is no text', { ...tags, tags: [5] }],
    ['no reports', { type: 'deliveries.record', reports: [{ webhookId: 1, attempts: [] }] }],
  ] as const)
    t.throws(() => encodeRequest({ ...sample, command } as unknown as Request), Error, what)
})

const webhook: fc.Arbitrary<Omit<Webhook, 'secret'>> = fc.record({
  id: count,
  userId: count,
  ...facts,
  isActive: fc.boolean(),
  failures: count,
  lastDeliveryMs: countOrNull,
  seen: position,
  createdMs: count,
  updatedMs: count,
  revision: count,
})
const job: fc.Arbitrary<TagJob> = fc.record({
  id: count,
  userId: count,
  ...work,
  items,
  outcomes: fc.array(textOrNull, { maxLength: 4 }),
  createdMs: count,
  startedMs: countOrNull,
  completedMs: countOrNull,
  revision: count,
})
const result: fc.Arbitrary<Result> = fc.oneof(
  fc.record({ type: fc.constant('webhook' as const), webhook }),
  fc.record({ type: fc.constant('job' as const), job }),
  fc.record({
    type: fc.constant('tagged' as const),
    outcomes: fc.array(fc.record({ key: text, error: textOrNull })),
  }),
)

t.test('every outcome comes back as it was, and encodes to the same bytes', async t => {
  fc.assert(
    fc.property(result, result => {
      const outcome: Outcome = { revision: 5, originalRevision: 5, ok: true, result }
      const bytes = encodeOutcome(outcome)
      const back = decodeOutcome(bytes)
      t.strictSame(plain(back), plain(outcome))
      t.strictSame(encodeOutcome(back), bytes)
    }),
    { numRuns: 300 },
  )
})

t.test('codes of outcomes stand as they are in rows', async t => {
  const fieldsOf = (result: Result) =>
    outcomeFields({ revision: 1, originalRevision: 1, ok: true, result })[3]
  const outcomes = [
    { key: 'k', error: null },
    { key: 'l', error: 'no' },
  ]
  t.strictSame(fieldsOf({ type: 'tagged', outcomes }), [
    61,
    [
      ['k', null],
      ['l', 'no'],
    ],
  ])
  const times = { createdMs: 4, startedMs: 5, completedMs: null, revision: 6 }
  const job: TagJob = { id: 1, userId: 2, ...aboutItems, outcomes: [null], ...times }
  t.strictSame(fieldsOf({ type: 'job', job }), [
    62,
    1,
    2,
    2,
    1,
    ['a'],
    [['k', 9]],
    [null],
    4,
    5,
    null,
    6,
  ])
  const damaged = [1, 1, true, [62, 1, 2, 2, 1, ['a'], [['k', 9]], [7], 4, 5, null, 6]]
  t.throws(() => decodeOutcome(packAs(1, damaged)), /errors that are no texts/)
})
