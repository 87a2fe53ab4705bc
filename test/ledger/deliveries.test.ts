// Reports of attempts: each counts once, what failed waits, and what fails for long is switched off.
import * as fc from 'fast-check'
import t, { type Test } from 'tap'
import {
  ATTEMPTS_MAX,
  type Command,
  type DeliveryAttempt,
  FAILURES_MAX,
  PENDING_MAX,
  REPORTED_ATTEMPTS_MAX,
  type RecordDeliveriesCommand,
  type ReportedAttempt,
  type Webhook,
} from '../../src/ledger/index.js'
import { webhookRow } from '../support/ledger-rows-webhooks.js'
import { worldOfUsers } from './users.js'
import type { World } from './world.js'

type Reports = RecordDeliveriesCommand['reports']
type Report = Reports[number]

const EVENTS_MAX = 200
const at = (n: number) => ({ revision: 2, n })
const report = (...reports: Reports): Command => ({ type: 'deliveries.record', reports })
const attempt = (n: number, set: Partial<ReportedAttempt> = {}): ReportedAttempt => ({
  position: at(n),
  event: 'host.allocated',
  attempt: 1,
  statusCode: 200,
  responseMs: 7,
  error: null,
  retryMs: 2000,
  ...set,
})
const failed = (n: number, number = 1): ReportedAttempt =>
  attempt(n, { attempt: number, statusCode: 500, error: 'HTTP 500', retryMs: number * 2000 })
const of = (attempts: readonly ReportedAttempt[], seen = attempts.at(-1)?.position): Report => ({
  ...{ webhookId: 1, seen: seen ?? at(0), attempts },
})

/** Webhook 1 has looked at nothing of revision 2 yet. */
function worldOfWebhook(set: Partial<Webhook> = {}): World {
  const world = worldOfUsers()
  const seen = { revision: 1, n: 4095 }
  world.rows.webhooks.saveWebhook(webhookRow({ id: 1, userId: 2, seen, ...set }))
  return world
}

function counted(world: World, ...reports: Reports): number {
  const result = world.result(report(...reports))
  if (result.type !== 'slice' || result.more) throw new Error('no slice, or more of them')
  return result.rows
}

const webhook = (world: World) => world.rows.webhooks.webhook(1)
const waiting = (world: World) => {
  const rows = world.rows.webhooks.pendingDeliveries(1)
  return rows.map(({ position, attempts }) => [position.n, attempts])
}
const history = (attempts: readonly DeliveryAttempt[]) =>
  attempts.map(({ position, attempt, statusCode }) => [position.n, attempt, statusCode])

t.test('a success is kept, and the webhook has come to it', async t => {
  const world = worldOfWebhook({ failures: 3 })
  world.timeMs += 5
  t.equal(counted(world, of([attempt(4)], at(6))), 1)
  t.strictSame(world.rows.webhooks.attempts(), [
    {
      id: 1,
      webhookId: 1,
      position: at(4),
      event: 'host.allocated',
      attempt: 1,
      statusCode: 200,
      responseMs: 7,
      error: null,
      attemptedMs: world.timeMs,
    },
  ])
  t.match(webhook(world), { failures: 0, lastDeliveryMs: world.timeMs, seen: at(6) })
  t.equal(webhook(world)?.revision, 7, 'it is another one only where somebody changes it')
  t.strictSame(waiting(world), [])
  t.strictSame(world.lastChanges(), [])
})

t.test('success is 2xx and nothing else', async t => {
  for (const [statusCode, waits] of [
    [200, false],
    [299, false],
    [199, true],
    [300, true],
    [404, true],
    [null, true],
  ] as const) {
    const world = worldOfWebhook()
    counted(world, of([attempt(1, { statusCode })]))
    t.equal(world.rows.webhooks.pendingCount(1), waits ? 1 : 0, String(statusCode))
    t.equal(webhook(world)?.lastDeliveryMs, waits ? null : world.timeMs)
  }
})

