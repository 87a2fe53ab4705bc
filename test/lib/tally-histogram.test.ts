// The histogram that is cheap to observe says in /metrics what prom-client's own would say.
import fc from 'fast-check'
import { Histogram, type Metric, Registry } from 'prom-client'
import t from 'tap'
import { TallyHistogram } from '../../src/lib/index.js'

t.test('its text is that of prom-client for any observations', async t => {
  const value = fc.double({ min: 0, max: 20, noNaN: true })
  const label = fc.constantFrom('a', 'b')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(label, value), { minLength: 1 }), async observations => {
      const bounds = [0.5, 1, 10]
      const common = { name: 'seconds', help: 'Seconds.' }
      const [ours, theirs] = [new Registry(), new Registry()]
      const tallies = new TallyHistogram({ ...common, bounds })
      ours.registerMetric(tallies as unknown as Metric)
      const histogram = new Histogram({
        ...common,
        buckets: bounds,
        labelNames: ['kind'],
        registers: [theirs],
      })
      const byKind = new Map<string, ReturnType<TallyHistogram['add']>>()
      for (const [kind, seconds] of observations) {
        const tally = byKind.get(kind) ?? tallies.add({ kind })
        byKind.set(kind, tally)
        tally.observe(seconds)
        histogram.labels(kind).observe(seconds)
      }
      t.equal(await ours.metrics(), await theirs.metrics())
    }),
    { numRuns: 50 },
  )
})

t.test('a value on a bound counts below it', async t => {
  const tallies = new TallyHistogram({ name: 'n', help: 'h', bounds: [1, 2] })
  const tally = tallies.add({})
  for (const value of [1, 2, 3]) tally.observe(value)
  const { values } = await tallies.get()
  t.strictSame(
    values.map(({ value }) => value),
    [1, 2, 3, 6, 3],
  )
})
