// npm run simulate -- --seeds N [--from BASE] [--seconds S] [--jobs J]: fresh worlds until one breaks a promise, as many at
// a time as there are processors. --seed S replays one and prints its whole trace; --mutation NAME plants a bug first.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { plant } from './mutations/plant.js'
import { ProcessRunner, type SeedRunner } from './runner.js'
import { simulate } from './simulate.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
    jobs: { type: 'string' },
    mutation: { type: 'string' },
  },
})
const mutation = values.mutation ?? null
const numberOf = (text: string | undefined) => (text === undefined ? null : Number(text))
const one = numberOf(values.seed)
const seeds = one === null ? Number(values.seeds) : 1
const jobs = Math.min(numberOf(values.jobs) ?? availableParallelism(), seeds)

/** A replay runs here, where a debugger sees it; many run in processes of their own. */
async function runnersOf(): Promise<readonly SeedRunner[]> {
  plant(mutation)
  if (one === null) return Array.from({ length: jobs }, () => new ProcessRunner(mutation))
  // Only now, so that the hooks see the product's modules.
  const { Simulation } = await import('./simulation.js')
  return [{ run: seed => new Simulation(seed).run(), close: () => {} }]
}

const summary = await simulate({
  from: one ?? numberOf(values.from) ?? Math.floor(Math.random() * 1e9),
  seeds,
  secondsMax: numberOf(values.seconds),
  runners: await runnersOf(),
  showsTrace: one !== null,
  command: `npm run simulate --${mutation === null ? '' : ` --mutation ${mutation}`}`,
  print: line => console.log(line),
})
process.exitCode = summary.failedSeed === null ? 0 : 1
