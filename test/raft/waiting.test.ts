// Callers that wait for an applied index or a membership change.
import fc from 'fast-check'
import t from 'tap'
import { AppliedWaiters } from '../../src/raft/applied-waiters.js'
import type { ApplyEntry } from '../../src/raft/index.js'
import { PendingChanges } from '../../src/raft/pending-changes.js'
import { settle } from '../support/sim-clock.js'

t.test('what is applied already is waited for by nobody', async t => {
  const waiters = new AppliedWaiters({ waitersMax: 0 }, 5)
  await waiters.wait(5, 0)
  await t.rejects(waiters.wait(6, 1_000), { code: 'overloaded' })
})

t.test('waiters wake exactly when their index is applied, or their deadline passes', async t => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('wait' as const), index: fc.nat(30), deadlineMs: fc.nat(30) }),
    fc.record({ type: fc.constant('apply' as const), by: fc.nat(5) }),
    fc.record({ type: fc.constant('time' as const), by: fc.nat(5) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
      const waiters = new AppliedWaiters({ waitersMax: 1_000 }, 0)
      const model: { index: number; deadlineMs: number; expected: string }[] = []
      const found: string[] = []
      let [applied, nowMs] = [0, 0]
      for (const each of steps) {
        if (each.type === 'wait') {
          const place = model.length
          const expected = each.index <= applied ? 'applied' : 'waits'
          model.push({ index: each.index, deadlineMs: each.deadlineMs, expected })
          found.push('waits')
          waiters.wait(each.index, each.deadlineMs).then(
            () => {
              found[place] = 'applied'
            },
            error => {
              found[place] = error.code
            },
          )
        } else if (each.type === 'apply') {
          applied += each.by
          waiters.advance(applied)
          for (const waiter of model)
            if (waiter.expected === 'waits' && waiter.index <= applied) waiter.expected = 'applied'
        } else {
          nowMs += each.by
          waiters.expire(nowMs)
          for (const waiter of model)
            if (waiter.expected === 'waits' && waiter.deadlineMs <= nowMs)
              waiter.expected = 'deadline'
        }
      }
      await settle()
      return found.every((state, place) => state === model[place]?.expected)
    }),
    { numRuns: 300 },
  )
  t.pass('for any order of waiting, applying and time')
})

function applied(index: number, term: number, joint: boolean | null): ApplyEntry {
  const lists = { learners: [], learnersNext: [] }
  const votersOutgoing = joint ? [1] : []
  const membership =
    joint === null ? null : { voters: [1], votersOutgoing, ...lists, autoLeave: joint }
  const kind = joint === null ? 'command' : 'membership'
  return { index, term, kind, timeMs: 0, data: new Uint8Array(), membership }
}

t.test('a change is done by its own entry, or when its joint configuration is left', async t => {
  const changes = new PendingChanges()
  let done = ''
  const note = (text: string) => () => {
    done += text
  }
  changes.wait({ index: 5, term: 2 }, 1_000).then(note('simple '))
  changes.applied(applied(4, 2, false))
  await settle()
  t.equal(done, '', 'an earlier change is another one')
  changes.applied(applied(5, 2, false))
  await settle()
  t.equal(done, 'simple ')
  changes.wait({ index: 6, term: 2 }, 1_000).then(note('joint '))
  changes.applied(applied(6, 2, true))
  changes.applied(applied(7, 2, null))
  await settle()
  t.equal(done, 'simple ')
  changes.applied(applied(8, 3, false))
  await settle()
  t.equal(done, 'simple joint ', 'even under another leader')
})

t.test('an entry of another term in its place says that the change is lost', async t => {
  const changes = new PendingChanges()
  const lost = changes.wait({ index: 5, term: 2 }, 1_000)
  changes.applied(applied(5, 3, null))
  await t.rejects(lost, { code: 'no-leader' })
})
