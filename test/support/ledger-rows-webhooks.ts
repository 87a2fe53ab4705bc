// What every implementation of WebhookRows and JobRows must give.
import type {
  DeliveryAttempt,
  LedgerRows,
  PendingDelivery,
  TagJob,
  User,
  Webhook,
} from '../../src/ledger/index.js'
import { MANY, type WithRows } from './ledger-rows-samples.js'

export function webhookRow(set: Partial<Webhook> & { id: number }): Webhook {
  return {
    userId: 1,
    url: 'https://hooks.example.com/ipam',
    secret: 'whsec_abc',
    events: ['region.created', 'capacity.critical'],
    description: null,
    isActive: true,
    failures: 0,
    lastDeliveryMs: null,
    seen: { revision: 7, n: 4095 },
    createdMs: 1_700_000_000_000,
    updatedMs: 1_700_000_000_001,
    revision: 7,
    ...set,
  }
}

export function pendingRow(webhookId: number, revision: number, n = 0): PendingDelivery {
  return { webhookId, position: { revision, n }, attempts: 1, dueMs: 1_700_000_002_000 }
}

export function attemptRow(set: Partial<DeliveryAttempt> & { id: number }): DeliveryAttempt {
  return {
    webhookId: 1,
    position: { revision: 8, n: 0 },
    event: 'host.allocated',
    attempt: 1,
    statusCode: 200,
    responseMs: 12,
    error: null,
    attemptedMs: 1_700_000_000_000,
    ...set,
  }
}

export function jobRow(set: Partial<TagJob> & { id: number }): TagJob {
  return {
    userId: 1,
    resourceType: 'host',
    operation: 'add',
    tags: ['env=prod', 'blue'],
    items: [
      { key: 'a', id: 1 },
      { key: 'b “ü”', id: 0 },
    ],
    outcomes: [],
    createdMs: 1_700_000_000_000,
    startedMs: null,
    completedMs: null,
    revision: 7,
    ...set,
  }
}

export function userRow(id: number): User {
  return {
    id,
    username: `user${id}`,
    email: `user${id}@example.com`,
    role: 'manager',
    theme: 'light',
    isActive: true,
    passwordHash: '$',
    epoch: 0,
    lastLoginMs: null,
    failedLogins: 0,
    lockedUntilMs: null,
    createdMs: 1,
    updatedMs: 1,
    revision: 1,
  }
}

/** All that there is of the kind that `personal.tidy` takes of webhooks and jobs. */
function tidy(rows: LedgerRows, before: { deliveriesMs?: number; jobsMs?: number }, limit = MANY) {
  const none = { notificationsMs: 0, sharesMs: 0, deliveriesMs: 0, jobsMs: 0 }
  return rows.personal.tidyPersonal({ ...none, ...before }, limit)
}

