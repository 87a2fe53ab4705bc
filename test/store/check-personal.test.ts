// One's own things on disk: a sound state passes, also when some were tidied away, and a row that somebody changed is found.
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import { findingsAfter } from './findings-after.js'
import { EntryMaker, genesis, openStore, START_MS, temporaryDirectory } from './support.js'

const FILE = join('state', '0-0', 'state.db')
const DAY_MS = 86_400_000
const [ANNA, BEN] = [1, 2]

const user = (username: string): Command => ({
  ...({ type: 'user.create', username, role: 'admin', theme: 'light' } as const),
  ...{ email: `${username}@example.com`, passwordHash: 'hash' },
})
const share = (n: number): Command => ({
  ...{ type: 'share.create', token: `AAAAAAAAAAAAAAAAAAAAA${n}`, resourceType: 'country' },
  ...{ resourceId: n, description: null, ttlMs: DAY_MS },
})
const rule: Command = {
  ...{ type: 'rule.create', name: 'any', threshold: 0, severity: 'info', channels: ['in_app'] },
  ...{ resourceType: 'country', resourceIds: [1, 2] },
}
const crossings = [1, 2].map(resourceId => {
  return { ruleId: 1, resourceType: 'country', resourceId } as const
})
const tidy = (beforeMs: number): Command => ({
  ...{ type: 'personal.tidy', notificationsBeforeMs: beforeMs, sharesBeforeMs: beforeMs },
  ...{ deliveriesBeforeMs: beforeMs, jobsBeforeMs: beforeMs, rowsMax: 1000 },
})

async function makeState(t: Test, ...more: readonly (readonly [Command, number])[]) {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  const anna = (command: Command) => entries.command(command, { userId: ANNA })
  store.apply([
    ...[genesis, user('anna'), user('ben')].map(command => entries.command(command)),
    ...[share(1), share(2), rule].map(anna),
    anna({ type: 'preferences.merge', patch: '{"a":"ü"}' }),
    anna({ type: 'filter.create', name: 'full', criteria: '{"b":"“"}' }),
    entries.command(share(3), { userId: BEN }),
    entries.command({ type: 'rules.review', crossings }),
    entries.command({ type: 'shares.viewed', views: [{ id: 1, count: 3 }] }),
    ...more.map(([command, timeMs]) => entries.command(command, { timeMs })),
  ])
  await store.close()
  return directory
}

t.test('a sound state passes, and a row that somebody changed is found', async t => {
  const directory = await makeState(t)
  t.strictSame(checkState(directory).findings, [])
  for (const [sql, found] of [
    ['UPDATE shares SET resource_id = 9 WHERE id = 1', /share 1 has resource_id 9/],
    ['UPDATE preferences SET document = \'{"a":""}\'', /preferences 1 has bytes 8/],
    ["UPDATE saved_filters SET criteria = '{}'", /filter 1 has criteria_bytes 2/],
    ["UPDATE notifications SET message = 'x' WHERE id = 2", /notification 2 has message/],
    ['UPDATE notification_rules SET threshold = 1', /rule 1 has threshold 1/],
    ['DELETE FROM shares WHERE id = 2', /share 2 is missing/],
    ['DELETE FROM preferences', /preferences 1 is missing/],
    ['DELETE FROM saved_filters', /filter 1 is missing/],
    ['DELETE FROM notification_rules', /rule 1 is missing/],
    ['UPDATE state SET last_rule_id = 0', /highest rule has id 1/],
  ] as const)
    t.match(findingsAfter(t, directory, sql), found, sql)
})

t.test('what views changed is in no history, and nothing is found', async t => {
  const directory = await makeState(t)
  t.equal(findingsAfter(t, directory, 'UPDATE shares SET view_count = 9 WHERE id = 1'), '[]')
})

t.test('what was tidied away is not missed', async t => {
  const later = START_MS + 2 * DAY_MS
  const directory = await makeState(
    t,
    [{ type: 'user.delete', id: ANNA, ifRevision: null }, later],
    [tidy(START_MS), later],
    [tidy(later), later + 1],
  )
  t.strictSame(checkState(directory).findings, [])
  const db = openDatabase(join(directory, FILE), { mode: 'read', cacheBytes: 1 << 20 })
  t.teardown(() => db.close())
  for (const table of [
    ...['shares', 'preferences', 'saved_filters', 'notifications', 'notification_rules'],
    'crossings',
  ])
    t.equal(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), 0, table)
})
