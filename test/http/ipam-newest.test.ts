// The newest of many, held against sorting them all.
import fc from 'fast-check'
import t from 'tap'
import { type Dated, Newest } from '../../src/http/surfaces/ipam/newest.js'

const items = fc.uniqueArray(fc.record({ id: fc.nat({ max: 200 }), timeMs: fc.nat({ max: 5 }) }), {
  selector: ({ id }) => id,
  maxLength: 60,
})

t.test('a page of the newest is that of the sorted list', async t => {
  fc.assert(
    fc.property(items, fc.nat({ max: 70 }), fc.integer({ min: 1, max: 20 }), (all, skip, limit) => {
      const newest = new Newest<Dated>(skip + limit)
      for (const item of all) newest.add(item)
      const sorted = [...all].sort((one, other) => other.timeMs - one.timeMs || other.id - one.id)
      t.strictSame(newest.take(skip), sorted.slice(skip, skip + limit))
      return newest.count === all.length
    }),
  )
})
