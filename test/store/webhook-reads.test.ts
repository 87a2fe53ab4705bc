// Reads of webhooks and jobs, and what `ipam check` finds of them.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import {
  createNetwork,
  EntryMaker,
  genesis,
  never,
  openStore,
  START_MS,
  temporaryDirectory,
} from './support.js'

const FILE = join('state', '0-0', 'state.db')
const [ROOT, ANN] = [1, 2]

const ids = (rows: readonly { readonly id: number }[]) => rows.map(row => row.id)
const create: Command = {
  type: 'webhook.create',
  url: 'https://h/',
  secret: 'whsec_abc',
  events: ['region.created', 'host.released'],
  description: null,
}
const createJob: Command = {
  type: 'job.create',
  resourceType: 'host',
  operation: 'add',
  tags: ['a=1'],
  items: ['k', 'l', 'm'].map((key, at) => ({ key, id: at })),
}
const attempt = (n: number, statusCode: number | null, number = 1) => ({
  position: { revision: 2, n },
  event: 'host.released' as const,
  attempt: number,
  statusCode,
  responseMs: 5,
  error: statusCode === 200 ? null : 'no',
  retryMs: 2000,
})
const record = (webhookId: number, ...attempts: ReturnType<typeof attempt>[]): Command => ({
  type: 'deliveries.record',
  reports: [{ webhookId, seen: { revision: 3, n: 0 }, attempts }],
})

/** What one has for oneself is Ann's. */
const commands: readonly Command[] = [
  genesis,
  { type: 'user.bootstrap', username: 'root', email: 'r@x.y', passwordHash: 'h' },
  {
    ...{ type: 'user.create', username: 'ann', email: 'a@x.y', role: 'manager', theme: 'light' },
    passwordHash: 'h',
  },
  createNetwork('10.0.0.0/24'),
  create,
  create,
  { type: 'webhook.update', id: 1, set: { isActive: false } },
  create,
  createJob,
  createJob,
  { type: 'job.advance', id: 1, from: 0, count: 3 },
  { type: 'job.advance', id: 2, from: 0, count: 2 },
]

function whose({ type }: Command, userId: number): { readonly userId?: number } {
  return type.startsWith('webhook.') || type === 'job.create' ? { userId } : {}
}

/** Webhooks 2 and 3 begin at the beginning of history, as if they had been made before it. */
function rewind(path: string): void {
  const db = openDatabase(path, { mode: 'write', cacheBytes: 1 << 20 })
  db.prepare('UPDATE webhooks SET seen_revision = 1, seen_n = 0').run()
  db.close()
}

async function opened(t: Test) {
  const directory = temporaryDirectory(t)
  const first = await openStore(t, directory)
  const made = new EntryMaker()
  first.apply(commands.map(command => made.command(command, whose(command, ANN))))
  await first.close()
  rewind(join(directory, FILE))
  const store = await openStore(t, directory)
  const entries = new EntryMaker(store.appliedIndex(), 2)
  const apply = (...of: Command[]) =>
    store.apply(of.map(command => entries.command(command, whose(command, ROOT))))
  return { directory, store, apply, reads: store.reads }
}

t.test('webhooks are read by id, by user, and those that are on', async t => {
  const { reads, apply } = await opened(t)
  t.match(reads.webhooks.webhook(2), { userId: ANN, secret: 'whsec_abc', isActive: true })
  t.equal(reads.webhooks.webhook(9), null)
  t.strictSame(ids(reads.webhooks.webhooksOf(ANN)), [3, 2, 1])
  t.strictSame(ids(reads.webhooks.webhooksOf(1)), [])
  const active = () =>
    reads.webhooks.activeWebhooks().map(({ webhook, isMuted }) => [webhook.id, isMuted])
  t.strictSame(active(), [
    [2, false],
    [3, false],
  ])
  const set = (isActive: boolean): Command => ({
    ...{ type: 'user.update', id: ANN, ifRevision: null, set: { isActive } },
  })
  apply(set(false))
  t.strictSame(
    active(),
    [
      [2, true],
      [3, true],
    ],
    'of a user who may not sign in',
  )
  apply(set(true), { type: 'webhook.delete', id: 2 })
  t.strictSame(active(), [[3, false]])
  apply({ type: 'user.delete', id: ANN, ifRevision: null })
  t.strictSame(active(), [])
})

t.test('attempts come newest first and are counted; what waits comes in its order', async t => {
  const { reads, apply } = await opened(t)
  apply(record(2, attempt(0, 500), attempt(1, null), attempt(2, 200)))
  apply(record(2, attempt(1, 200, 2)), record(3, attempt(0, 200)))
  const page = (skip: number, limit: number) => {
    const { rows, total } = reads.webhooks.attemptPage(2, { skip, limit })
    return [rows.map(({ position, attempt }) => `${position.n}.${attempt}`).join(' '), total]
  }
  t.strictSame(page(0, 9), ['1.2 2.1 1.1 0.1', 4])
  t.strictSame(page(1, 2), ['2.1 1.1', 4])
  t.strictSame(page(9, 2), ['', 4])
  t.strictSame(reads.webhooks.attemptPage(9, { skip: 0, limit: 9 }), { rows: [], total: 0 })
  const at = START_MS + 14
  t.strictSame(
    [at - 1, at, at + 1].map(ms => reads.webhooks.attemptsSince(2, ms)),
    [4, 1, 0],
  )
  t.strictSame(reads.webhooks.pendingDeliveries(2), [
    { webhookId: 2, position: { revision: 2, n: 0 }, attempts: 1, dueMs: START_MS + 13 + 2000 },
  ])
  t.strictSame(reads.webhooks.pendingDeliveries(3), [])
})

