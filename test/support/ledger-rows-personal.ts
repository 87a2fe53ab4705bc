// What every implementation of PersonalRows must give: what one has comes back, is counted by user, and is tidied away in slices.
import type {
  Crossing,
  LedgerRows,
  Notification,
  NotificationRule,
  SavedFilter,
  Share,
} from '../../src/ledger/index.js'
import { ids, MANY, type WithRows } from './ledger-rows-samples.js'
import { attemptRow, jobRow, userRow } from './ledger-rows-webhooks.js'

export function shareRow(set: Partial<Share> & { id: number }): Share {
  return {
    token: `token-${set.id}`,
    resourceType: 'region',
    resourceId: 3,
    description: null,
    userId: 1,
    username: 'alice',
    viewCount: 0,
    lastViewedMs: null,
    createdMs: 1_700_000_000_000,
    expiresMs: 1_700_000_100_000,
    revision: 7,
    ...set,
  }
}

export function filterRow(set: Partial<SavedFilter> & { id: number }): SavedFilter {
  return { userId: 1, name: 'full', criteria: '{"a":1}', createdMs: 1_700_000_000_000, ...set }
}

export function notificationRow(set: Partial<Notification> & { id: number }): Notification {
  return {
    userId: 1,
    ruleId: 1,
    type: 'capacity_warning',
    severity: 'warning',
    message: 'Region 10.5.23.0/24 is at 85% capacity',
    resourceType: 'region',
    resourceId: 3,
    createdMs: 1_700_000_000_000,
    readMs: null,
    revision: 7,
    ...set,
  }
}

export function ruleRow(set: Partial<NotificationRule> & { id: number }): NotificationRule {
  return {
    userId: 1,
    name: 'nearly full',
    threshold: 8500,
    resourceType: null,
    resourceIds: [],
    channels: ['in_app'],
    severity: 'warning',
    isActive: true,
    lastTriggeredMs: null,
    createdMs: 1_700_000_000_000,
    updatedMs: 1_700_000_000_001,
    revision: 7,
    ...set,
  }
}

const crossing = (ruleId: number, resourceId = 3): Crossing => ({
  ...{ ruleId, resourceType: 'region', resourceId },
})
const NEVER = { notificationsMs: 0, sharesMs: 0, deliveriesMs: 0, jobsMs: 0 }

export function testPersonalRows(withRows: WithRows): void {
  testShares(withRows)
  testPreferences(withRows)
  testNotifications(withRows)
  testRules(withRows)
  testTidy(withRows)
}

function testShares(withRows: WithRows): void {
  withRows('a share comes back by id and token, as it was replaced, and goes', (t, { rows }) => {
    const { personal } = rows
    const full = shareRow({
      id: 2 ** 40,
      resourceType: 'country',
      description: 'für “ü”',
      viewCount: 5,
      lastViewedMs: 9,
    })
    personal.saveShare(full)
    personal.saveShare(shareRow({ id: 1, resourceType: 'host', userId: 2 }))
    t.strictSame(personal.share(2 ** 40), full)
    t.strictSame(personal.shareByToken(full.token), full)
    t.strictSame([personal.share(2), personal.shareByToken('token')], [null, null])
    const seen = shareRow({ id: 1, token: 'another', userId: 2, viewCount: 1, lastViewedMs: 3 })
    personal.saveShare(seen)
    t.strictSame(personal.share(1), seen)
    t.equal(personal.shareByToken('token-1'), null)
    t.strictSame(
      [1, 2, 3].map(user => personal.shareCount(user)),
      [1, 1, 0],
    )
    personal.deleteShare(1)
    t.equal(personal.share(1), null)
    t.equal(personal.shareCount(2), 0)
  })
}

