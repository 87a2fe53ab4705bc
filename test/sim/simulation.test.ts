// Fresh seeds in every run, as many as fit in a minute. A failing one is replayed by the command that is printed.
import t from 'tap'
import { simulate } from './simulate.js'
import { Simulation } from './simulation.js'

t.setTimeout(300_000)

const SEEDS = 100
const SECONDS_MAX = 60

t.test('no fault breaks what a cluster promises', async t => {
  const lines: string[] = []
  const { seeds, failedSeed, totals } = await simulate({
    from: Math.floor(Math.random() * 1e9),
    seeds: SEEDS,
    secondsMax: SECONDS_MAX,
    showsTrace: false,
    command: 'npm run simulate --',
    print: line => lines.push(line),
  })
  for (const line of lines) t.comment(line)
  t.equal(failedSeed, null)
  t.ok((totals['checked: acknowledged'] ?? 0) > seeds, 'the worlds are not too cruel for work')
  t.ok((totals.elections ?? 0) > seeds, 'nor too kind to lose a leader')
})

t.test('a seed gives the same world twice', async t => {
  const first = await new Simulation(4).run()
  const second = await new Simulation(4).run()
  t.ok(first.trace.length > 100, 'something happened')
  t.same(second.trace, first.trace)
})