t.test('a Change is read by its place', async t => {
  const { reads } = await opened(t)
  t.match(reads.webhooks.changeAt({ revision: 4, n: 0 }), { action: 'network.created', n: 0 })
  t.equal(reads.webhooks.changeAt({ revision: 4, n: 1 }), null)
  t.equal(reads.webhooks.changeAt({ revision: 99, n: 0 }), null)
})

t.test('jobs are read by id, and those under way', async t => {
  const { reads, apply } = await opened(t)
  t.match(reads.jobs.job(1), { completedMs: START_MS + 11, outcomes: { length: 3 } })
  t.match(reads.jobs.job(2), { completedMs: null, outcomes: { length: 2 } })
  t.equal(reads.jobs.job(9), null)
  apply(createJob, createJob)
  t.strictSame(ids(reads.jobs.openJobs(9)), [2, 3, 4])
  t.strictSame(ids(reads.jobs.openJobs(2)), [2, 3])
})

t.test('a sound state passes, with deliveries and slices that left no Change', async t => {
  const { directory, store, apply } = await opened(t)
  apply(record(2, attempt(0, 500), attempt(1, 200)))
  apply({ type: 'webhook.update', id: 2, set: { url: 'http://other/' } })
  apply({ type: 'job.advance', id: 2, from: 2, count: 9 }, { type: 'webhook.delete', id: 3 })
  const { hash } = await store.scans.stateHash(never)
  await store.close()
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  t.equal(report.stateHash, hash)
})

t.test('what goes with its user, or after a while, is missed by nobody', async t => {
  const { directory, store, apply } = await opened(t)
  const before = { notificationsBeforeMs: 0, sharesBeforeMs: 0, deliveriesBeforeMs: 0 }
  const tidy = { type: 'personal.tidy', ...before, jobsBeforeMs: START_MS + 12 } as const
  const waits = () => store.reads.personal.tidyWaits({ ...before, jobsBeforeMs: 0 })
  apply({ ...tidy, rowsMax: 10 })
  t.equal(store.reads.jobs.job(1), null, 'it was over')
  t.equal(waits(), false)
  apply({ type: 'user.delete', id: ANN, ifRevision: null })
  t.equal(waits(), true)
  apply({ ...tidy, rowsMax: 10 })
  t.equal(waits(), false)
  t.strictSame([store.reads.webhooks.webhook(2), store.reads.jobs.job(2)], [null, null])
  await store.close()
  t.strictSame(checkState(directory).findings, [])
})

t.test('an edited row is found and named, and is another state', async t => {
  const { directory: sound, store, apply } = await opened(t)
  apply(record(2, attempt(0, 500)))
  await store.close()
  const { stateHash } = checkState(sound)
  const hashes = [stateHash]
  for (const [sql, message] of [
    ["UPDATE webhooks SET url = 'http://evil/' WHERE id = 2", /^webhook 2 has url/],
    ['UPDATE webhooks SET active = 1 WHERE id = 1', /^webhook 1 has is_active true/],
    ['UPDATE webhooks SET user_id = 1 WHERE id = 2', /^webhook 2 has user_id 1/],
    ['DELETE FROM webhooks WHERE id = 2', /^webhook 2 is missing/],
    ["UPDATE jobs SET tags = '[]' WHERE id = 1", /^job 1 has tags \[\]/],
    ['DELETE FROM jobs WHERE id = 2', /^job 2 is missing/],
    ['UPDATE state SET last_delivery_id = 0', /^The highest delivery has id 1/],
    ['UPDATE webhooks SET revision = 99 WHERE id = 2', /^A webhook has revision 99/],
    ["UPDATE webhooks SET secret = 'x' WHERE id = 2", null],
    ['UPDATE pending_deliveries SET due_ms = 5', null],
    ['UPDATE delivery_attempts SET response_ms = 6', null],
    ["UPDATE jobs SET outcomes = '[null,null]' WHERE id = 2", null],
  ] as const) {
    const directory = temporaryDirectory(t)
    cpSync(sound, directory, { recursive: true })
    const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
    t.equal(db.prepare(sql).run().changes, 1, sql)
    db.close()
    const report = checkState(directory)
    hashes.push(report.stateHash)
    const found = report.findings.some(finding => message?.test(finding.message))
    t.equal(found, message !== null, `${sql}: ${JSON.stringify(report.findings)}`)
  }
  t.equal(new Set(hashes).size, hashes.length)
})