function testPreferences(withRows: WithRows): void {
  withRows('preferences are one row a user, the last one saved', (t, { rows }) => {
    const { personal } = rows
    t.equal(personal.preferences(1), null)
    const first = { userId: 1, document: '{}', updatedMs: 5, revision: 6 }
    personal.savePreferences(first)
    personal.savePreferences({ ...first, userId: 2 })
    const second = { userId: 1, document: '{"__proto__":"“ü”"}', updatedMs: 8, revision: 9 }
    personal.savePreferences(second)
    t.strictSame(personal.preferences(1), second)
    t.strictSame(personal.preferences(2), { ...first, userId: 2 })
  })

  withRows('saved filters are listed by user, the oldest first, within the limit', (t, made) => {
    const { personal } = made.rows
    for (const id of [3, 1, 2]) personal.insertFilter(filterRow({ id, name: `“${id}”` }))
    personal.insertFilter(filterRow({ id: 4, userId: 2 }))
    t.strictSame(personal.filter(2), filterRow({ id: 2, name: '“2”' }))
    t.strictSame(ids(personal.filters(1, 2)), [1, 2])
    personal.deleteFilter(1)
    t.strictSame(ids(personal.filters(1, MANY)), [2, 3])
    t.strictSame(ids(personal.filters(2, MANY)), [4])
    t.equal(personal.filter(1), null)
  })
}

function testNotifications(withRows: WithRows): void {
  withRows('notifications come back, are counted by user, and the oldest is found', (t, made) => {
    const { personal } = made.rows
    const read = notificationRow({
      id: 2,
      severity: 'critical',
      readMs: 4,
      resourceType: 'country',
    })
    personal.saveNotification(notificationRow({ id: 2 }))
    personal.saveNotification(read)
    personal.saveNotification(notificationRow({ id: 1, severity: 'info' }))
    personal.saveNotification(notificationRow({ id: 3, userId: 2 }))
    t.strictSame(personal.notification(2), read)
    t.strictSame(
      [1, 2, 3].map(user => personal.notificationCount(user)),
      [2, 1, 0],
    )
    t.equal(personal.oldestNotification(1)?.id, 1)
    personal.deleteNotification(1)
    t.equal(personal.notification(1), null)
    t.equal(personal.oldestNotification(1)?.id, 2)
    t.equal(personal.oldestNotification(3), null)
  })
}

function testRules(withRows: WithRows): void {
  withRows('a rule comes back as it was written, as it was replaced, and goes', (t, { rows }) => {
    const { personal } = rows
    const full = ruleRow({
      id: 1,
      threshold: 0,
      resourceType: 'country',
      resourceIds: [3, 2 ** 40, 1],
      severity: 'critical',
      isActive: false,
      lastTriggeredMs: 5,
    })
    personal.saveRule(ruleRow({ id: 1, resourceType: 'region' }))
    personal.saveRule(full)
    personal.saveRule(ruleRow({ id: 2, userId: 2 }))
    t.strictSame(personal.rule(1), full)
    t.strictSame(personal.rule(2), ruleRow({ id: 2, userId: 2 }))
    t.strictSame(
      [1, 2, 3].map(user => personal.ruleCount(user)),
      [1, 1, 0],
    )
    personal.deleteRule(1)
    t.equal(personal.rule(1), null)
    t.equal(personal.ruleCount(1), 0)
  })

  withRows('what a rule has told of is kept by rule, kind and id', (t, { rows }) => {
    const { personal } = rows
    const country: Crossing = { ruleId: 1, resourceType: 'country', resourceId: 3 }
    const has = () =>
      [crossing(1), country, crossing(1, 4), crossing(2)].map(one => personal.hasCrossing(one))
    t.strictSame(has(), [false, false, false, false])
    for (const one of [crossing(1), crossing(1), crossing(1, 4), crossing(2)])
      personal.addCrossing(one)
    t.strictSame(has(), [true, false, true, true])
    personal.endCrossing(crossing(1))
    personal.endCrossing(country)
    personal.addCrossing(country)
    t.strictSame(has(), [false, true, true, true])
    personal.endCrossings(1)
    t.strictSame(has(), [false, false, false, true])
  })
}

