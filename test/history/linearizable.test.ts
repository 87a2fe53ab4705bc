// The search says yes to what a true server leaves, no to planted faults, and agrees with trying every order.
import fc from 'fast-check'
import t from 'tap'
import { seededRandom } from '../support/seeded-random.js'
import { isLinearizableByForce } from './brute-force.js'
import { checkLinearizable } from './linearizable.js'
import { formatHistory, type History, type Operation, parseHistory } from './operation.js'
import { plantedFaults } from './planted-faults.js'
import { checkRevisions } from './revisions.js'
import { makeTrueHistory, range } from './true-history.js'

const accepted = { faults: [], undecided: false }

t.test('both checks accept true histories, unknown outcomes among them', async t => {
  let unknown = 0
  for (let seed = 1; seed <= 20; seed++) {
    const history = makeTrueHistory(150, seededRandom(seed))
    unknown += history.operations.filter(({ outcome }) => outcome === 'unknown').length
    t.same(checkLinearizable(history), accepted, `search, seed ${seed}`)
    t.same(checkRevisions(history), accepted, `revisions, seed ${seed}`)
  }
  t.ok(unknown > 40, 'there were unknown outcomes')
})

t.test('both checks reject planted faults', async t => {
  for (const [name, history] of Object.entries(plantedFaults)) {
    t.not(checkLinearizable(history).faults.length, 0, `search: ${name}`)
    t.not(checkRevisions(history).faults.length, 0, `revisions: ${name}`)
  }
})

t.test('a long history with few unknown outcomes is decided', async t => {
  const history = makeTrueHistory(4_000, seededRandom(7), { unanswered: 0.001 })
  t.same(checkLinearizable(history), accepted)
  t.same(checkRevisions(history), accepted)
})

t.test('a search that is too large is undecided, not passed', async t => {
  const history = makeTrueHistory(150, seededRandom(1))
  t.same(checkLinearizable(history, 20), { faults: [], undecided: true })
})

t.test('networks are searched apart, and one that is not described is a fault', async t => {
  const history = makeTrueHistory(100, seededRandom(3))
  const second = history.operations.map(operation => ({ ...operation, network: 'net-2' }))
  const operations = [...history.operations, ...second]
  t.match(checkLinearizable({ ...history, operations }).faults, ['net-2 is not described'])
  const networks = [range, { ...range, network: 'net-2' }]
  t.same(checkLinearizable({ networks, operations }), accepted)
})

t.test('an allocation that nobody heard of may have taken the last address', async t => {
  const small = { network: 'net-1', first: '10.0.0.1', last: '10.0.0.2' }
  const who = { network: 'net-1', client: 1, op: 'allocate', from: 0 } as const
  const answer = { id: 'ip-1', ip: '10.0.0.1' }
  const told: Operation = { ...who, to: 5, outcome: 'ok', revision: 1, answer }
  const full: Operation = { ...who, from: 10, to: 15, outcome: 'refused', revision: 3 }
  const unheard: Operation = { ...who, to: null, outcome: 'unknown' }
  for (const check of [checkLinearizable, checkRevisions]) {
    t.same(check({ networks: [small], operations: [told, unheard, full] }), accepted)
    t.not(check({ networks: [small], operations: [told, full] }).faults.length, 0, 'one was free')
  }
})

t.test('a history is the same after it was written and read', async t => {
  const history = makeTrueHistory(50, seededRandom(4))
  t.same(parseHistory(formatHistory(history)), history)
  t.throws(() => parseHistory('{"op":"dance"}'), /line 1 is neither/)
})

const ids = fc.constantFrom('ip-1', 'ip-2', 'ip-3')
const listed = fc.record({ id: ids, ip: fc.constantFrom('10.0.0.1', '10.0.0.2') })
const asked = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant('allocate' as const), answer: listed }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('release' as const), id: ids }) },
  fc.record({
    op: fc.constant('read' as const),
    id: ids,
    answer: fc.option(fc.record({ active: fc.boolean() })),
  }),
  fc.record({
    op: fc.constant('list' as const),
    answer: fc.uniqueArray(listed, { maxLength: 2, selector: ({ ip }) => ip }),
  }),
)
const operation = fc
  .record({
    asked,
    from: fc.integer({ min: 0, max: 12 }),
    length: fc.integer({ min: 0, max: 6 }),
    outcome: fc.constantFrom(
      'ok' as const,
      'ok' as const,
      'ok' as const,
      'refused' as const,
      'unknown' as const,
    ),
  })
  .map(({ asked, from, length, outcome }): Operation => {
    const reads = asked.op === 'read' || asked.op === 'list'
    const ended = reads && outcome === 'refused' ? 'ok' : outcome
    const to = ended === 'unknown' ? null : from + length
    return { ...asked, network: range.network, client: 0, from, to, outcome: ended }
  })

t.test('the search agrees with trying every order', async t => {
  const verdicts = { yes: 0, no: 0 }
  const tiny = { ...range, last: '10.0.0.2' }
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 5 }), operations => {
      const history: History = { networks: [tiny], operations }
      const byForce = isLinearizableByForce(history)
      verdicts[byForce ? 'yes' : 'no']++
      return checkLinearizable(history).faults.length === (byForce ? 0 : 1)
    }),
    { numRuns: 4000 },
  )
  t.ok(verdicts.yes > 200 && verdicts.no > 200, JSON.stringify(verdicts))
})

t.test('the search agrees with trying every order where a true history was bent', async t => {
  const verdicts = { yes: 0, no: 0 }
  for (let seed = 1; seed <= 800; seed++) {
    const random = seededRandom(seed)
    const { operations } = makeTrueHistory(6, random, { overlap: 40, unanswered: 0.25 })
    const bent = operations.map(operation =>
      random() < 0.4
        ? { ...operation, from: operation.from + 80, to: operation.to && operation.to + 80 }
        : operation,
    )
    const history: History = { networks: [{ ...range, last: '10.0.0.9' }], operations: bent }
    const byForce = isLinearizableByForce(history)
    verdicts[byForce ? 'yes' : 'no']++
    if ((checkLinearizable(history).faults.length === 0) !== byForce) {
      t.fail(`seed ${seed}: trying every order says ${byForce}`)
    }
  }
  t.ok(verdicts.yes > 100 && verdicts.no > 100, JSON.stringify(verdicts))
})
