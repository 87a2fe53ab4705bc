// Fresh seeds in every run, as many as fit in a minute. A failing one is replayed by the command that is printed.
import t from 'tap'
import { createNetwork } from '../support/gateway-cluster.js'
import { seededRandom } from '../support/sim-clock.js'
import { drawPlan } from './plan.js'
import { emptyReport, type SeedReport } from './report.js'
import { ProcessRunner } from './runner.js'
import { simulate } from './simulate.js'
import { Simulation } from './simulation.js'
import { World } from './world/world.js'

t.setTimeout(300_000)

const SEEDS = 100
const SECONDS_MAX = 60

t.test('no fault breaks what a cluster promises', async t => {
  const lines: string[] = []
  const { seeds, failedSeed, totals } = await simulate({
    from: Math.floor(Math.random() * 1e9),
    seeds: SEEDS,
    secondsMax: SECONDS_MAX,
    runners: [new ProcessRunner(null)],
    showsTrace: false,
    command: 'npm run simulate --',
    print: line => lines.push(line),
  })
  for (const line of lines) t.comment(line)
  t.equal(failedSeed, null)
  t.ok((totals.checks.acknowledged ?? 0) > seeds, 'the worlds are not too cruel for work')
  t.ok((totals.events.elections ?? 0) > seeds, 'nor too kind to lose a leader')
  t.ok((totals.events['snapshots installed'] ?? 0) > 0, 'and some fall behind the log')
})

t.test('a seed gives the same world twice', async t => {
  const first = await new Simulation(4).run()
  const second = await new Simulation(4).run()
  t.ok(first.trace.length > 100, 'something happened')
  t.same(second.trace, first.trace)
})

t.test('a client is not kept by nodes that owe no answer', async t => {
  const plan = drawPlan(1, seededRandom(1))
  const world = new World({ ...plan, members: 'book', nodeIds: [1, 2, 3], spareIds: [4, 5, 6] })
  await world.begin()
  const stranger = world.node(4)
  await stranger.start()
  const asked = () => new Set(Array.from({ length: 100 }, () => world.pickAsked()?.nodeId))
  await t.rejects(
    stranger.submit(createNetwork('10.2.0.0/24')),
    { code: 'waiting', outcome: 'known' },
    'whom nobody has added says so at once, as the daemon does',
  )
  t.same([...asked()].sort(), [1, 2, 3, 4], 'anyone may be asked')
  world.asksMembersOnly = true
  t.same([...asked()].sort(), [1, 2, 3], 'in the end members are')
  for (const node of world.living) await node.crash('log')
})

t.test('what many processes find is told in the order of the seeds', async t => {
  const lines: string[] = []
  const report = (seed: number): SeedReport => ({
    ...emptyReport(seed),
    events: { worlds: 1 },
    findings: seed === 5 || seed === 6 ? [`a bug in ${seed}`] : [],
  })
  /** Seed 6 is through before seed 5 is. */
  const run = async (seed: number) => {
    await new Promise(resolve => setTimeout(resolve, seed === 5 ? 50 : 1))
    return report(seed)
  }
  const { seeds, failedSeed, totals } = await simulate({
    from: 1,
    seeds: 100,
    secondsMax: null,
    runners: [1, 2, 3].map(() => ({ run, close: () => {} })),
    showsTrace: false,
    command: 'again',
    print: line => lines.push(line),
  })
  t.match({ seeds, failedSeed, events: totals.events }, { seeds: 5, failedSeed: 5 })
  t.equal(totals.events.worlds, 5)
  t.same(
    lines.filter(line => /^(FOUND|again)/.test(line)),
    ['FOUND: a bug in 5', 'again: again --seed 5'],
  )
})
