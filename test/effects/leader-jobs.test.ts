// What the leader proposes by itself, on virtual time: nothing without an occasion, and slices until it is done.
import t, { type Test } from 'tap'
import { LeaderJobs, leaderJobsDefaults } from '../../src/effects/index.js'
import type { Command, Outcome, TagJob } from '../../src/ledger/index.js'
import { FakeGateway } from '../support/fake-gateway.js'
import { SimClock } from '../support/sim-clock.js'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SLICE_ROWS = 250

class Leader {
  readonly gateway = new FakeGateway()
  readonly clock = new SimClock()
  readonly warnings: string[] = []
  isLeader = true
  dueMs: number | null = null
  effectsOff = false
  jobs: TagJob[] = []
  /** Answers of `tidyWaits`, and then never again. */
  tidies = 0
  readonly tidyAsked: object[] = []
  /** Those of commands that this ledger does not answer. */
  answer: (command: Command) => Outcome | null = () => null
  #startMs = this.gateway.timeMs

  constructor(t: Test, limits: { historyRows?: number; keys?: number } = {}) {
    const { historyRows = 10_000, keys = 10_000 } = limits
    const { gateway, clock } = this
    const submit = gateway.submit.bind(gateway)
    gateway.submit = async (command, context) => {
      const answer = this.answer(command)
      if (answer === null) return submit(command, context)
      gateway.submitsAsked.push({ command, context })
      return answer
    }
    const jobs = new LeaderJobs(
      {
        ...leaderJobsDefaults,
        history: { keptMs: 30 * DAY_MS, rowsMax: historyRows },
        idempotency: { keptMs: DAY_MS, rowsMax: keys },
      },
      {
        gateway,
        isLeader: () => this.isLeader,
        effectsOff: () => this.effectsOff,
        nextDueMs: () => this.dueMs,
        deletionsWait: () => gateway.ledger.deletionsWait(),
        openJobs: () => this.jobs,
        tidyWaits: before => {
          this.tidyAsked.push(before)
          return this.tidies-- > 0
        },
        kept: () => gateway.store.reads.kept(),
        entryTimeMs: () => this.entryTimeMs(),
        clock: clock.node(),
        log: { warn: (_, message) => this.warnings.push(message) },
      },
    )
    t.teardown(() => jobs.close())
  }

  entryTimeMs(): number {
    return this.#startMs + this.clock.nowMs
  }

  /** Lets time pass; what is proposed meanwhile is stamped with the time it is. */
  async run(durationMs: number): Promise<void> {
    const endMs = this.clock.nowMs + durationMs
    while (this.clock.nowMs < endMs) {
      this.gateway.timeMs = this.entryTimeMs()
      await this.clock.run(Math.min(endMs - this.clock.nowMs, 5 * SECOND_MS))
    }
  }

  /** The entries' time goes on without the jobs: a day of looks, every half second, would take long. */
  later(durationMs: number): void {
    this.#startMs += durationMs
    this.gateway.timeMs = this.entryTimeMs()
  }

  /** One Change each, and a key each if wanted. */
  write(count: number, keys = false): void {
    const done = this.gateway.rows.changeCount()
    for (let at = done; at < done + count; at += 1) {
      const idempotency = keys ? { scopeHash: `key-${at}`, requestHash: 'r' } : null
      const origin = { actor: 'test', clientAddress: null, userAgent: null }
      this.gateway.apply(
        { type: 'vrf.create', name: `vrf-${at}-${this.clock.nowMs}`, description: null },
        { origin, idempotency, timeoutMs: 0 },
      )
    }
  }

  /** One that had so many numbers taken. */
  deleteNumberPool(numbers: number): void {
    const pool = 'as numbers'
    this.gateway.apply({
      type: 'number-pool.create',
      name: pool,
      description: null,
      kind: 'asn',
      format: null,
      administrator: null,
      rangeStart: 1,
      rangeEnd: 100_000,
    })
    for (let taken = 0; taken < numbers; taken += 1) {
      const none = { value: null, description: null, owner: null }
      this.gateway.apply({ type: 'number.allocate', pool, ...none })
    }
    this.gateway.apply({ type: 'number-pool.delete', name: pool, ifRevision: null })
  }

  get proposed(): readonly Command[] {
    return this.gateway.submitsAsked.map(({ command }) => command)
  }
}

t.test('a cluster with nothing due proposes nothing', async t => {
  const leader = new Leader(t)
  leader.write(5, true)
  leader.dueMs = leader.entryTimeMs() + HOUR_MS
  await leader.run(5 * 60 * SECOND_MS)
  t.strictSame(leader.proposed, [])
})

