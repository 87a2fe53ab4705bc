import t from 'tap'
import { Turns } from '../../src/http/surfaces/office/reports-turns.js'

t.test('a turn is over after some milliseconds, and then others have theirs', async t => {
  let nowMs = 0
  const clock = { monotonicMs: () => nowMs, wallMs: () => 0, after: () => () => undefined }
  const controller = new AbortController()
  const turns = new Turns(clock, controller.signal)
  t.equal(turns.over(), null)
  nowMs = 3
  let served = false
  setImmediate(() => {
    served = true
  })
  await turns.over()
  t.ok(served)
  t.equal(turns.over(), null, 'the next one begins anew')
  nowMs = 6
  controller.abort(new Error('nobody waits any more'))
  await t.rejects(turns.over() ?? Promise.resolve(), /nobody waits/)
})
