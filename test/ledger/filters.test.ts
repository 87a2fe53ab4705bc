import t from 'tap'
import {
  type Command,
  CRITERIA_BYTES_MAX,
  type CreateFilterCommand,
  SAVED_FILTERS_MAX,
} from '../../src/ledger/index.js'
import { asUser } from './office.js'
import { ADMIN, ANNA, BEN, refusalFor, resultFor, worldOfUsers } from './personal.js'
import { START_MS, type World } from './world.js'

const filter = (set: Partial<CreateFilterCommand> = {}): CreateFilterCommand => ({
  ...{ type: 'filter.create', name: 'full', criteria: '{ "utilization_min": 80 }' },
  ...set,
})
const deletion = (id: number): Command => ({ type: 'filter.delete', id })

function left(world: World, userId: number): number[] {
  return world.rows.personal.filters(userId, 100).map(({ id }) => id)
}

t.test('a filter is saved under its name; history does not say what it looks for', async t => {
  const world = worldOfUsers()
  const made = resultFor(world, ANNA, filter({ name: 'x'.repeat(100) }), 'filter').filter
  t.strictSame(made, {
    id: 1,
    userId: ANNA,
    name: 'x'.repeat(100),
    criteria: '{"utilization_min":80}',
    createdMs: START_MS,
  })
  t.strictSame(world.rows.personal.filter(1), made)
  t.match(world.lastChanges(), [
    { action: 'filter.created', entityId: 1, before: null, after: { criteria_bytes: 22 } },
  ])
  t.notMatch(JSON.stringify(world.rows.changes()), 'utilization_min')
})

t.test('the oldest of a user goes when there would be too many', async t => {
  const world = worldOfUsers()
  resultFor(world, BEN, filter(), 'filter')
  for (let n = 0; n < SAVED_FILTERS_MAX; n += 1) resultFor(world, ANNA, filter(), 'filter')
  t.equal(world.lastChanges().length, 1)
  resultFor(world, ANNA, filter(), 'filter')
  t.match(world.lastChanges(), [
    { action: 'filter.deleted', entityId: 2, after: null },
    { action: 'filter.created', entityId: SAVED_FILTERS_MAX + 2 },
  ])
  t.equal(left(world, ANNA).length, SAVED_FILTERS_MAX)
  t.equal(left(world, ANNA)[0], 3)
  t.strictSame(left(world, BEN), [1])
})

t.test('names and criteria out of bounds are refused', async t => {
  const world = worldOfUsers()
  const room = CRITERIA_BYTES_MAX - JSON.stringify({ a: '' }).length
  const criteria = (text: string) => ({ criteria: JSON.stringify({ a: text }) })
  for (const [field, set] of [
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'a\nb' }],
    ['criteria', { criteria: '[]' }],
    ['criteria', { criteria: '{"a":1e999}' }],
    ['criteria', criteria('x'.repeat(room + 1))],
    ['criteria', criteria('ü'.repeat(room / 2 + 1))],
    // Half a character is two bytes too few in the text that came, and six as it is kept.
    ['criteria', { criteria: `{"a":"${'x'.repeat(room - 3)}\ud800"}` }],
  ] as const) {
    t.match(refusalFor(world, ANNA, filter(set)), { code: 'invalid', field }, JSON.stringify(set))
  }
  t.strictSame(world.refusal(filter()), { code: 'not-signed-in' })
  t.strictSame(left(world, ANNA), [])
  resultFor(world, ANNA, filter(criteria('x'.repeat(room))), 'filter')
})

t.test('a filter is deleted by its user or an admin; to others it is not there', async t => {
  const world = worldOfUsers()
  for (let n = 0; n < 2; n += 1) resultFor(world, ANNA, filter(), 'filter')
  const notFound = { code: 'personal-not-found', noun: 'filter', id: 1 }
  t.strictSame(refusalFor(world, BEN, deletion(1)), notFound)
  t.strictSame(world.refusal(deletion(1)), { code: 'not-signed-in' })
  t.ok(asUser(world, ANNA, deletion(1)).ok)
  t.match(world.lastChanges(), [{ action: 'filter.deleted', before: { id: 1 }, after: null }])
  t.strictSame(refusalFor(world, ANNA, deletion(1)), notFound)
  t.ok(asUser(world, ADMIN, deletion(2)).ok)
  t.strictSame(left(world, ANNA), [])
})
