// Mail about alerts on virtual time: each until it is taken and recorded, by who leads, and never past one that is refused.
import t, { type Test } from 'tap'
import {
  type Mail,
  MailJob,
  type MailServer as MailTarget,
  mailJobDefaults,
} from '../../src/effects/index.js'
import { GatewayError } from '../../src/gateway/index.js'
import { settle } from '../support/sim-clock.js'
import { AlertingWorld, HOUR_MS, SECOND_MS } from './alerting-world.js'

const MINUTE_MS = 60 * SECOND_MS
const SETTLED_MS = mailJobDefaults.settleMs + 2 * mailJobDefaults.everyMs

/** nodemailer's errors. */
const down = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ESOCKET' })
const greylisted = Object.assign(new Error('later'), { code: 'EENVELOPE', responseCode: 451 })
const refused = Object.assign(new Error('never'), { code: 'EMESSAGE', responseCode: 554 })

class Mailing extends AlertingWorld {
  term: number | null = 1
  readonly sent: Mail[] = []
  readonly tried: { readonly id: number; readonly atMs: number }[] = []
  readonly targets: MailTarget[] = []
  /** What a server says to the mail of that alert; null = it takes it. */
  answer: (id: number) => Promise<Error | null> | Error | null = () => null
  readonly counts = { sent: 0, failed: 0 }
  closedMailers = 0
  readonly job: MailJob

  constructor(t: Test, everyMs: number = mailJobDefaults.everyMs) {
    super()
    this.mailTo('noc@example.com')
    this.job = new MailJob(
      { ...mailJobDefaults, everyMs, locale: 'en' },
      {
        gateway: this.gateway,
        leadingTerm: () => this.term,
        effectsOff: () => this.effectsOff,
        settings: () => this.gateway.store.reads.catalogue().settings(),
        openPassword: sealed => (sealed.startsWith('of another') ? null : `clear ${sealed}`),
        clusterUuid: () => 'c-1',
        alertsToMail: limit => this.alertsToMail(limit),
        alert: id => this.rows.alert(id),
        openMailer: target => {
          this.targets.push(target)
          return {
            send: mail => this.#take(mail),
            close: () => void this.closedMailers++,
          }
        },
        entryTimeMs: () => this.timeMs(),
        clock: this.clock.node(),
        random: () => 0,
        log: { info: this.log('info'), warn: this.log('warn') },
        metrics: {
          sent: () => void this.counts.sent++,
          failed: () => void this.counts.failed++,
        },
      },
    )
    t.teardown(() => this.job.close())
  }

  /** So many networks fill up. */
  raise(count: number): void {
    const networkIds = Array.from({ length: count }, (_, at) =>
      this.subnet(`10.${this.rows.image().networks.length}.${at}.0/24`, 210),
    )
    this.apply({ type: 'alerts.review', networkIds, allocationIds: [], forgetBeforeMs: 0 })
  }

  get sentTo(): readonly number[] {
    return this.sent.map(idOf)
  }

  /** Mails that the state knows to be taken. */
  get recorded(): readonly number[] {
    return this.alerts()
      .filter(({ mails, mailed }) => mailed === mails)
      .map(({ id }) => id)
  }

  async #take(mail: Mail): Promise<void> {
    this.tried.push({ id: idOf(mail), atMs: this.clock.nowMs })
    const error = await this.answer(idOf(mail))
    if (error !== null) throw error
    this.sent.push(mail)
  }
}

function idOf({ messageId }: Mail): number {
  return Number(/alert-(\d+)-/.exec(messageId)?.[1])
}

t.test('every alert is mailed once, the oldest first, and then it is quiet', async t => {
  const world = new Mailing(t)
  world.raise(5)
  await world.run(SETTLED_MS)
  t.strictSame(world.sentTo, [1, 2, 3, 4, 5])
  t.match(
    world.proposed,
    [1, 2, 3, 4, 5].map(id => ({ type: 'alert.mailed', id, number: 1 })),
  )
  t.match(world.sent[0], { to: 'noc@example.com', messageId: '<alert-1-1.c-1@ipam>' })
  t.match(world.targets, [{ host: '127.0.0.1', port: 25, user: null, password: null }])
  await world.run(10 * MINUTE_MS)
  t.equal(world.sent.length, 5)
  t.equal(world.gateway.readsAsked.length, 1, 'what was decided before is read once')
  t.strictSame(world.counts, { sent: 5, failed: 0 })
  t.strictSame(world.logged, [])
})

