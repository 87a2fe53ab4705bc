import t from 'tap'
import { LimitedWork } from '../../src/auth/limited-work.js'
import { type Deferred, deferred } from '../../src/lib/index.js'
import { SimClock, settle } from '../support/sim-clock.js'

function arrange(options: Partial<ConstructorParameters<typeof LimitedWork>[0]> = {}) {
  const clock = new SimClock()
  const limits = { runningMax: 1, waitingMax: 2, waitMs: 100, ...options }
  const work = new LimitedWork(limits, { timer: clock.node() })
  const begun: string[] = []
  const jobs = new Map<string, Deferred<string>>()
  const run = (name: string) =>
    work.run(() => {
      begun.push(name)
      const job = deferred<string>()
      jobs.set(name, job)
      return job.promise
    })
  const finish = async (name: string) => {
    await settle()
    jobs.get(name)?.resolve(name)
    await settle()
  }
  return { clock, work, begun, jobs, run, finish }
}

t.test('jobs run one at a time in the order in which they came', async t => {
  const { begun, run, finish } = arrange()
  const results = ['a', 'b', 'c'].map(run)
  await settle()
  t.strictSame(begun, ['a'])
  await finish('a')
  t.strictSame(begun, ['a', 'b'])
  await finish('b')
  await finish('c')
  t.strictSame(await Promise.all(results), ['a', 'b', 'c'])
})

t.test('as many run at once as are allowed', async t => {
  const { begun, run } = arrange({ runningMax: 2 })
  for (const name of ['a', 'b', 'c']) run(name)
  await settle()
  t.strictSame(begun, ['a', 'b'])
})

t.test('beyond the queue a job is refused at once', async t => {
  const { work, run, finish } = arrange()
  const waiting = ['a', 'b', 'c'].map(run)
  await t.rejects(run('d'), { name: 'TooBusyError', code: 'queue-full', waitingCount: 2 })
  t.equal(work.waitingCount, 2)
  for (const name of ['a', 'b', 'c']) await finish(name)
  await Promise.all(waiting)
  t.equal(work.waitingCount, 0)
})

t.test('who waits too long is refused and makes room, and the turn skips him', async t => {
  const { clock, begun, run, finish } = arrange()
  const first = run('a')
  const late = run('b')
  const refused = t.rejects(late, { code: 'waited-too-long' })
  await clock.run(99)
  const next = run('c')
  await clock.run(1)
  await refused
  await finish('a')
  t.strictSame(begun, ['a', 'c'])
  await finish('c')
  t.strictSame(await Promise.all([first, next]), ['a', 'c'])
})

t.test('a job that fails gives its turn on, and its own error', async t => {
  const { jobs, run, finish } = arrange()
  const failing = t.rejects(run('a'), { message: 'no' })
  const next = run('b')
  await settle()
  jobs.get('a')?.reject(new Error('no'))
  await failing
  await finish('b')
  t.equal(await next, 'b')
})

t.test('a newcomer does not overtake who was given the turn', async t => {
  const { begun, jobs, run } = arrange({ waitingMax: 9 })
  run('a')
  run('b')
  await settle()
  jobs.get('a')?.resolve('a')
  for (let turn = 0; turn < 3; turn++) {
    await Promise.resolve()
    run('c')
  }
  await settle()
  t.strictSame(begun, ['a', 'b'])
})

t.test('a deadline that was met is taken back, and a job that has begun has none', async t => {
  const set = new Set<object>()
  const timer = {
    after: () => {
      const deadline = {}
      set.add(deadline)
      return () => set.delete(deadline)
    },
  }
  const work = new LimitedWork({ runningMax: 1, waitingMax: 1, waitMs: 100 }, { timer })
  const job = deferred<void>()
  const runs = [work.run(() => job.promise), work.run(() => job.promise)]
  t.equal(set.size, 1)
  job.resolve()
  await Promise.all(runs)
  t.equal(set.size, 0)
})
