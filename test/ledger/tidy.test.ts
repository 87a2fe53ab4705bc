// Tidying: what is too old or nobody's any more goes, a slice at a time, and history says nothing of it.
import t from 'tap'
import { COMMAND_ROWS_MAX, type TidyPersonalCommand } from '../../src/ledger/index.js'
import { attemptRow, jobRow, pendingRow, webhookRow } from '../support/ledger-rows-webhooks.js'
import { worldOfUsers } from './users.js'

const tidy = (set: Partial<TidyPersonalCommand>): TidyPersonalCommand => ({
  type: 'personal.tidy',
  notificationsBeforeMs: 0,
  sharesBeforeMs: 0,
  deliveriesBeforeMs: 0,
  jobsBeforeMs: 0,
  rowsMax: 100,
  ...set,
})
const slice = (rows: number, more: boolean) => ({ type: 'slice', rows, more })

t.test('attempts and jobs go by age', async t => {
  const world = worldOfUsers()
  const { webhooks, jobs } = world.rows
  webhooks.saveWebhook(webhookRow({ id: 1, userId: 2 }))
  for (const id of [1, 2, 3])
    webhooks.insertAttempt(attemptRow({ id, webhookId: 1, attemptedMs: id * 10 }))
  for (const id of [1, 2]) jobs.saveJob(jobRow({ id, userId: 2, completedMs: id * 10 }))
  t.strictSame(world.result(tidy({ deliveriesBeforeMs: 10, jobsBeforeMs: 10 })), slice(0, false))
  const before = { deliveriesBeforeMs: 30, jobsBeforeMs: 20 }
  t.strictSame(world.result(tidy({ ...before, rowsMax: 2 })), slice(2, true))
  t.strictSame(world.result(tidy({ ...before, rowsMax: 2 })), slice(1, false))
  t.strictSame(world.lastChanges(), [])
  t.strictSame(
    [webhooks.attempts().map(({ id }) => id), jobs.jobs().map(({ id }) => id)],
    [[3], [2]],
  )
})

t.test('what a user had goes when he is gone', async t => {
  const world = worldOfUsers()
  const { webhooks, jobs } = world.rows
  for (const userId of [2, 3]) {
    webhooks.saveWebhook(webhookRow({ id: userId, userId }))
    webhooks.savePendingDelivery(pendingRow(userId, 2))
    webhooks.insertAttempt(attemptRow({ id: userId, webhookId: userId }))
    jobs.saveJob(jobRow({ id: userId, userId }))
  }
  t.strictSame(world.result(tidy({})), slice(0, false))
  world.result({ type: 'user.delete', id: 2, ifRevision: null })
  t.strictSame(world.result(tidy({ rowsMax: 1 })), slice(1, true))
  t.strictSame(world.result(tidy({})), slice(3, false))
  t.strictSame(
    [webhooks.webhooks(), webhooks.attempts(), jobs.jobs()].map(rows => rows.map(({ id }) => id)),
    [[3], [3], [3]],
  )
  t.equal(webhooks.pendingCount(3), 1)
})

t.test('a slice has its bounds', async t => {
  const world = worldOfUsers()
  for (const rowsMax of [0, -1, 1.5, COMMAND_ROWS_MAX + 1])
    t.match(world.refusal(tidy({ rowsMax })), { code: 'invalid', field: 'rowsMax' })
  t.strictSame(world.result(tidy({ rowsMax: COMMAND_ROWS_MAX })), slice(0, false))
})
