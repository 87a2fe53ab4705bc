import t from 'tap'
import type { Command } from '../../src/ledger/index.js'
import {
  allocate,
  block,
  deletePool,
  expire,
  HOUR_MS,
  number,
  numberPool,
  pool,
  release,
  renew,
  sweep,
  World,
} from './world.js'

const removeNumbers = (name: string): Command => {
  return { type: 'number-pool.delete', name, ifRevision: null }
}
const slice = (rows: number, more: boolean) => ({ type: 'slice', rows, more })

function blocks(world: World, name: string, count: number, ttlMs: number | null = null): void {
  for (let at = 0; at < count; at += 1) world.result(block(name, 32, { ttlMs }))
}
function numbers(world: World, name: string, count: number): void {
  for (let at = 0; at < count; at += 1) world.number(number(name))
}
const liveBlocks = (world: World) =>
  world.rows.allocations().filter(claim => claim.status === 'allocated').length

t.test('a deletion ends 900 blocks itself, and the rest are gone to readers at once', async t => {
  const world = new World()
  world.network('10.0.0.0/8')
  world.pool(pool('a', '10.0.0.0/16'))
  blocks(world, 'a', 1000)
  const inside = world.network('10.0.3.231/32')
  const deletedMs = world.timeMs
  world.result(deletePool('a'))
  t.equal(world.lastChanges().length, 902)
  t.equal(liveBlocks(world), 100)
  t.equal(world.ledger.deletionsWait(), true)
  t.equal(world.figures(1), '16777213 0 0 16777213')
  t.equal(world.parent(inside.id), 1)
  t.strictSame(world.refusal(release(1000)), {
    code: 'allocation-ended',
    id: 1000,
    status: 'released',
  })
  t.equal(world.refusal(renew(1000, null)).code, 'allocation-ended')
  const edit = { type: 'allocation.update', id: 1000, ifRevision: null, set: {} } as const
  t.equal(world.refusal(edit).code, 'allocation-ended')

  world.timeMs += HOUR_MS
  world.ledger = world.reopened()
  t.equal(world.figures(1), '16777213 0 0 16777213', 'a node that opens knows it too')
  t.strictSame(world.result(sweep(60)), slice(60, true))
  t.match(world.lastChanges()[0], {
    action: 'allocation.released',
    entityId: 901,
    timeMs: world.timeMs,
  })
  t.match(world.rows.allocation(901), {
    status: 'released',
    releasedMs: deletedMs,
    heldUntilMs: null,
    revision: world.revision,
  })
  t.strictSame(world.result(sweep(40)), slice(40, true), 'that it is over is a row too')
  t.strictSame(world.result(sweep(40)), slice(1, false))
  t.strictSame(world.lastChanges(), [])
  t.equal(liveBlocks(world), 0)
  t.equal(world.ledger.deletionsWait(), false)
  t.strictSame(world.rows.deletions(9), [])
  t.strictSame(world.result(sweep()), slice(0, false))
  t.equal(
    world.block(block(world.pool(pool('a', '10.0.0.0/16')).pool?.name ?? '', 32)),
    '10.0.0.0/32',
  )
})

t.test('exactly 900 claims leave nothing to sweep', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/16'))
  blocks(world, 'a', 900)
  world.result(numberPool('n', { rangeEnd: 5000 }))
  numbers(world, 'n', 900)
  world.result(deletePool('a'))
  world.result(removeNumbers('n'))
  t.equal(world.ledger.deletionsWait(), false)
  t.strictSame(world.rows.deletions(9), [])
})

t.test('a lease that runs out before the sweep comes to it was released with its pool', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/16'))
  blocks(world, 'a', 905, HOUR_MS)
  const deletedMs = world.timeMs
  world.result(deletePool('a'))
  world.timeMs += HOUR_MS
  t.strictSame(world.result(expire(3)), slice(3, true))
  t.match(world.lastChanges()[0], { action: 'allocation.released', entityId: 901 })
  t.match(world.rows.allocation(901), { status: 'released', releasedMs: deletedMs })
  t.strictSame(world.result(expire()), slice(2, false))
  t.strictSame(world.result(sweep()), slice(1, false))
})

t.test('blocks of a deleted pool are not held back', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/16'))
  const hold = { type: 'network.update', id: 1, ifRevision: null, set: { holdHours: 5 } } as const
  world.result(hold)
  blocks(world, 'a', 901)
  world.result(release(1))
  world.result(deletePool('a'))
  t.match(world.rows.allocation(1), { status: 'released', heldUntilMs: world.timeMs + 5 * HOUR_MS })
  t.match(world.rows.allocation(2), { status: 'released', heldUntilMs: null })
})

t.test('numbers of a deleted pool stay taken until they are swept', async t => {
  const world = new World()
  world.result(numberPool('a', { rangeEnd: 4999 }))
  world.result(numberPool('b', { rangeEnd: 999 }))
  numbers(world, 'a', 950)
  const deletedMs = world.timeMs
  world.result(removeNumbers('a'))
  t.equal(world.lastChanges().length, 901)
  t.equal(world.poolFigures('b'), '1000 0 950', 'those that were ended are free at once')
  t.match(world.refusal(number('b', '65000:949')), {
    code: 'number-taken',
    holder: 'number 950 of the deleted pool a',
  })
  world.result(numberPool('a', { administrator: '1' }))
  world.timeMs += HOUR_MS
  world.ledger = world.reopened()
  t.equal(world.poolFigures('b'), '1000 0 950')
  t.strictSame(world.result(sweep(50)), slice(50, true))
  t.match(world.lastChanges()[0], { action: 'number.released', before: { pool_name: 'a' } })
  t.match(world.rows.numbers()[949], { status: 'released', releasedMs: deletedMs })
  t.equal(world.poolFigures('b'), '1000 0 1000')
  t.strictSame(world.result(sweep(50)), slice(1, false))
})

t.test('the oldest deletion is ended first, and a slice goes on to the next', async t => {
  const world = new World()
  world.result(numberPool('n', { rangeEnd: 4999 }))
  numbers(world, 'n', 905)
  world.pool(pool('a', '10.0.0.0/16'))
  blocks(world, 'a', 903)
  world.result(removeNumbers('n'))
  world.result(deletePool('a'))
  t.strictSame(world.result(sweep(7)), slice(7, true))
  t.strictSame(
    world.lastChanges().map(change => change.action),
    [...Array(5).fill('number.released'), 'allocation.released'],
  )
  t.strictSame(world.result(sweep(7)), slice(3, false))
})

t.test('a slice has at least one row and at most 1,000', async t => {
  const world = new World()
  for (const rowsMax of [0, -1, 1001, 1.5]) {
    t.match(world.refusal(sweep(rowsMax)), { code: 'invalid', field: 'rowsMax' })
  }
})

t.test('allocations in a network beside it have nothing to do with a deletion', async t => {
  const world = new World()
  world.network('10.0.0.0/8')
  world.pool(pool('a', '10.0.0.0/16'))
  blocks(world, 'a', 901)
  world.result(deletePool('a'))
  const taken = world.allocation(allocate(1, { ip: '10.0.3.132' }))
  t.equal(taken.id, 902, 'the address of a block that waits is free')
  world.result(sweep())
  t.equal(world.rows.allocation(902)?.status, 'allocated')
  t.equal(world.figures(1), '16777214 1 0 16777213')
})