t.test(
  'a sealed password is opened for the server; one of another secret lets mail wait',
  async t => {
    const world = new Mailing(t)
    const say = (smtpPassword: string) =>
      world.apply({
        type: 'settings.update',
        ifRevision: null,
        set: { smtpUser: 'me', smtpPassword },
      })
    say('of another secret')
    world.raise(2)
    await world.run(10 * MINUTE_MS)
    t.strictSame(world.tried, [])
    t.match(
      world.logged,
      [{ level: 'warn', message: /until smtp_password is set again/ }],
      'said once',
    )
    say('sealed')
    await world.run(SETTLED_MS)
    t.strictSame(world.sentTo, [1, 2])
    t.match(world.targets, [{ user: 'me', password: 'clear sealed' }])
  },
)

t.test('an alert whose severity rose while it waited is mailed once, as it is now', async t => {
  const world = new Mailing(t)
  world.raise(1)
  world.take(1, 40)
  world.apply({ type: 'alerts.review', networkIds: [1], allocationIds: [], forgetBeforeMs: 0 })
  await world.run(SETTLED_MS)
  t.match(world.sent, [{ messageId: '<alert-1-2.c-1@ipam>', subject: /Critical/ }])
  await world.run(MINUTE_MS)
  t.equal(world.sent.length, 1)
})

t.test('who follows sends nothing; a new leader first lets the one before it record', async t => {
  const world = new Mailing(t)
  world.term = null
  world.raise(3)
  await world.run(10 * MINUTE_MS)
  t.strictSame(world.tried, [])
  t.strictSame(world.gateway.readsAsked, [])
  world.term = 7
  await world.run(mailJobDefaults.settleMs - SECOND_MS)
  world.gateway.unheard.push({ type: 'alert.mailed', id: 1, number: 1 })
  t.strictSame(world.tried, [])
  await world.run(4 * SECOND_MS)
  t.strictSame(world.sentTo, [2, 3], 'and reads what was decided before')
})

t.test('with effects off, or nobody to mail to, mails wait', async t => {
  const world = new Mailing(t)
  world.raise(2)
  world.effectsOff = true
  await world.run(MINUTE_MS)
  t.strictSame(world.tried, [])
  world.effectsOff = false
  world.mailTo(null)
  await world.run(MINUTE_MS)
  t.strictSame(world.tried, [])
  world.mailTo('noc@example.com')
  await world.run(2 * SECOND_MS)
  t.strictSame(world.sentTo, [1, 2])
})

t.test('a server that fails is asked again, less and less often, and told of once', async t => {
  const world = new Mailing(t)
  world.raise(3)
  world.answer = () => down
  await world.run(2 * HOUR_MS)
  t.ok(
    world.tried.every(({ id }) => id === 1),
    'the oldest first',
  )
  const gaps = world.tried.slice(1).map(({ atMs }, at) => atMs - (world.tried[at]?.atMs ?? 0))
  t.strictSame(
    gaps.slice(0, 10),
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map(s => s * SECOND_MS),
  )
  t.ok(
    gaps.slice(10).every(gap => gap === 5 * MINUTE_MS),
    'for ever',
  )
  t.match(world.logged, [
    { level: 'warn', message: /takes no mail/, fields: { code: 'ESOCKET', host: '127.0.0.1' } },
  ])
  world.answer = () => greylisted
  await world.run(5 * MINUTE_MS)
  t.equal(world.logged.length, 2, 'for another reason once more')
  world.answer = () => null
  await world.run(5 * MINUTE_MS)
  t.strictSame(world.sentTo, [1, 2, 3])
  t.match(world.logged[2], { level: 'info', message: /takes mail again/ })
  t.equal(world.logged.length, 3)
  t.equal(world.counts.failed, world.tried.length - 3)
})

t.test('when the settings change it is tried at once, at the new place', async t => {
  const world = new Mailing(t)
  world.raise(1)
  world.answer = () => down
  await world.run(HOUR_MS)
  const tried = world.tried.length
  world.apply({ type: 'settings.update', ifRevision: null, set: { backupRetentionDays: 7 } })
  await world.run(2 * SECOND_MS)
  t.equal(world.tried.length, tried, 'not for what has nothing to do with mail')
  world.answer = () => null
  world.mailTo('noc@example.com', 587)
  await world.run(2 * SECOND_MS)
  t.strictSame(world.sentTo, [1])
  t.strictSame(
    world.targets.map(({ port }) => port),
    [25, 587],
  )
  t.equal(world.closedMailers, 1)
  world.apply({
    ...{ type: 'settings.update', ifRevision: null },
    set: { smtpUser: 'ipam', smtpPassword: 'correct horse' },
  })
  world.raise(1)
  await world.run(2 * SECOND_MS)
  t.match(world.targets[2], { user: 'ipam', password: 'correct horse' })
  t.notMatch(JSON.stringify(world.logged), /horse/)
})