function testTidy(withRows: WithRows): void {
  withRows('old notifications and shares go by age, within the limit', (t, { rows }) => {
    const { personal } = rows
    rows.saveUser(userRow(1))
    for (const [id, ms] of [
      [1, 30],
      [2, 10],
      [3, 20],
    ] as const) {
      personal.saveNotification(notificationRow({ id, createdMs: ms }))
      personal.saveShare(shareRow({ id, expiresMs: ms }))
    }
    const left = () => [
      [1, 2, 3].filter(id => personal.notification(id) !== null),
      [1, 2, 3].filter(id => personal.share(id) !== null),
    ]
    t.equal(personal.tidyPersonal({ ...NEVER, notificationsMs: 10, sharesMs: 10 }, MANY), 0)
    t.equal(personal.tidyPersonal({ ...NEVER, notificationsMs: 21, sharesMs: 11 }, 1), 1)
    t.strictSame(left(), [
      [1, 3],
      [1, 2, 3],
    ])
    t.equal(personal.tidyPersonal({ ...NEVER, notificationsMs: 21, sharesMs: 11 }, 2), 2)
    t.strictSame(left(), [[1], [1, 3]])
    t.equal(personal.tidyPersonal({ ...NEVER, sharesMs: 99 }, MANY), 2)
    t.strictSame(left(), [[1], []])
  })

  withRows('what is left of users that are gone goes, a slice at a time', (t, { rows }) => {
    for (const id of [1, 2, 3]) rows.saveUser(userRow(id))
    for (const userId of [1, 2, 3]) giveAll(rows, userId)
    rows.deleteUser(2)
    t.equal(rows.personal.tidyPersonal(NEVER, 2), 2)
    t.equal(rows.personal.tidyPersonal(NEVER, MANY), 4)
    t.strictSame(kept(rows, 1), [true, true, true, true, true, true])
    t.strictSame(kept(rows, 2), [false, false, false, false, false, false])
    t.strictSame(kept(rows, 3), [true, true, true, true, true, true])
    t.equal(rows.personal.tidyPersonal(NEVER, MANY), 0)
  })

  withRows('what a rule that is gone has told of goes', (t, { rows }) => {
    const { personal } = rows
    rows.saveUser(userRow(1))
    for (const id of [1, 2]) personal.saveRule(ruleRow({ id }))
    for (const one of [crossing(1), crossing(1, 9), crossing(2)]) personal.addCrossing(one)
    personal.deleteRule(1)
    t.equal(personal.tidyPersonal(NEVER, 1), 1)
    t.strictSame(
      [personal.hasCrossing(crossing(1)), personal.hasCrossing(crossing(1, 9))],
      [...[false, true]],
    )
    t.equal(personal.tidyPersonal(NEVER, MANY), 1)
    t.ok(personal.hasCrossing(crossing(2)))
  })

  withRows('attempts and jobs go in what is left of the slice', (t, { rows }) => {
    rows.saveUser(userRow(1))
    rows.personal.saveShare(shareRow({ id: 1, expiresMs: 5 }))
    rows.webhooks.insertAttempt(attemptRow({ id: 1, webhookId: 9, attemptedMs: 5 }))
    rows.jobs.saveJob(jobRow({ id: 1, startedMs: 4, completedMs: 5 }))
    const before = { notificationsMs: 9, sharesMs: 9, deliveriesMs: 9, jobsMs: 9 }
    t.equal(rows.personal.tidyPersonal(before, 2), 2)
    t.not(rows.jobs.job(1), null)
    t.equal(rows.personal.tidyPersonal(before, 2), 1)
    t.equal(rows.jobs.job(1), null)
  })
}

/** One of each kind, with the user's id. */
function giveAll({ personal }: LedgerRows, userId: number): void {
  personal.saveShare(shareRow({ id: userId, userId }))
  personal.savePreferences({ userId, document: '{}', updatedMs: 5, revision: 6 })
  personal.insertFilter(filterRow({ id: userId, userId }))
  personal.saveNotification(notificationRow({ id: userId, userId }))
  personal.saveRule(ruleRow({ id: userId, userId }))
  personal.addCrossing(crossing(userId))
}

function kept({ personal }: LedgerRows, userId: number): boolean[] {
  const things = [
    personal.share(userId),
    personal.preferences(userId),
    personal.filter(userId),
    personal.notification(userId),
    personal.rule(userId),
  ]
  return [...things.map(thing => thing !== null), personal.hasCrossing(crossing(userId))]
}