t.test('a lease that is due by the time of the log is ended, by the leader only', async t => {
  const leader = new Leader(t)
  leader.dueMs = leader.entryTimeMs() + 3 * SECOND_MS
  leader.isLeader = false
  await leader.run(5 * SECOND_MS)
  t.strictSame(leader.proposed, [])
  leader.isLeader = true
  await leader.run(leaderJobsDefaults.expiryEveryMs)
  t.strictSame(leader.proposed, [{ type: 'expire', rowsMax: SLICE_ROWS }])
})

t.test('what is left of a deleted pool is ended in slices, with effects off too', async t => {
  const leader = new Leader(t)
  leader.effectsOff = true
  leader.deleteNumberPool(1500)
  t.equal(leader.gateway.ledger.deletionsWait(), true)
  leader.isLeader = false
  await leader.run(leaderJobsDefaults.sweepEveryMs)
  t.strictSame(leader.proposed, [], 'by the leader only')
  leader.isLeader = true
  await leader.run(leaderJobsDefaults.sweepEveryMs)
  const sweep = { type: 'sweep', rowsMax: SLICE_ROWS } as const
  t.strictSame(leader.proposed, [sweep, sweep, sweep], '600 numbers')
  t.equal(leader.gateway.ledger.deletionsWait(), false)
  await leader.run(10 * leaderJobsDefaults.sweepEveryMs)
  t.equal(leader.proposed.length, 3)
})

t.test('a pool that its own command could end whole leaves nothing to the leader', async t => {
  const leader = new Leader(t)
  leader.deleteNumberPool(20)
  await leader.run(10 * leaderJobsDefaults.sweepEveryMs)
  t.strictSame(leader.proposed, [])
})

t.test('old history is pruned in slices, once it is worth it, and then no more', async t => {
  const leader = new Leader(t)
  leader.write(600)
  leader.later(30 * DAY_MS)
  leader.write(5)
  await leader.run(60 * SECOND_MS)
  t.strictSame(leader.proposed, [], 'at the very limit pruning would come with every write')

  leader.later(HOUR_MS)
  await leader.run(leaderJobsDefaults.pruneEveryMs)
  // Genesis wrote two more; each slice tells of itself in one.
  t.strictSame(
    leader.proposed.map(({ type }) => type),
    ['prune', 'prune', 'prune'],
  )
  t.match(leader.proposed[0], { changesMax: 9900, idempotencyBeforeMs: 0, rowsMax: SLICE_ROWS })
  t.equal(leader.gateway.rows.changeCount(), 5 + 3)
  await leader.run(5 * 60 * SECOND_MS)
  t.equal(leader.proposed.length, 3)
})

t.test('history above its limit is pruned to a little below it', async t => {
  const leader = new Leader(t, { historyRows: 1000 })
  leader.write(998)
  await leader.run(60 * SECOND_MS)
  t.equal(leader.gateway.rows.changeCount(), 1000)
  t.strictSame(leader.proposed, [], 'as many as may be kept')
  leader.write(1)
  await leader.run(60 * SECOND_MS)
  t.equal(leader.proposed.length, 1)
  t.equal(leader.gateway.rows.changeCount(), 991, 'one in a hundred less, and the line about it')
  leader.write(9)
  await leader.run(60 * SECOND_MS)
  t.equal(leader.proposed.length, 1, 'room for what comes next')
})

t.test('keys above their limit, or older than their time, go; history stays', async t => {
  const leader = new Leader(t, { keys: 1000 })
  leader.write(1600, true)
  await leader.run(60 * SECOND_MS)
  t.equal(leader.gateway.rows.idempotencyCount(), 990)
  t.equal(leader.proposed.length, 3, '610 keys in slices')
  t.equal(leader.gateway.rows.changeCount(), 1602)

  leader.later(DAY_MS)
  await leader.run(60 * SECOND_MS)
  t.equal(leader.gateway.rows.idempotencyCount(), 990, 'kept a little longer rather than shorter')
  leader.later(15 * 60 * SECOND_MS)
  await leader.run(60 * SECOND_MS)
  t.equal(leader.gateway.rows.idempotencyCount(), 0)
  t.equal(leader.gateway.rows.changeCount(), 1602)
})

t.test('who loses the lead stops after the slice under way', async t => {
  const leader = new Leader(t, { historyRows: 1000 })
  leader.write(3000)
  const submit = leader.gateway.submit.bind(leader.gateway)
  leader.gateway.submit = async (command, context) => {
    const outcome = await submit(command, context)
    if (leader.proposed.length === 2) leader.isLeader = false
    return outcome
  }
  await leader.run(60 * SECOND_MS)
  t.equal(leader.proposed.length, 2)
  leader.isLeader = true
  await leader.run(60 * SECOND_MS)
  t.ok(leader.gateway.rows.changeCount() <= 1000, 'the next leader goes on')
})