t.test('a mail that is refused for good does not keep the others', async t => {
  const world = new Mailing(t)
  world.raise(4)
  world.answer = id => (id === 2 ? refused : null)
  await world.run(SETTLED_MS)
  t.strictSame(world.sentTo, [1, 3, 4])
  await world.run(4 * HOUR_MS)
  world.raise(1)
  await world.run(SECOND_MS)
  t.strictSame(world.sentTo, [1, 3, 4, 5])
  const tries = world.tried.filter(({ id }) => id === 2)
  const gaps = tries.slice(1).map(({ atMs }, at) => atMs - (tries[at]?.atMs ?? 0))
  t.strictSame(
    gaps,
    [1, 2, 4, 8, 16, 32, 64].map(minutes => minutes * MINUTE_MS),
  )
  t.match(world.logged, [{ message: /refuses a mail/, fields: { alert: 2, responseCode: 554 } }])
  world.answer = () => null
  await world.run(2 * HOUR_MS + 10 * MINUTE_MS)
  t.strictSame(world.recorded, [1, 2, 3, 4, 5])
})

t.test(
  'a server that refuses one after another is not flooded, and all get their turn',
  async t => {
    const world = new Mailing(t, 20 * SECOND_MS)
    world.raise(30)
    world.answer = () => refused
    await world.run(MINUTE_MS)
    t.ok(world.tried.length <= 13, `${world.tried.length} at once`)
    await world.run(6 * HOUR_MS)
    t.equal(new Set(world.tried.map(({ id }) => id)).size, 30)
    t.ok(world.tried.length < 100, `${world.tried.length} in six hours`)
    world.answer = () => null
    await world.run(24 * HOUR_MS)
    t.equal(world.recorded.length, 30)
    t.equal(world.sent.length, 30)
  },
)

t.test('what was sent is recorded before anything else, by who leads no more too', async t => {
  const world = new Mailing(t)
  world.raise(3)
  let answer = (): void => {}
  world.answer = () =>
    new Promise(resolve => {
      answer = () => resolve(null)
    })
  await world.run(SETTLED_MS)
  t.equal(world.tried.length, 1)
  world.term = null
  world.gateway.failure = new GatewayError('no-leader', 'known', 'no leader')
  answer()
  await settle()
  await world.run(5 * SECOND_MS)
  t.strictSame(world.recorded, [])
  world.gateway.failure = null
  await world.run(SECOND_MS)
  t.strictSame(world.recorded, [1])
  await world.run(MINUTE_MS)
  t.equal(world.tried.length, 1, 'and nothing new was begun')
  t.strictSame(world.logged, [])
})

t.test('a lead lost and won again within one mail begins anew', async t => {
  const world = new Mailing(t)
  world.raise(2)
  let answer = (): void => {}
  world.answer = () =>
    new Promise(resolve => {
      answer = () => resolve(null)
    })
  await world.run(SETTLED_MS)
  world.term = 3
  world.gateway.unheard.push({ type: 'alert.mailed', id: 2, number: 1 })
  answer()
  await world.run(SETTLED_MS)
  t.strictSame(world.sentTo, [1], 'the leader between has sent the other')
})

t.test('a node that stops lets the mail under way end, and records it', async t => {
  const world = new Mailing(t)
  world.raise(3)
  let answer = (): void => {}
  world.answer = () =>
    new Promise(resolve => {
      answer = () => resolve(null)
    })
  await world.run(SETTLED_MS)
  const closing = world.job.close()
  await settle()
  answer()
  await closing
  t.strictSame(world.recorded, [1])
  await world.run(MINUTE_MS)
  t.equal(world.tried.length, 1)
  t.equal(world.closedMailers, 1)
})

t.test('but not for longer than it may', async t => {
  const world = new Mailing(t)
  world.raise(1)
  world.answer = () => new Promise(() => {})
  await world.run(SETTLED_MS)
  const closing = world.job.close()
  await world.run(mailJobDefaults.stopMs)
  await closing
  t.strictSame(world.recorded, [])
})

t.test(
  "an alert that is forgotten while its mail goes out is nobody's affair any more",
  async t => {
    const world = new Mailing(t)
    world.raise(2)
    world.answer = id => {
      const [first] = world.alerts()
      if (id === 1 && first !== undefined) {
        world.rows.saveAlert({ ...first, resolvedMs: 1 })
        world.rows.forgetAlerts(2, 1)
      }
      return null
    }
    await world.run(SETTLED_MS)
    t.strictSame(world.sentTo, [1, 2])
    t.match(world.proposed, [{ type: 'alert.mailed', id: 2 }])
    t.equal(world.proposed.length, 1)
  },
)
