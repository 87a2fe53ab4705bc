// Rows of document 001 that nobody could read, or that make no sense: the check says so, with and without their history.
import t, { type Test } from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { checkState } from '../../src/store/index.js'
import { findingsAfter } from './findings-after.js'
import { EntryMaker, genesis, openStore, temporaryDirectory } from './support.js'

const ANN = 1
const ann: Command = {
  ...{ type: 'user.bootstrap', username: 'ann', email: 'a@x.y', passwordHash: 'h' },
}

const region = (cidr: string, name: string): Command => ({
  ...{ type: 'region.create', place: { cidr } },
  region: { name, owner: null, description: null, tags: [] },
})
const place = (cidr: string): Command => ({
  ...{ type: 'reservation.place', uid: cidr, vrf: 'default' },
  ...{ cidr, reason: null, ttlMs: null },
})
const failed: Command = {
  type: 'deliveries.record',
  reports: [
    {
      ...{ webhookId: 1, seen: { revision: 11, n: 0 } },
      attempts: [
        {
          ...{ position: { revision: 11, n: 0 }, event: 'region.created', attempt: 1 },
          ...{ statusCode: 500, responseMs: 1, error: 'no', retryMs: 1 },
        },
      ],
    },
  ],
}

/** All is Ann's: entry 11 is a region that her webhook was told of in vain. */
const commands: readonly Command[] = [
  region('10.1.0.0/24', 'a'),
  { type: 'comment.create', resourceType: 'region', resourceId: 1, text: 'ok' },
  {
    ...{ type: 'share.create', token: 'A'.repeat(22), resourceType: 'region', resourceId: 1 },
    ...{ description: null, ttlMs: 1000 },
  },
  {
    ...{ type: 'rule.create', name: 'any', threshold: 0, severity: 'info', channels: ['in_app'] },
    ...{ resourceType: 'region', resourceIds: [1] },
  },
  { type: 'rules.review', crossings: [{ ruleId: 1, resourceType: 'region', resourceId: 1 }] },
  { type: 'preferences.merge', patch: '{"a":1}' },
  { type: 'filter.create', name: 'full', criteria: '{"b":1}' },
  {
    ...{ type: 'webhook.create', url: 'https://h/', secret: 's', description: null },
    events: ['region.created'],
  },
  region('10.1.1.0/24', 'b'),
  failed,
  {
    ...{ type: 'job.create', resourceType: 'region', operation: 'add', tags: ['a'] },
    items: [{ key: 'k', id: 1 }],
  },
  place('10.1.9.0/24'),
  place('10.1.10.0/24'),
  { type: 'reservation.cancel', id: 2, ifRevision: null, reason: null },
  { type: 'country.delete', code: 'AU', ifRevision: null },
]

async function makeState(t: Test): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  store.apply([
    ...[genesis, ann].map(command => entries.command(command)),
    ...commands.map(command => entries.command(command, { userId: ANN })),
  ])
  await store.close()
  return directory
}

t.test('a row that cannot be read, or says what cannot be, is found', async t => {
  const directory = await makeState(t)
  t.strictSame(checkState(directory).findings, [])
  for (const [sql, found] of [
    ['UPDATE preferences SET document = \'{"a":1]\'', /User 1 has preferences that are no object/],
    ['UPDATE saved_filters SET criteria = \'["b",]\'', /Filter 1 has criteria that are no object/],
    ["UPDATE webhooks SET events = 'x'", /Webhook 1 has events that are no list/],
    ['UPDATE webhooks SET seen_revision = 999', /Webhook 1 has seen what is still to come/],
    ['UPDATE pending_deliveries SET attempts = 3', /A delivery of webhook 1 waits for nothing/],
    ['UPDATE pending_deliveries SET webhook_id = 9', /A delivery of webhook 9 waits for nothing/],
    ['UPDATE delivery_attempts SET event = 99', /Attempt 1 is of an unknown event/],
    ["UPDATE jobs SET items = 'x'", /Job 1 has lists or codes that cannot be read/],
    ['UPDATE jobs SET operation = 9', /Job 1 has lists or codes that cannot be read/],
    ["UPDATE jobs SET outcomes = '[null]'", /Job 1 has not come as far as it says/],
    ['UPDATE jobs SET completed_ms = 1', /Job 1 has not come as far as it says/],
    ["UPDATE notification_rules SET resource_ids = '[1'", /Rule 1 has lists or codes/],
    ['UPDATE notification_rules SET resource_type = 2', /Rule 1 has lists or codes/],
    ['UPDATE notifications SET severity = 7', /Notification 1 has an unknown code/],
    ['UPDATE crossings SET resource_type = 2', /A crossing of rule 1 is of no country/],
    ['UPDATE shares SET resource_type = 3', /Share 1 is of an unknown type of resource/],
    ['UPDATE comments SET resource_type = 0', /Comment 1 is about no region and no host/],
    ['UPDATE reservations SET prefix_length = 32', /Reservation 1 is of no address and no CIDR/],
    ["UPDATE reservations SET first = x'00'", /Reservation 1 is of no address and no CIDR/],
    ['UPDATE past_reservations SET status = 0', /Reservation 2 is over and has an unknown status/],
    ['UPDATE countries SET x_last = 256 WHERE id = 1', /Country 1 has no range of X of its own/],
    ['UPDATE countries SET x_first = 31 WHERE id = 2', /Country 1 has no range of X of its own/],
    ["UPDATE networks SET region_name = 'a' WHERE id = 2", /Network 2 is a region with the name/],
  ] as const)
    t.match(findingsAfter(t, directory, sql), found, sql)
})
