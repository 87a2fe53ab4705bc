// What one has for oneself as it is shown: newest first, by user, and no more than was asked for.
import t, { type Test } from 'tap'
import { migrate } from '../../src/store/migrations/index.js'
import { openDatabase } from '../../src/store/open.js'
import { SqlitePersonalReads } from '../../src/store/personal-reads.js'
import { SqliteRows } from '../../src/store/rows.js'
import { filterRow, notificationRow, ruleRow, shareRow } from '../support/ledger-rows-personal.js'
import { ids } from '../support/ledger-rows-samples.js'
import { attemptRow, jobRow, userRow } from '../support/ledger-rows-webhooks.js'

function opened(t: Test) {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  migrate(db)
  t.teardown(() => db.close())
  return { rows: new SqliteRows(db), reads: new SqlitePersonalReads(db) }
}

t.test('lists of a user are his alone, newest first', async t => {
  const { rows, reads } = opened(t)
  for (const [id, userId] of [
    [1, 1],
    [2, 2],
    [3, 1],
  ] as const) {
    rows.personal.saveShare(shareRow({ id, userId }))
    rows.personal.insertFilter(filterRow({ id, userId }))
    rows.personal.saveRule(ruleRow({ id, userId }))
  }
  t.strictSame(ids(reads.sharesOf(1)), [3, 1])
  t.strictSame(ids(reads.filtersOf(1)), [3, 1])
  t.strictSame(ids(reads.rulesOf(1)), [3, 1])
  t.strictSame([reads.sharesOf(9), reads.filtersOf(9), reads.rulesOf(9)], [[], [], []])
  t.strictSame(reads.share(2), shareRow({ id: 2, userId: 2 }))
  t.strictSame(reads.shareByToken('token-2'), shareRow({ id: 2, userId: 2 }))
  t.strictSame(reads.filter(2), filterRow({ id: 2, userId: 2 }))
  t.strictSame(reads.rule(2), ruleRow({ id: 2, userId: 2 }))
  t.strictSame([reads.share(9), reads.filter(9), reads.rule(9)], [null, null, null])
})

t.test('notifications are filtered, counted whole and shown a page at a time', async t => {
  const { rows, reads } = opened(t)
  for (const id of [1, 2, 3, 4, 5, 6]) {
    const severity = id % 3 === 0 ? 'critical' : 'warning'
    rows.personal.saveNotification(
      notificationRow({ id, severity, readMs: id % 2 === 0 ? 5 : null }),
    )
  }
  rows.personal.saveNotification(notificationRow({ id: 7, userId: 2 }))
  const page = (set: object, skip = 0, limit = 10) => {
    const filter = { userId: 1, isRead: null, severity: null, ...set }
    const { rows, total } = reads.notificationPage(filter, { skip, limit })
    return [ids(rows), total]
  }
  t.strictSame(page({}), [[6, 5, 4, 3, 2, 1], 6])
  t.strictSame(page({}, 2, 3), [[4, 3, 2], 6])
  t.strictSame(page({}, 6), [[], 6])
  t.strictSame(page({ isRead: false }), [[5, 3, 1], 3])
  t.strictSame(page({ isRead: true }, 1, 1), [[4], 3])
  t.strictSame(page({ severity: 'critical' }), [[6, 3], 2])
  t.strictSame(page({ severity: 'critical', isRead: false }), [[3], 1])
  t.strictSame(page({ severity: 'info' }), [[], 0])
  t.strictSame(
    [1, 2, 3].map(user => reads.unreadCount(user)),
    [3, 1, 0],
  )
  t.strictSame(reads.notification(7), notificationRow({ id: 7, userId: 2 }))
})

t.test('rules that are on come in id order, with what each has told of', async t => {
  const { rows, reads } = opened(t)
  for (const id of [3, 1, 2, 4]) rows.personal.saveRule(ruleRow({ id, isActive: id !== 2 }))
  t.strictSame(ids(reads.activeRules({ afterId: 0, limit: 2 })), [1, 3])
  t.strictSame(ids(reads.activeRules({ afterId: 3, limit: 2 })), [4])
  const crossings = [
    { ruleId: 1, resourceType: 'country', resourceId: 9 },
    { ruleId: 1, resourceType: 'region', resourceId: 2 },
    { ruleId: 1, resourceType: 'region', resourceId: 5 },
  ] as const
  for (const crossing of [...crossings].reverse()) rows.personal.addCrossing(crossing)
  rows.personal.addCrossing({ ruleId: 2, resourceType: 'region', resourceId: 1 })
  t.strictSame(reads.crossingsOf(1), crossings)
  t.strictSame(reads.crossingsOf(3), [])
})

t.test('tidying waits exactly when there is something to tidy', async t => {
  const before = {
    ...{ notificationsBeforeMs: 10, sharesBeforeMs: 10, deliveriesBeforeMs: 10, jobsBeforeMs: 10 },
  }
  const { rows, reads } = opened(t)
  rows.saveUser(userRow(1))
  rows.personal.saveNotification(notificationRow({ id: 1, createdMs: 10 }))
  rows.personal.saveShare(shareRow({ id: 1, expiresMs: 10 }))
  rows.personal.saveRule(ruleRow({ id: 1 }))
  rows.personal.addCrossing({ ruleId: 1, resourceType: 'region', resourceId: 1 })
  t.notOk(reads.tidyWaits(before))
  for (const leave of [
    () => rows.personal.saveNotification(notificationRow({ id: 2, createdMs: 9 })),
    () => rows.personal.saveShare(shareRow({ id: 2, expiresMs: 9 })),
    () => rows.personal.insertFilter(filterRow({ id: 2, userId: 2 })),
    () => rows.personal.addCrossing({ ruleId: 2, resourceType: 'region', resourceId: 1 }),
    () => rows.webhooks.insertAttempt(attemptRow({ id: 2, attemptedMs: 9 })),
    () => rows.jobs.saveJob(jobRow({ id: 2, completedMs: 9 })),
  ]) {
    leave()
    t.ok(reads.tidyWaits(before), String(leave))
    const ms = { notificationsMs: 10, sharesMs: 10, deliveriesMs: 10, jobsMs: 10 }
    t.equal(rows.personal.tidyPersonal(ms, 100), 1)
    t.notOk(reads.tidyWaits(before))
  }
})