export function testWebhookRows(withRows: WithRows): void {
  withRows('a webhook comes back as it was written, and as it was replaced', (t, { rows }) => {
    const { webhooks } = rows
    const full = webhookRow({
      id: 2 ** 40,
      secret: 'sealed.1.x',
      description: 'für “alle”',
      lastDeliveryMs: 1_700_000_000_005,
      failures: 9,
      seen: { revision: 2 ** 40, n: 3 },
    })
    webhooks.saveWebhook(full)
    webhooks.saveWebhook(webhookRow({ id: 1 }))
    t.strictSame(webhooks.webhook(2 ** 40), full)
    t.equal(webhooks.webhook(2), null)
    const off = webhookRow({ id: 1, isActive: false, events: ['host.released'], userId: 2 })
    webhooks.saveWebhook(off)
    t.strictSame(webhooks.webhook(1), off)
    webhooks.deleteWebhook(1)
    t.equal(webhooks.webhook(1), null)
  })

  withRows('webhooks are counted by user, and all together', (t, { rows }) => {
    const { webhooks } = rows
    for (const [id, userId] of [
      [1, 1],
      [2, 2],
      [3, 1],
    ] as const)
      webhooks.saveWebhook(webhookRow({ id, userId, isActive: id !== 3 }))
    t.strictSame(
      [1, 2, 3, null].map(userId => webhooks.webhookCount(userId)),
      [2, 1, 0, 3],
    )
  })

  withRows('what waits is found by its place, replaced, and ended', (t, { rows }) => {
    const { webhooks } = rows
    const [first, second] = [pendingRow(1, 2 ** 38, 4094), pendingRow(1, 9, 1)]
    for (const one of [first, second, pendingRow(2, 9, 1)]) webhooks.savePendingDelivery(one)
    t.strictSame(webhooks.pendingDelivery(1, first.position), first)
    t.equal(webhooks.pendingDelivery(1, { revision: 9, n: 2 }), null)
    const again = { ...second, attempts: 2, dueMs: 1_700_000_006_000 }
    webhooks.savePendingDelivery(again)
    t.strictSame(webhooks.pendingDelivery(1, second.position), again)
    t.equal(webhooks.pendingCount(1), 2)
    webhooks.endPendingDelivery(1, second.position)
    webhooks.endPendingDelivery(1, second.position)
    t.equal(webhooks.pendingDelivery(1, second.position), null)
    webhooks.endPendingDeliveries(1)
    t.equal(webhooks.pendingDelivery(1, first.position), null)
    t.equal(webhooks.pendingCount(2), 1)
    webhooks.saveWebhook(webhookRow({ id: 2 }))
    webhooks.deleteWebhook(2)
    t.equal(webhooks.pendingCount(2), 0, 'it goes with its webhook')
  })

  withRows('an attempt is made once', (t, { rows }) => {
    rows.webhooks.insertAttempt(attemptRow({ id: 1 }))
    t.throws(() => rows.webhooks.insertAttempt(attemptRow({ id: 1 })))
  })

  withRows(
    'attempts go by age, the oldest first, those of webhooks that are gone before',
    (t, made) => {
      const { rows } = made
      const { webhooks } = rows
      rows.saveUser(userRow(1))
      webhooks.saveWebhook(webhookRow({ id: 1 }))
      for (const [id, webhookId, attemptedMs] of [
        [1, 1, 30],
        [2, 1, 10],
        [3, 2, 99],
        [4, 1, 20],
        [5, 3, 5],
      ] as const)
        webhooks.insertAttempt(attemptRow({ id, webhookId, attemptedMs }))
      const isThere = (id: number) => {
        try {
          webhooks.insertAttempt(attemptRow({ id }))
        } catch {
          return true
        }
        return false
      }
      t.equal(tidy(rows, { deliveriesMs: 10 }, 1), 1)
      t.equal(tidy(rows, { deliveriesMs: 10 }), 1, 'that very time is not before it')
      t.strictSame([3, 5].map(isThere), [false, false])
      t.equal(tidy(rows, { deliveriesMs: 30 }, 1), 1)
      t.equal(isThere(2), false)
      t.equal(isThere(4), true)
    },
  )

  withRows('webhooks and jobs of users that are gone go, a slice at a time', (t, { rows }) => {
    const { webhooks, jobs } = rows
    rows.saveUser(userRow(2))
    for (const [id, userId] of [
      [1, 3],
      [2, 2],
      [3, 1],
    ] as const) {
      webhooks.saveWebhook(webhookRow({ id, userId }))
      webhooks.savePendingDelivery(pendingRow(id, 9))
      webhooks.savePendingDelivery(pendingRow(id, 8))
      jobs.saveJob(jobRow({ id, userId }))
    }
    const left = () => [1, 2, 3].map(id => webhooks.pendingCount(id))
    t.equal(tidy(rows, {}, 1), 1)
    t.strictSame(left(), [2, 2, 1])
    t.equal(webhooks.pendingDelivery(3, { revision: 8, n: 0 }), null, 'the first in history')
    t.equal(tidy(rows, {}, 2), 2)
    t.strictSame([left(), webhooks.webhook(3)], [[2, 2, 0], null])
    t.equal(tidy(rows, {}, 4), 4)
    t.strictSame(
      [1, 2, 3].map(id => webhooks.webhook(id)?.id ?? null),
      [null, 2, null],
    )
    t.equal(tidy(rows, {}), 1)
    t.strictSame(
      [1, 2, 3].map(id => jobs.job(id)?.id ?? null),
      [null, 2, null],
    )
    t.equal(tidy(rows, {}), 0)
    rows.deleteUser(2)
    t.equal(tidy(rows, {}), 4)
  })
}

export function testJobRows(withRows: WithRows): void {
  withRows('a job comes back as it was written, and as it was replaced', (t, { rows }) => {
    const { jobs } = rows
    const begun = jobRow({
      id: 2 ** 40,
      outcomes: [null, 'Resource not found'],
      startedMs: 1_700_000_000_001,
      completedMs: 1_700_000_000_002,
    })
    jobs.saveJob(begun)
    jobs.saveJob(jobRow({ id: 1, resourceType: 'region', operation: 'replace', tags: [] }))
    t.strictSame(jobs.job(2 ** 40), begun)
    t.equal(jobs.job(2), null)
    const replaced = jobRow({ id: 1, operation: 'remove', outcomes: [null], revision: 8 })
    jobs.saveJob(replaced)
    t.strictSame(jobs.job(1), replaced)
  })

  withRows('jobs under way are counted by user', (t, { rows }) => {
    const { jobs } = rows
    jobs.saveJob(jobRow({ id: 1 }))
    jobs.saveJob(jobRow({ id: 2, startedMs: 5 }))
    jobs.saveJob(jobRow({ id: 3, startedMs: 5, completedMs: 6 }))
    jobs.saveJob(jobRow({ id: 4, userId: 2 }))
    t.strictSame(
      [1, 2, 3].map(userId => jobs.openJobCount(userId)),
      [2, 1, 0],
    )
  })

  withRows('jobs go when they have been over for long, the oldest first', (t, { rows }) => {
    const { jobs } = rows
    rows.saveUser(userRow(1))
    for (const [id, completedMs] of [
      [1, 30],
      [2, 10],
      [3, null],
      [4, 20],
    ] as const)
      jobs.saveJob(jobRow({ id, completedMs }))
    const left = () => [1, 2, 3, 4].filter(id => jobs.job(id) !== null)
    t.equal(tidy(rows, { jobsMs: 10 }), 0, 'that very time is not before it')
    t.equal(tidy(rows, { jobsMs: 30 }, 1), 1)
    t.strictSame(left(), [1, 3, 4])
    t.equal(tidy(rows, { jobsMs: 99 }), 2)
    t.strictSame(left(), [3], 'one that is under way stays')
  })
}