t.test('a failure waits for the next attempt, the third is the last', async t => {
  const world = worldOfWebhook()
  counted(world, of([failed(1)]))
  t.strictSame(world.rows.webhooks.pendingDeliveries(1), [
    { webhookId: 1, position: at(1), attempts: 1, dueMs: world.timeMs + 2000 },
  ])
  world.timeMs += 2100
  counted(world, of([failed(1, 2)]))
  t.strictSame(world.rows.webhooks.pendingDeliveries(1), [
    { webhookId: 1, position: at(1), attempts: 2, dueMs: world.timeMs + 4000 },
  ])
  t.equal(webhook(world)?.failures, 0)
  counted(world, of([failed(1, 3)]))
  t.strictSame(waiting(world), [])
  t.match(webhook(world), { failures: 1, isActive: true, lastDeliveryMs: null })
  t.strictSame(history(world.rows.webhooks.attempts()), [
    [1, 1, 500],
    [1, 2, 500],
    [1, 3, 500],
  ])
})

t.test('a success at the second attempt ends the waiting and the failures', async t => {
  const world = worldOfWebhook({ failures: 9 })
  counted(world, of([failed(1)]))
  t.equal(webhook(world)?.failures, 9, 'it is not given up')
  counted(world, of([attempt(1, { attempt: 2 })]))
  t.strictSame(waiting(world), [])
  t.equal(webhook(world)?.failures, 0)
})

t.test('what was reported before is passed over, in whatever order', async t => {
  const world = worldOfWebhook()
  t.equal(counted(world, of([failed(1), attempt(2)])), 2)
  for (const attempts of [[failed(1)], [attempt(2)], [failed(1), attempt(2)], [attempt(1)]])
    t.equal(counted(world, of(attempts)), 0)
  t.equal(counted(world, of([failed(1, 3)])), 0, 'the second comes first')
  t.equal(counted(world, of([attempt(2, { attempt: 2 })])), 0, 'that one does not wait')
  t.equal(counted(world, of([failed(1, 2)])), 1)
  t.equal(counted(world, of([failed(1, 2)])), 0)
  t.equal(counted(world, of([failed(3), failed(3), failed(3, 2)])), 2, 'twice in one report')
  t.strictSame(waiting(world), [
    [1, 2],
    [3, 2],
  ])
})

t.test('where it has come to never moves back', async t => {
  const world = worldOfWebhook()
  counted(world, of([], at(9)))
  t.strictSame(webhook(world)?.seen, at(9))
  counted(world, of([], at(3)))
  t.strictSame(webhook(world)?.seen, at(9))
  t.equal(counted(world, of([attempt(9)])), 0)
  t.equal(counted(world, of([attempt(10)], at(3))), 1)
  t.strictSame(webhook(world)?.seen, at(10), 'what was tried was looked at')
})

t.test('ten events given up in a row switch it off', async t => {
  const world = worldOfWebhook({ failures: FAILURES_MAX - 1 })
  counted(world, of([failed(1), failed(2), failed(3)]))
  counted(world, of([failed(1, 2), failed(2, 2)]))
  const attempts = [failed(1, 3), failed(2, 3), attempt(4), failed(5)]
  t.equal(counted(world, of(attempts)), 3, 'what waited is not tried any more')
  t.match(webhook(world), { isActive: false, seen: at(5), revision: world.revision })
  t.strictSame(waiting(world), [])
  t.match(world.lastChanges(), [
    {
      action: 'webhook.disabled',
      entityId: 1,
      before: { is_active: true },
      after: { is_active: false, revision: world.revision },
    },
  ])
  t.strictSame(history(world.rows.webhooks.attempts()).slice(-3), [
    [1, 3, 500],
    [4, 1, 200],
    [5, 1, 500],
  ])
})

t.test('of one that is off first attempts are kept once, and nothing comes of them', async t => {
  const world = worldOfWebhook({ isActive: false, failures: 4 })
  t.equal(counted(world, of([failed(1), failed(1, 2), failed(2)])), 2)
  t.equal(counted(world, of([failed(1), failed(2)])), 0)
  t.strictSame(waiting(world), [])
  t.match(webhook(world), { isActive: false, failures: 4, seen: at(2) })
})

