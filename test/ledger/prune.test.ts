import t from 'tap'
import { allocate, START_MS, World } from './world.js'

const prune = (beforeMs: number, rowsMax = 1000) =>
  ({
    type: 'prune',
    changesBeforeMs: beforeMs,
    changesMax: null,
    idempotencyBeforeMs: beforeMs,
    idempotencyMax: null,
    rowsMax,
  }) as const
const keep = (changesMax: number | null, idempotencyMax: number | null, rowsMax = 1000) =>
  ({ ...prune(0, rowsMax), changesMax, idempotencyMax }) as const
const slice = (rows: number, more: boolean) => ({ type: 'slice', rows, more })

t.test('history goes first, then keys, within one limit', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const key = (scopeHash: string) => ({ scopeHash, requestHash: 'r' })
  world.run(allocate(1), key('a'))
  world.timeMs += 1000
  world.run(allocate(1), key('b'))
  t.strictSame(world.result(prune(START_MS)), slice(0, false), 'nothing is older')
  t.strictSame(world.lastChanges(), [])

  t.strictSame(world.result(prune(START_MS + 1, 3)), slice(3, true))
  t.match(world.lastChanges(), [
    {
      action: 'history.pruned',
      entity: 'cluster',
      entityId: 100,
      before: null,
      after: { changes: 3, before: '2024-01-15T10:30:00.001Z' },
    },
  ])
  t.strictSame(world.result(prune(START_MS + 1, 3)), slice(2, false), 'a Change and a key')
  t.equal(world.rows.idempotencyRecord('a'), null)
  t.equal(world.rows.idempotencyRecord('b')?.timeMs, START_MS + 1000)
  t.strictSame(world.result(prune(START_MS + 1, 3)), slice(0, false))
  t.equal(world.run(allocate(1), key('a')).ok, true)
  t.equal(world.figures(1), '254 3 0 251', 'a key that was forgotten is new')
})

t.test('each limit goes by its own time', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.run(allocate(1), { scopeHash: 'a', requestHash: 'r' })
  const keysOnly = { ...prune(START_MS + 1), changesBeforeMs: 0 }
  t.strictSame(world.result(keysOnly), slice(1, false))
  t.strictSame(world.lastChanges(), [], 'forgetting keys is not history')
  t.match(world.refusal(prune(1, 0)), { code: 'invalid', field: 'rowsMax', value: '0' })
})

t.test('what is more than may be kept goes, the oldest first, however young it is', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  for (const key of ['a', 'b', 'c', 'd']) {
    world.timeMs += 1000
    world.run(allocate(1), { scopeHash: key, requestHash: 'r' })
  }
  // Genesis wrote two Changes, the network one, each allocation one.
  t.equal(world.rows.changeCount(), 7)
  t.strictSame(world.result(keep(7, 4)), slice(0, false), 'no more than may be kept')
  t.strictSame(world.result(keep(null, null)), slice(0, false), 'any number may be kept')
  t.strictSame(world.lastChanges(), [])

  t.strictSame(world.result(keep(null, 3)), slice(1, false))
  t.strictSame(world.lastChanges(), [], 'forgetting keys is not history')
  t.equal(world.rows.idempotencyRecord('a'), null)

  t.strictSame(world.result(keep(2, 1, 3)), slice(3, true), 'a slice of a larger excess')
  t.match(world.lastChanges(), [
    { action: 'history.pruned', before: null, after: { changes: 3, kept_max: 2 } },
  ])
  t.strictSame(world.result(keep(2, 1, 10)), slice(5, false), 'three Changes and two keys')
  t.equal(world.rows.changeCount(), 3, 'two, and the line that tells of it')
  t.equal(world.rows.idempotencyCount(), 1)
  t.ok(world.rows.idempotencyRecord('d') !== null)
  t.match(world.refusal(keep(-1, null)), { code: 'invalid', field: 'changesMax', value: '-1' })
  t.match(world.refusal(keep(null, 0.5)), { code: 'invalid', field: 'idempotencyMax' })
})
