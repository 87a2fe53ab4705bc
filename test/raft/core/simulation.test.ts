// Hundreds of small worlds, each from its seed. A seed that fails is printed and can be run alone: SEED=n; more: SEEDS=n.
import t from 'tap'
import { Simulation } from './simulation.js'

const only = process.env.SEED === undefined ? null : Number(process.env.SEED)
const seedCount = Number(process.env.SEEDS ?? 150)

function runSeeds(t: { fail: (message: string) => void }, changeMembership: boolean): number {
  const seeds = only === null ? Array.from({ length: seedCount }, (_, at) => at + 1) : [only]
  let committed = 0
  for (const seed of seeds) {
    const simulation = new Simulation({ seed, steps: 3000, changeMembership })
    try {
      simulation.run()
    } catch (error) {
      t.fail(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`)
      break
    }
    committed += simulation.invariants.committedIndex
  }
  return committed / seeds.length
}

t.test('no fault of network, disk or node breaks what a fixed cluster promises', async t => {
  t.ok(runSeeds(t, false) > 40, 'the worlds are not too cruel for anything to happen')
})

t.test('neither do members that come and go', async t => {
  t.ok(runSeeds(t, true) > 40, 'the worlds are not too cruel for anything to happen')
})