t.test('a webhook that is gone is passed over, others are not', async t => {
  const world = worldOfWebhook()
  const gone = { ...of([attempt(1)]), webhookId: 9 }
  t.equal(counted(world, gone, of([attempt(1)])), 1)
  t.match(world.rows.webhooks.attempts(), [{ webhookId: 1 }])
})

t.test('only so many events wait; the next ones count when there is room again', async t => {
  const world = worldOfWebhook()
  const all = Array.from({ length: PENDING_MAX }, (_, n) => failed(n))
  t.equal(counted(world, of(all)), PENDING_MAX)
  const late = [attempt(PENDING_MAX), failed(PENDING_MAX + 1), attempt(PENDING_MAX + 2)]
  t.equal(counted(world, of(late)), 1, 'one that succeeds need not wait')
  t.strictSame(webhook(world)?.seen, at(PENDING_MAX), 'nothing is left out')
  t.equal(counted(world, of([attempt(0, { attempt: 2 }), ...late])), 3)
  t.equal(world.rows.webhooks.pendingCount(1), PENDING_MAX)
  t.strictSame(webhook(world)?.seen, at(PENDING_MAX + 2))
})

t.test('what no attempt can be is refused with its field', async t => {
  const world = worldOfWebhook()
  const one = (set: Partial<ReportedAttempt>) => [of([attempt(1, set)], at(1))]
  const outOfOrder = [of([attempt(2), attempt(1)])]
  for (const [reports, field] of [
    [[of([], { revision: 99, n: 0 })], 'seen'],
    [[of([], { revision: 1, n: 4096 })], 'seen'],
    [[of([], { revision: 1.5, n: 0 })], 'seen'],
    [one({ position: { revision: 99, n: 0 } }), 'position'],
    [one({ position: { revision: 2, n: -1 } }), 'position'],
    [one({ event: 'host.renamed' as 'host.updated' }), 'event'],
    [one({ attempt: 0 }), 'attempt'],
    [one({ attempt: ATTEMPTS_MAX + 1 }), 'attempt'],
    [one({ statusCode: 99 }), 'status_code'],
    [one({ statusCode: 1000 }), 'status_code'],
    [one({ responseMs: -1 }), 'response_ms'],
    [one({ error: 'x'.repeat(501) }), 'error'],
    [one({ error: '\ud800' }), 'error'],
    [one({ retryMs: -1 }), 'retry_ms'],
    [one({ retryMs: Number.MAX_SAFE_INTEGER }), 'retry_ms'],
    [outOfOrder, 'attempts'],
  ] as [Reports, string][])
    t.match(world.refusal(report(...reports)), { code: 'invalid', field }, field)
  t.equal(counted(world, of([attempt(1, { error: 'x'.repeat(500), responseMs: null })])), 1)
})

t.test('a report has its bounds', async t => {
  const world = worldOfWebhook()
  const half = Array.from({ length: REPORTED_ATTEMPTS_MAX / 2 }, (_, n) => attempt(n))
  const [rows, rowsMax] = [REPORTED_ATTEMPTS_MAX + 1, REPORTED_ATTEMPTS_MAX]
  t.strictSame(world.refusal(report(of(half), of([...half, attempt(100)]))), {
    ...{ code: 'too-many-rows', rows, rowsMax },
  })
  const many = Array.from({ length: 501 }, () => of([]))
  t.match(world.refusal(report(...many)), { code: 'too-many-rows', rows: 501, rowsMax: 500 })
})

/** What a leader does: it goes by the state that it sees, and its report may come later than another leader's. */
class Leader {
  readonly #unsent: Report[] = []

  constructor(
    readonly world: World,
    readonly eventCount: number,
    readonly isUp: () => boolean,
  ) {}

