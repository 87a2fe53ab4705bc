// How callers that need a read index share questions, and when a question is asked again.
import t from 'tap'
import { Reads } from '../../src/raft/reads.js'
import { SimClock, settle } from '../support/sim-clock.js'

function createReads(
  options: { callersMax?: number; questionsMax?: number; random?: number } = {},
) {
  const clock = new SimClock()
  const asked: { context: number; quorum: boolean }[] = []
  const reads = new Reads(
    {
      retryMs: 200,
      callersMax: options.callersMax ?? 100,
      questionsMax: options.questionsMax ?? 2,
    },
    {
      ask: (context, quorum) => asked.push({ context, quorum }),
      clock: clock.node(),
      random: () => options.random ?? 0,
    },
  )
  const context = (place: number) => asked.at(place)?.context ?? -1
  return { clock, asked, reads, context }
}

/** Where each promise stands, as text. */
async function states(promises: readonly Promise<unknown>[]): Promise<string[]> {
  const found = promises.map(() => 'waits')
  promises.forEach((promise, place) => {
    promise.then(
      value => {
        found[place] = `${value}`
      },
      error => {
        found[place] = error.code
      },
    )
  })
  await settle()
  return found
}

t.test('callers gather until a leader is known, one question for each kind', async t => {
  const { asked, reads, context } = createReads()
  const waiting = [reads.wait(true, 1_000), reads.wait(false, 1_000), reads.wait(true, 1_000)]
  reads.flush()
  t.same(asked, [])
  reads.leaderChanged(2)
  reads.flush()
  t.same(
    asked.map(({ quorum }) => quorum),
    [false, true],
  )
  reads.answer({ context: context(1), index: 7 })
  t.same(await states(waiting), ['7', 'waits', '7'])
  reads.answer({ context: context(0), index: 5 })
  t.same(await states(waiting), ['7', '5', '7'])
})

t.test('a caller never shares a question that was asked before it came', async t => {
  const { asked, reads, context } = createReads()
  reads.leaderChanged(2)
  const early = reads.wait(true, 1_000)
  reads.flush()
  const late = reads.wait(true, 1_000)
  reads.answer({ context: context(0), index: 7 })
  t.same(await states([early, late]), ['7', 'waits'])
  reads.flush()
  t.equal(asked.length, 2)
  reads.answer({ context: context(1), index: 9 })
  t.same(await states([early, late]), ['7', '9'])
})

t.test('a refused question is asked again after a while, not at once', async t => {
  const { clock, asked, reads, context } = createReads()
  reads.leaderChanged(2)
  const waiting = reads.wait(true, 1_000)
  reads.flush()
  reads.answer({ context: context(0), index: 0 })
  reads.flush()
  t.equal(asked.length, 1)
  await clock.run(200)
  reads.flush()
  t.equal(asked.length, 2)
  t.not(context(0), context(1))
  reads.answer({ context: context(1), index: 3 })
  t.same(await states([waiting]), ['3'])
})

t.test('a lost question is asked again, and the answer to the first is ignored', async t => {
  const { clock, asked, reads, context } = createReads()
  reads.leaderChanged(2)
  const waiting = reads.wait(true, 1_000)
  reads.flush()
  await clock.run(199)
  reads.expire(199)
  reads.flush()
  t.equal(asked.length, 1)
  reads.expire(200)
  reads.flush()
  t.equal(asked.length, 2)
  reads.answer({ context: context(0), index: 3 })
  t.same(await states([waiting]), ['waits'])
  reads.answer({ context: context(1), index: 4 })
  t.same(await states([waiting]), ['4'])
})

t.test('a new leader is asked at once, also what the old one had refused', async t => {
  const { asked, reads, context } = createReads()
  reads.leaderChanged(2)
  const refused = reads.wait(true, 1_000)
  reads.flush()
  reads.answer({ context: context(0), index: 0 })
  const open = reads.wait(false, 1_000)
  reads.flush()
  reads.leaderChanged(0)
  reads.flush()
  t.equal(asked.length, 2, 'nobody to ask')
  reads.leaderChanged(3)
  reads.flush()
  t.equal(asked.length, 4)
  reads.answer({ context: context(2), index: 8 })
  reads.answer({ context: context(3), index: 9 })
  t.same(await states([refused, open]), ['9', '8'])
})

t.test('questions under way are bounded; later callers gather for the next', async t => {
  const { asked, reads, context } = createReads({ questionsMax: 2 })
  reads.leaderChanged(2)
  const waiting: Promise<number>[] = []
  for (let turn = 0; turn < 5; turn++) {
    waiting.push(reads.wait(true, 1_000))
    reads.flush()
  }
  t.equal(asked.length, 2)
  reads.answer({ context: context(0), index: 1 })
  reads.flush()
  t.equal(asked.length, 3)
  reads.answer({ context: context(2), index: 3 })
  t.same(await states(waiting), ['1', 'waits', '3', '3', '3'])
})

t.test('callers wait no longer than their deadlines, and are told why', async t => {
  const { reads } = createReads()
  const lost = reads.wait(true, 100)
  reads.expire(99)
  t.same(await states([lost]), ['waits'])
  reads.expire(100)
  t.same(await states([lost]), ['no-leader'])
  reads.leaderChanged(2)
  const asked = reads.wait(true, 150)
  const patient = reads.wait(true, 5_000)
  reads.flush()
  const gathered = reads.wait(true, 150)
  reads.expire(150)
  t.same(await states([asked, patient, gathered]), ['deadline', 'waits', 'deadline'])
})

t.test('the number of callers is bounded, and counts down however a caller ends', async t => {
  const { reads, context } = createReads({ callersMax: 3 })
  reads.leaderChanged(2)
  const first = [reads.wait(true, 100), reads.wait(true, 1_000), reads.wait(false, 1_000)]
  t.same(await states([...first, reads.wait(true, 1_000)]), [
    'waits',
    'waits',
    'waits',
    'overloaded',
  ])
  reads.flush()
  reads.expire(100)
  reads.answer({ context: context(-1), index: 1 })
  const second = [reads.wait(true, 1_000), reads.wait(true, 1_000)]
  t.same(await states([...first, ...second]), ['deadline', '1', 'waits', 'waits', 'waits'])
  t.same(await states([reads.wait(true, 1_000)]), ['overloaded'])
  reads.rejectAll(new Error('over'))
  t.same(await states([reads.wait(true, 1_000)]), ['waits'])
})

t.test('contexts of two lives of a node differ', async t => {
  const contexts = [0.1, 0.100001, 0.9].map(random => {
    const { reads, context } = createReads({ random })
    reads.leaderChanged(2)
    void reads.wait(true, 1_000)
    reads.flush()
    return context(0)
  })
  t.equal(new Set(contexts).size, 3)
  for (const context of contexts) t.ok(Number.isSafeInteger(context + 2 ** 32))
})
