// Quorum arithmetic against slow and obvious versions of itself.
import fc from 'fast-check'
import t from 'tap'
import {
  jointCommitted,
  jointVote,
  majorityCommitted,
  majorityVote,
} from '../../../src/raft/core/quorum.js'

const votersArb = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 7 })
const indexesArb = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 8, maxLength: 8 })
const answersArb = fc.array(fc.option(fc.boolean(), { nil: undefined }), {
  minLength: 8,
  maxLength: 8,
})

/** The highest index that more than half of the voters have reached, by trying them all. */
function slowCommitted(voters: readonly number[], matched: (id: number) => number): number {
  for (let index = 5; index > 0; index--) {
    const holders = voters.filter(id => matched(id) >= index)
    if (holders.length * 2 > voters.length) return index
  }
  return 0
}

t.test('a majority has committed what more than half of it holds', async t => {
  fc.assert(
    fc.property(votersArb, indexesArb, (voters, indexes) => {
      const matched = (id: number) => indexes[id] ?? 0
      const expected =
        voters.length === 0 ? Number.POSITIVE_INFINITY : slowCommitted(voters, matched)
      return majorityCommitted(voters, matched) === expected
    }),
  )
  t.equal(
    majorityCommitted([], () => 0),
    Number.POSITIVE_INFINITY,
  )
})

t.test('a joint quorum has committed what both of its halves have', async () => {
  fc.assert(
    fc.property(votersArb, votersArb, indexesArb, (voters, votersOutgoing, indexes) => {
      const matched = (id: number) => indexes[id] ?? 0
      const halves = [voters, votersOutgoing].map(half => majorityCommitted(half, matched))
      return jointCommitted({ voters, votersOutgoing }, matched) === Math.min(...halves)
    }),
  )
})

t.test('a vote is decided when no further answer can change it, and not before', async () => {
  fc.assert(
    fc.property(votersArb, votersArb, answersArb, (voters, votersOutgoing, answers) => {
      const outcome = (missing: boolean): boolean =>
        [voters, votersOutgoing].every(half => {
          const granted = half.filter(id => answers[id] ?? missing)
          return half.length === 0 || granted.length * 2 > half.length
        })
      const decided = outcome(true) === outcome(false)
      const expected = decided ? (outcome(true) ? 'won' : 'lost') : 'pending'
      return jointVote({ voters, votersOutgoing }, id => answers[id]) === expected
    }),
  )
})

t.test('two majorities of the same voters always meet', async () => {
  fc.assert(
    fc.property(votersArb, answersArb, (voters, answers) => {
      const first = majorityVote(voters, id => answers[id] ?? false)
      const others = majorityVote(voters, id => !(answers[id] ?? false))
      return voters.length === 0 || first !== 'won' || others !== 'won'
    }),
  )
})
