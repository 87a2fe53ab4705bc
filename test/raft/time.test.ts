// Elapsed time into ticks, and many clocks into the time of an entry.
import fc from 'fast-check'
import t from 'tap'
import { EntryClock } from '../../src/raft/entry-clock.js'
import type { Membership } from '../../src/raft/index.js'
import { Ticker } from '../../src/raft/ticker.js'
import { SIM_EPOCH_MS, SimClock } from '../support/sim-clock.js'

function createTicker() {
  const clock = new SimClock()
  const process = clock.node()
  const ticks: number[] = []
  const stalls: number[] = []
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const ticker = new Ticker(
    { tickMs: 10, stallTicksMax: 5 },
    {
      clock: process,
      log,
      metrics: { loopStallSeconds: seconds => stalls.push(seconds) },
      onTicks: count => ticks.push(count),
    },
  )
  const total = () => ticks.reduce((sum, count) => sum + count, 0)
  return { clock, process, ticker, ticks, stalls, total }
}

t.test('ticks keep step with elapsed time, though timers come late', async t => {
  const { clock, process, ticker, total, stalls } = createTicker()
  ticker.start()
  for (let pause = 0; pause < 100; pause++) {
    process.pause()
    await clock.run(37)
    process.resume()
    await clock.run(3)
  }
  t.equal(total(), 400)
  t.same(stalls, [])
})

t.test('of a stall only a few ticks are left, after what had arrived was handled', async t => {
  const { clock, process, ticker, ticks, stalls, total } = createTicker()
  ticker.start()
  await clock.run(100)
  t.equal(total(), 10)
  ticks.length = 0
  process.pause()
  let arrivedAtTicks = -1
  process.arrive(5, () => {
    arrivedAtTicks = total()
  })
  await clock.run(3_600_000)
  process.resume()
  await clock.run(5)
  t.equal(arrivedAtTicks, 0, 'messages come before ticks')
  t.same(ticks, [5])
  t.equal(stalls.length, 1)
  t.ok(Math.abs((stalls[0] ?? 0) - 3_600) < 1)
  await clock.run(100)
  t.equal(total(), 15, 'and then time goes on as before')
})

t.test('a stopped ticker ticks no more, even if it was about to', async t => {
  const { clock, process, ticker, ticks } = createTicker()
  ticker.start()
  process.pause()
  await clock.run(1_000)
  process.resume()
  process.arrive(0, () => ticker.stop())
  await clock.run(1_000)
  t.same(ticks, [])
})

function members(voters: number[], votersOutgoing: number[] = []): Membership {
  return { voters, votersOutgoing, learners: [9], learnersNext: [], autoLeave: false }
}

t.test('entry time is the lower median of the voters, learners not counted', async t => {
  const clock = new SimClock()
  const entryClock = new EntryClock(1, clock.node(500))
  entryClock.heard(2, SIM_EPOCH_MS + 9_000)
  entryClock.heard(3, SIM_EPOCH_MS + 100)
  entryClock.heard(9, SIM_EPOCH_MS + 50)
  t.equal(entryClock.timeMs(members([1, 2, 3])), SIM_EPOCH_MS + 500)
  t.equal(entryClock.timeMs(members([1, 2])), SIM_EPOCH_MS + 500, 'of two the lower')
  t.equal(entryClock.timeMs(members([1], [2, 3])), SIM_EPOCH_MS + 500, 'joint: all voters')
  t.equal(entryClock.skewMs(members([1, 2, 3])), 8_900)
  await clock.run(1_000)
  t.equal(entryClock.timeMs(members([1, 2, 3])), SIM_EPOCH_MS + 1_500, 'estimates go on')
})

t.test('voters that are not known are left out while a majority is', async t => {
  const entryClock = new EntryClock(1, new SimClock().node(500))
  t.equal(entryClock.timeMs(members([1, 2, 3])), SIM_EPOCH_MS + 500, 'none but the own')
  entryClock.heard(2, SIM_EPOCH_MS + 100)
  t.equal(entryClock.timeMs(members([1, 2, 3])), SIM_EPOCH_MS + 100, 'two of three')
  t.equal(
    entryClock.timeMs(members([1, 2, 3, 4, 5])),
    SIM_EPOCH_MS + 100,
    'two of five: the slowest',
  )
  entryClock.heard(3, 0)
  entryClock.heard(3, undefined)
  entryClock.heard(3, Number.NaN)
  t.equal(entryClock.timeMs(members([1, 2, 3, 4, 5])), SIM_EPOCH_MS + 100, 'no clock was told')
  entryClock.retain(members([1]))
  t.equal(entryClock.timeMs(members([1, 2, 3])), SIM_EPOCH_MS + 500, 'who left is forgotten')
})

t.test('who left counts until a majority of those who stay is known', async t => {
  const clock = new SimClock()
  const entryClock = new EntryClock(4, clock.node(3_600_000))
  entryClock.heard(3, SIM_EPOCH_MS + 100)
  entryClock.retain(members([2, 4]))
  t.equal(entryClock.timeMs(members([2, 4])), SIM_EPOCH_MS + 100, 'not the own clock alone')
  await clock.run(1_000)
  t.equal(entryClock.timeMs(members([2, 4])), SIM_EPOCH_MS + 1_100, 'and time goes on')
  entryClock.heard(2, SIM_EPOCH_MS + 1_200)
  t.equal(entryClock.timeMs(members([2, 4])), SIM_EPOCH_MS + 1_200, 'then it counts no more')
})

t.test('a leader that votes no more does not stamp by its own clock alone', async t => {
  const entryClock = new EntryClock(1, new SimClock().node(4_000))
  for (const id of [2, 3, 9]) entryClock.heard(id, SIM_EPOCH_MS + 10 * id)
  entryClock.retain(members([9, 7, 8]))
  const timeMs = entryClock.timeMs(members([9, 7, 8]))
  t.equal(timeMs, SIM_EPOCH_MS + 20, 'one voter of three is known: the slowest of all')
})

t.test('a learner counts as soon as it votes', async t => {
  const entryClock = new EntryClock(1, new SimClock().node(4_000))
  entryClock.heard(9, SIM_EPOCH_MS + 50)
  entryClock.retain(members([1, 2]))
  t.equal(entryClock.timeMs(members([1, 9, 2])), SIM_EPOCH_MS + 50, 'it is not forgotten')
})

t.test('as long as a majority of clocks is right, entry time is within what they say', async t => {
  const clocks = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 3, maxLength: 7 })
  fc.assert(
    fc.property(clocks, fc.integer({ min: -1e9, max: 1e9 }), (offsets, wild) => {
      const voters = offsets.map((_, place) => place + 1)
      const wrong = Math.floor((offsets.length - 1) / 2)
      const all = offsets.map((offset, place) => (place < wrong ? wild + place : offset))
      const entryClock = new EntryClock(1, new SimClock().node(all[0] ?? 0))
      for (const id of voters.slice(1)) entryClock.heard(id, SIM_EPOCH_MS + (all[id - 1] ?? 0))
      const offsetMs = entryClock.timeMs(members(voters)) - SIM_EPOCH_MS
      return offsetMs >= -1_000 && offsetMs <= 1_000
    }),
  )
  t.pass('a minority of wild clocks, even the own, moves nothing')
})
