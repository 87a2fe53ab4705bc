// One's own things in the log and in outcomes: each comes back as it was, and damage is found.
import * as fc from 'fast-check'
import t from 'tap'
import {
  type Command,
  commandVersionOf,
  type Outcome,
  type Result,
} from '../../src/ledger/index.js'
import { decodeCommand, encodeCommand } from '../../src/store/codec/command-codec.js'
import { decodeOutcome, encodeOutcome } from '../../src/store/codec/outcome-codec.js'

const count = fc.maxSafeNat()
const countOrNull = fc.option(count)
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const textOrNull = fc.option(text)
const resourceType = fc.constantFrom('country', 'region', 'host')
const watched = fc.constantFrom('country', 'region')
const severity = fc.constantFrom('info', 'warning', 'critical')
const type = <Type extends Command['type']>(name: Type) => fc.constant(name)
const ruleFacts = {
  name: text,
  threshold: fc.integer(),
  resourceType: fc.option(watched),
  resourceIds: fc.array(count, { maxLength: 4 }),
  channels: fc.constant(['in_app'] as const),
  severity,
}

const command = fc.oneof(
  fc.record({
    type: type('share.create'),
    token: text,
    resourceType,
    resourceId: count,
    description: textOrNull,
    ttlMs: fc.integer(),
  }),
  fc.record({
    type: fc.constantFrom('share.revoke', 'filter.delete', 'notification.delete', 'rule.delete'),
    id: count,
  }),
  fc.record({
    type: type('shares.viewed'),
    views: fc.array(fc.record({ id: count, count: fc.integer() }), { maxLength: 3 }),
  }),
  fc.record({ type: type('preferences.merge'), patch: text }),
  fc.record({ type: type('filter.create'), name: text, criteria: text }),
  fc.record({ type: type('notification.read'), id: count, isRead: fc.boolean() }),
  fc.record({ type: type('rule.create'), ...ruleFacts }),
  fc.record({
    type: type('rule.update'),
    id: count,
    set: fc.record({ ...ruleFacts, isActive: fc.boolean() }, { requiredKeys: [] }),
  }),
  fc.record({
    type: type('rules.review'),
    crossings: fc.array(fc.record({ ruleId: count, resourceType: watched, resourceId: count }), {
      maxLength: 3,
    }),
  }),
  fc.record({
    type: type('personal.tidy'),
    notificationsBeforeMs: count,
    sharesBeforeMs: count,
    deliveriesBeforeMs: count,
    jobsBeforeMs: count,
    rowsMax: count,
  }),
) as fc.Arbitrary<Command>

const result = fc.oneof(
  fc.record({
    type: fc.constant('share'),
    share: fc.record({
      id: count,
      resourceType,
      resourceId: count,
      description: textOrNull,
      userId: count,
      username: text,
      viewCount: count,
      lastViewedMs: countOrNull,
      createdMs: count,
      expiresMs: count,
      revision: count,
    }),
  }),
  fc.record({ type: fc.constant('preferences'), updatedMs: count }),
  fc.record({
    type: fc.constant('filter'),
    filter: fc.record({ id: count, userId: count, name: text, criteria: text, createdMs: count }),
  }),
  fc.record({
    type: fc.constant('notification'),
    notification: fc.record({
      id: count,
      userId: count,
      ruleId: count,
      type: fc.constant('capacity_warning'),
      severity,
      message: text,
      resourceType,
      resourceId: count,
      createdMs: count,
      readMs: countOrNull,
      revision: count,
    }),
  }),
  fc.record({
    type: fc.constant('rule'),
    rule: fc.record({
      ...{ id: count, userId: count },
      ...ruleFacts,
      isActive: fc.boolean(),
      lastTriggeredMs: countOrNull,
      createdMs: count,
      updatedMs: count,
      revision: count,
    }),
  }),
) as fc.Arbitrary<Result>

t.test("commands about one's own things come back as they were", async t => {
  fc.assert(
    fc.property(command, made => {
      t.equal(commandVersionOf(made), 6)
      const command = plain(made)
      t.strictSame(decodeCommand(encodeCommand(command)), command)
    }),
  )
})

t.test('so do the answers', async t => {
  fc.assert(
    fc.property(result, count, (made, revision) => {
      const outcome: Outcome = { revision, originalRevision: revision, ok: true, result: made }
      t.strictSame(decodeOutcome(encodeOutcome(outcome)), plain(outcome))
    }),
  )
})

t.test('damage is found: a channel, a kind and a severity that there are not', async t => {
  for (const fields of [
    [108, 'a', 1, null, [], ['e-mail'], 0],
    [108, 'a', 1, 2, [], ['in_app'], 0],
    [108, 'a', 1, null, [], ['in_app'], 3],
    [109, 1, { channels: ['e-mail'] }],
    [109, 1, { resourceType: 'host' }],
    [109, 1, { severity: 'high' }],
    [109, 1, { resourceIds: ['1'] }],
    [109, 1, { lastTriggeredMs: 1 }],
    [111, [[1, 2, 3]]],
    [100, 'token', 3, 1, null, 1],
    [112, 1, 2, 3, 4],
  ]) {
    t.throws(() => decodeCommand(fields), JSON.stringify(fields))
  }
})

/** Records of the generator have no prototype. */
function plain<Value>(value: Value): Value {
  return structuredClone(value)
}