  /** Tries what waits, and the next events; @param span how many of these */
  try(span: number): void {
    const { world, eventCount } = this
    const repeated = world.rows.webhooks
      .pendingDeliveries(1)
      .map(({ position, attempts }) => this.#tried(position.n, attempts + 1))
    const seen = webhook(world)?.seen ?? at(0)
    const from = seen.revision < 2 ? 0 : seen.n + 1
    const to = Math.min(eventCount, from + span)
    const first = Array.from({ length: to - from }, (_, n) => this.#tried(from + n, 1))
    this.#unsent.push(of([...repeated, ...first], to === from ? seen : at(to - 1)))
  }

  /** @param twice the outcome was lost, and it is proposed again */
  report(which: number, twice: boolean): void {
    const [made] = this.#unsent.splice(which % Math.max(1, this.#unsent.length), 1)
    if (made === undefined) return
    counted(this.world, made)
    if (twice) counted(this.world, made)
  }

  #tried(n: number, number: number): ReportedAttempt {
    return this.isUp() ? attempt(n, { attempt: number }) : failed(n, number)
  }
}

const step = fc.record({
  leader: fc.nat(1),
  does: fc.constantFrom('try', 'try', 'report'),
  span: fc.nat(12),
  which: fc.nat(5),
  twice: fc.boolean(),
})

t.test(
  'however two leaders report, every event ends once, and first attempts are in order',
  async t => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: EVENTS_MAX }),
        fc.infiniteStream(fc.nat(2)),
        (steps, eventCount, chances) => {
          const world = worldOfWebhook()
          const isUp = () => chances.next().value !== 0
          const leaders = [0, 1].map(() => new Leader(world, eventCount, isUp))
          for (const { leader, does, span, which, twice } of steps) {
            if (does === 'try') leaders[leader]?.try(span)
            else leaders[leader]?.report(which, twice)
          }
          finish(world, leaders)
          checkEvents(t, world, eventCount)
        },
      ),
      { numRuns: 100 },
    )
  },
)

/** One leader goes on by itself, as it must in the end; what others report late is still to come. */
function finish(world: World, leaders: readonly Leader[]): void {
  const [last] = leaders
  const isOver = () =>
    (webhook(world)?.seen.n ?? 0) + 1 >= (last?.eventCount ?? 0) &&
    webhook(world)?.seen.revision === 2 &&
    world.rows.webhooks.pendingCount(1) === 0
  for (let round = 0; !isOver() && webhook(world)?.isActive; round += 1) {
    if (round > 2000) throw new Error('it comes to no end')
    last?.try(20)
    for (const leader of leaders) leader.report(0, round % 3 === 0)
  }
  for (const leader of leaders) for (let n = 0; n < 70; n += 1) leader.report(n, true)
}

function checkEvents(t: Test, world: World, eventCount: number): void {
  const attempts = world.rows.webhooks.attempts()
  const firsts = attempts.filter(({ attempt }) => attempt === 1).map(({ position }) => position.n)
  const isOn = webhook(world)?.isActive === true
  if (isOn) t.strictSame(firsts, [...Array(eventCount).keys()])
  else
    t.strictSame(
      firsts,
      [...firsts].sort((a, b) => a - b),
    )
  const wrong = firsts.filter(n => {
    const own = attempts.filter(({ position }) => position.n === n)
    return !isOver(own, isOn)
  })
  t.strictSame(
    wrong,
    [],
    'attempts 1 to the last, each once; delivered, or given up after the third',
  )
  t.equal(failuresInARow(attempts), webhook(world)?.failures)
}

/** @param isOn what is begun is ended, too */
function isOver(attempts: readonly DeliveryAttempt[], isOn: boolean): boolean {
  const successes = attempts.filter(({ statusCode }) => statusCode === 200)
  const isInOrder = attempts.every(({ attempt }, before) => attempt === before + 1)
  const isDelivered = successes.length === 1 && attempts.at(-1) === successes[0]
  const isGivenUp = successes.length === 0 && attempts.length === ATTEMPTS_MAX
  return isInOrder && (isDelivered || isGivenUp || !isOn)
}

/** Events given up since the last success. */
function failuresInARow(attempts: readonly DeliveryAttempt[]): number {
  const last = attempts.findLastIndex(({ statusCode }) => statusCode === 200)
  return attempts.slice(last + 1).filter(({ attempt }) => attempt === ATTEMPTS_MAX).length
}
