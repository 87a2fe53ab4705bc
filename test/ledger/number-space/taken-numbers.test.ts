import fc from 'fast-check'
import t from 'tap'
import { TakenNumbers } from '../../../src/ledger/number-space/taken-numbers.js'

const LAST = 4_294_967_295
/** Near the ends of groups of every size, so that ranges begin and end on both sides of them. */
const numbers = fc
  .tuple(
    fc.constantFrom(0, 16, 256, 4096, 2 ** 16, 2 ** 28, 2 ** 32),
    fc.integer({ min: -20, max: 20 }),
  )
  .map(([base, offset]) => Math.min(Math.max(base + offset, 0), LAST))

t.test('what is taken in a range is counted as if each number were looked at', async t => {
  fc.assert(
    fc.property(
      fc.array(numbers, { maxLength: 60 }),
      fc.array(numbers, { minLength: 2 }),
      (all, ends) => {
        const taken = new TakenNumbers()
        const wanted = new Set<number>()
        for (const number of all) {
          if (wanted.delete(number)) taken.delete(number)
          else {
            wanted.add(number)
            taken.add(number, number % 7)
          }
        }
        for (const [at, end] of ends.slice(1).entries()) {
          const [first, last] = [ends[at] as number, end].sort((a, b) => a - b) as [number, number]
          const inside = [...wanted].filter(number => first <= number && number <= last).length
          if (taken.between(first, last) !== inside) throw new Error(`${first}..${last}: ${inside}`)
        }
        if (taken.between(0, LAST) !== wanted.size || taken.size !== wanted.size) {
          throw new Error('the whole')
        }
      },
    ),
    { numRuns: 400 },
  )
  const taken = new TakenNumbers()
  taken.add(LAST, 3)
  t.equal(taken.holder(LAST), 3)
  t.equal(taken.holder(0), null)
  taken.delete(LAST)
  t.equal(taken.holder(LAST), null)
})
