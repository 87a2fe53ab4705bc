import t from 'tap'
import { BULK_STEPS_MAX, type BulkCommand } from '../../src/ledger/index.js'
import { allocate, expire, network, release, World } from './world.js'

const bulk = (...steps: BulkCommand['steps']) => ({ type: 'bulk', steps }) as const

t.test('every step is done, each seeing the steps before it, as one entry', async t => {
  const world = new World()
  world.network('10.0.0.0/29')
  world.allocation(allocate(1, { ip: '10.0.0.1' }, { hostname: 'old' }))
  const result = world.result(
    bulk(release(1), allocate(1, { count: 2 }), allocate(1, { ip: '10.0.0.3' }), release(2)),
  )
  const shown = result.type === 'bulk' ? result.allocations : []
  t.match(shown, [
    { id: 1, status: 'released', revision: world.revision },
    { id: 2, first: 0x0a000001n, status: 'allocated' },
    { id: 3, first: 0x0a000003n, status: 'allocated' },
    { id: 2, status: 'released' },
  ])
  t.strictSame(
    world.lastChanges().map(({ revision, n, action }) => [revision, n, action]),
    [
      [world.revision, 0, 'allocation.released'],
      [world.revision, 1, 'allocation.created'],
      [world.revision, 2, 'allocation.created'],
      [world.revision, 3, 'allocation.released'],
    ],
  )
  t.equal(world.figures(1), '6 1 0 5')
})

t.test('a step that is refused undoes the steps before it, wholly', async t => {
  const world = new World()
  world.network('10.0.0.0/28')
  world.network(network('10.0.1.0/28', { holdHours: 1 }))
  world.allocation(allocate(1, { prefixLength: 30 }))
  world.allocation(allocate(2, { count: 3 }))
  const figures = () => [world.figures(1), world.figures(2)]
  const before = { figures: figures(), rows: world.rows.allocations() }
  const refusal = world.refusal(
    bulk(release(1), allocate(1, { count: 9 }), release(2), allocate(2), allocate(1, { count: 9 })),
  )
  t.strictSame(refusal, {
    code: 'step-refused',
    step: 4,
    refusal: { code: 'no-space', networkId: 1, wanted: '9', free: '5' },
  })
  t.strictSame({ figures: figures(), rows: world.rows.allocations() }, before)
  t.strictSame(world.lastChanges(), [])
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  t.equal(world.allocation(allocate(1)).id, 3, 'numbers of undone steps are given again')
  t.strictSame(world.result(expire()), { type: 'slice', rows: 0, more: false })
})

t.test('the first refused step is named', async t => {
  const world = new World()
  world.network('10.0.0.0/29')
  world.allocation(allocate(1))
  const ended = { code: 'allocation-ended', id: 1, status: 'released' }
  t.strictSame(world.refusal(bulk(release(1), release(1), release(9))), {
    code: 'step-refused',
    step: 1,
    refusal: ended,
  })
  t.strictSame(world.refusal(bulk(allocate(7))), {
    code: 'step-refused',
    step: 0,
    refusal: { code: 'network-not-found', id: 7 },
  })
})

t.test('a bulk holds one step to four hundred', async t => {
  const world = new World()
  world.network('10.0.0.0/16')
  const steps = (count: number) => Array.from({ length: count }, () => allocate(1))
  const many = { code: 'too-many-rows', rows: BULK_STEPS_MAX + 1, rowsMax: BULK_STEPS_MAX }
  t.strictSame(world.refusal(bulk(...steps(BULK_STEPS_MAX + 1))), many)
  t.match(world.refusal(bulk()), { code: 'invalid', field: 'steps' })
  t.equal(world.run(bulk(...steps(BULK_STEPS_MAX))).ok, true)
  t.equal(world.ledger.statistics(1)?.allocated, BigInt(BULK_STEPS_MAX))
})
