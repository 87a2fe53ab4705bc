// Sorting in slices is sorting.
import t from 'tap'
import type { Call } from '../../src/http/call.js'
import { sortInSlices } from '../../src/http/sort-in-slices.js'

let now = 0
/** Whose clock goes on by a millisecond at every look. */
const call = {
  app: { clock: { monotonicMs: () => now++ } },
  response: { destroyed: false },
} as unknown as Call

const compare = (one: readonly [number, number], other: readonly [number, number]) =>
  one[0] - other[0]

t.test('what is sorted in slices is as sorted at once, and equals keep their order', async t => {
  for (const count of [0, 1, 63, 64, 65, 1000, 5000]) {
    const items = Array.from({ length: count }, (_, at) => [(at * 7919) % 101, at] as const)
    t.same(await sortInSlices(call, items, compare), [...items].sort(compare), `${count} of them`)
    const inOrder = [...items].sort(compare)
    t.same(await sortInSlices(call, inOrder, compare), inOrder, 'in order already')
  }
})

t.test('others have their turn meanwhile', async t => {
  let turns = 0
  const turn = () => {
    turns += 1
    timer = setImmediate(turn)
  }
  let timer = setImmediate(turn)
  const items = Array.from({ length: 20_000 }, (_, at) => [(at * 7919) % 20_011, at] as const)
  await sortInSlices(call, items, compare)
  clearImmediate(timer)
  t.ok(turns > 10, `${turns} turns`)
})