t.test('a job that fails is tried again at its next time', async t => {
  const leader = new Leader(t, { historyRows: 1000 })
  leader.write(1200)
  leader.gateway.failure = new Error('no leader')
  await leader.run(leaderJobsDefaults.pruneEveryMs)
  t.equal(leader.warnings.length, 1)
  t.match(leader.warnings[0], /tried again/)
  leader.gateway.failure = null
  await leader.run(leaderJobsDefaults.pruneEveryMs)
  t.equal(leader.gateway.rows.changeCount(), 991)
  t.equal(leader.warnings.length, 1)
})

t.test('with effects off nothing ends and no history goes; answers to keys still do', async t => {
  const leader = new Leader(t, { historyRows: 100, keys: 100 })
  leader.effectsOff = true
  leader.dueMs = leader.entryTimeMs()
  leader.write(200, true)
  await leader.run(2 * leaderJobsDefaults.pruneEveryMs)
  t.match(leader.proposed, [{ type: 'prune', changesMax: null, idempotencyMax: 99 }])
  leader.effectsOff = false
  await leader.run(2 * leaderJobsDefaults.pruneEveryMs)
  const types = new Set(leader.proposed.slice(1).map(({ type }) => type))
  t.strictSame(types, new Set(['expire', 'prune']))
})

/** A job of so many items, and the answer to its slices. */
function tagJob(leader: Leader, id: number, items: number): void {
  const key = { key: 'k', id: 1 }
  leader.jobs.push({
    ...{ id, userId: 1, resourceType: 'region', operation: 'add', tags: ['a'], revision: 1 },
    ...{ items: Array.from({ length: items }, () => key), outcomes: [], createdMs: 0 },
    ...{ startedMs: null, completedMs: null },
  })
  leader.answer = command => {
    if (command.type !== 'job.advance') return null
    const job = leader.jobs.find(job => job.id === command.id)
    const outcomes = Array.from({ length: command.from + command.count }, () => null)
    leader.jobs = leader.jobs
      .map(each => (each === job ? { ...each, outcomes } : each))
      .filter(each => each.outcomes.length < each.items.length)
    return {
      ok: true,
      revision: 1,
      originalRevision: 1,
      result: { type: 'slice', rows: 1, more: true },
    }
  }
}

t.test('tag jobs are gone on with in slices, a slice of each in turn', async t => {
  const leader = new Leader(t)
  leader.isLeader = false
  tagJob(leader, 1, 250)
  tagJob(leader, 2, 120)
  await leader.run(leaderJobsDefaults.tagEveryMs)
  t.strictSame(leader.proposed, [], 'by the leader only')
  leader.isLeader = true
  leader.effectsOff = true
  await leader.run(leaderJobsDefaults.tagEveryMs)
  t.strictSame(leader.proposed, [], 'and not with effects off')
  leader.effectsOff = false
  await leader.run(leaderJobsDefaults.tagEveryMs)
  const slice = (id: number, from: number) => ({ type: 'job.advance', id, from, count: 100 })
  t.strictSame(leader.proposed, [
    slice(1, 0),
    slice(2, 0),
    slice(1, 100),
    slice(2, 100),
    slice(1, 200),
  ])
  await leader.run(10 * leaderJobsDefaults.tagEveryMs)
  t.equal(leader.proposed.length, 5)
})

t.test('what is too old of what people had for themselves goes in slices, every hour', async t => {
  const leader = new Leader(t)
  let more = 3
  leader.answer = ({ type }) =>
    type !== 'personal.tidy'
      ? null
      : {
          ok: true,
          revision: 1,
          originalRevision: 1,
          result: { type: 'slice', rows: 1, more: --more > 0 },
        }
  leader.tidies = 1
  leader.later(20 * DAY_MS)
  const nowMs = leader.entryTimeMs() + HOUR_MS
  await leader.run(HOUR_MS)
  t.match(leader.tidyAsked, [{ notificationsBeforeMs: nowMs - 90 * DAY_MS }])
  const tidy = {
    ...{ type: 'personal.tidy', rowsMax: SLICE_ROWS },
    ...{ notificationsBeforeMs: nowMs - 90 * DAY_MS, sharesBeforeMs: nowMs - 30 * DAY_MS },
    ...{ deliveriesBeforeMs: nowMs - 30 * DAY_MS, jobsBeforeMs: nowMs - 7 * DAY_MS },
  }
  t.match(leader.proposed, [tidy, tidy, tidy])
  t.equal(leader.proposed.length, 3)
  leader.effectsOff = true
  await leader.run(HOUR_MS)
  t.equal(leader.tidyAsked.length, 1, 'not with effects off')
  leader.effectsOff = false
  await leader.run(HOUR_MS)
  t.strictSame([leader.tidyAsked.length, leader.proposed.length], [2, 3], 'and looks first')
})
