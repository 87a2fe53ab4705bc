// The best of many, held against sorting them all.
import fc from 'fast-check'
import t from 'tap'
import { Best } from '../../src/http/surfaces/ipam/best.js'

const items = fc.uniqueArray(fc.record({ id: fc.nat({ max: 200 }), timeMs: fc.nat({ max: 5 }) }), {
  selector: ({ id }) => id,
  maxLength: 60,
})

type Dated = { readonly id: number; readonly timeMs: number }
const newestFirst = (one: Dated, other: Dated) => other.timeMs - one.timeMs || other.id - one.id

t.test('a page of the best is that of the sorted list', async t => {
  fc.assert(
    fc.property(items, fc.nat({ max: 70 }), fc.integer({ min: 1, max: 20 }), (all, skip, limit) => {
      const best = new Best(skip + limit, newestFirst)
      for (const item of all) best.add(item)
      const sorted = [...all].sort(newestFirst)
      t.strictSame([...best.kept].sort(newestFirst), sorted.slice(0, skip + limit))
      t.strictSame(best.take(skip), sorted.slice(skip, skip + limit))
      return best.count === all.length
    }),
  )
})
