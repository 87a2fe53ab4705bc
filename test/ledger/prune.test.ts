import t from 'tap'
import { allocate, START_MS, World } from './world.js'

const prune = (beforeMs: number, rowsMax = 1000) =>
  ({ type: 'prune', changesBeforeMs: beforeMs, idempotencyBeforeMs: beforeMs, rowsMax }) as const
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
