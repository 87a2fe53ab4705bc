// Whole nodes under random faults: no address twice, nothing acknowledged lost, nothing refused done after all.
// CI runs 8 seeds. More: SEEDS=500 node --import tsx test/gateway/random.test.ts; one: SEED=17.
import t from 'tap'
import { Scenario } from './scenario.js'

const SEEDS_IN_CI = 8
const { SEED, SEEDS = SEEDS_IN_CI } = process.env
const seeds =
  SEED === undefined ? Array.from({ length: Number(SEEDS) }, (_, at) => at + 1) : [Number(SEED)]

const totals: Record<string, number> = {}

for (const seed of seeds) {
  t.test(`seed ${seed}`, async t => {
    const scenario = new Scenario(seed)
    try {
      await scenario.run()
    } finally {
      if (!t.strictSame(scenario.findings, [])) t.comment(`again with SEED=${seed}`)
    }
    for (const [what, count] of Object.entries(scenario.counts))
      totals[what] = (totals[what] ?? 0) + count
  })
}

t.test('there was something to check', async t => {
  t.comment(JSON.stringify(totals))
  if (SEED !== undefined) return
  for (const [what, count] of Object.entries(totals)) t.ok(count >= seeds.length, what)
})
