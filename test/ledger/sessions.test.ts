import t from 'tap'
import { COMMAND_VERSION, type Request } from '../../src/ledger/index.js'
import { allocate, World } from './world.js'

function setUp() {
  const world = new World()
  world.network('10.0.0.0/24')
  const request = (set: Partial<Request>) => {
    const session = { nodeId: 7, start: 1 }
    return world.request(allocate(1), { session, awaitedFrom: 0, ...set })
  }
  const taken = () => Number(world.ledger.statistics(1)?.allocated)
  const kept = () => {
    const session = world.rows.image().sessions.find(({ nodeId }) => nodeId === 7)
    const sequences = [...(session?.outcomes.keys() ?? [])].sort((a, b) => a - b)
    return { start: session?.start, awaitedFrom: session?.awaitedFrom, sequences }
  }
  return { world, request, taken, kept }
}

const stale = (revision: number) => {
  return { revision, originalRevision: revision, ok: false, refusal: { code: 'stale-request' } }
}

t.test('a request that comes twice is applied once and answered alike', async t => {
  const { world, request, taken } = setUp()
  const first = world.apply(request({ sequence: 0 }))
  const second = world.apply(request({ sequence: 0 }))
  t.strictSame(second, first)
  t.equal(second.revision, 3, 'the entry that decided it')
  t.strictSame(world.lastChanges(), [])
  t.equal(taken(), 1)
})

t.test('a refusal is kept like any other answer', async t => {
  const { world, request } = setUp()
  const wrong = request({ sequence: 0, command: allocate(99) })
  const refused = world.apply(wrong)
  t.match(refused, { ok: false, refusal: { code: 'network-not-found' } })
  t.strictSame(world.apply(wrong), refused)
})

t.test('outcomes are forgotten below the lowest sequence that is awaited', async t => {
  const { world, request, taken, kept } = setUp()
  for (const sequence of [0, 1, 2, 5]) world.apply(request({ sequence }))
  t.strictSame(kept(), { start: 1, awaitedFrom: 0, sequences: [0, 1, 2, 5] })
  world.apply(request({ sequence: 6, awaitedFrom: 2 }))
  t.strictSame(kept(), { start: 1, awaitedFrom: 2, sequences: [2, 5, 6] })
  t.strictSame(world.apply(request({ sequence: 1 })), stale(world.revision))
  t.strictSame(world.lastChanges(), [])
  world.apply(request({ sequence: 4, awaitedFrom: 1 }))
  t.strictSame(kept(), { start: 1, awaitedFrom: 2, sequences: [2, 4, 5, 6] }, 'the mark only rises')
  world.apply(request({ sequence: 1000, awaitedFrom: 1000 }))
  t.strictSame(kept(), { start: 1, awaitedFrom: 1000, sequences: [1000] })
  t.equal(taken(), 7)
})

t.test('a request below its own mark is applied as nothing', async t => {
  const { world, request, taken } = setUp()
  t.strictSame(world.apply(request({ sequence: 3, awaitedFrom: 4 })), stale(world.revision))
  t.strictSame(world.apply(request({ sequence: 7, awaitedFrom: 9 })), stale(world.revision))
  t.equal(taken(), 0)
})

t.test('a newer start of a node drops its older session, and only its own', async t => {
  const { world, request, taken, kept } = setUp()
  const other = world.apply(request({ sequence: 0, session: { nodeId: 8, start: 1 } }))
  world.apply(request({ sequence: 0 }))
  const fresh = request({ sequence: 0, session: { nodeId: 7, start: 2 } })
  t.match(world.apply(fresh), { ok: true, revision: world.revision })
  t.strictSame(kept(), { start: 2, awaitedFrom: 0, sequences: [0] })
  t.strictSame(world.apply(request({ sequence: 0 })), stale(world.revision))
  t.strictSame(world.apply(request({ sequence: 1 })), stale(world.revision))
  t.equal(taken(), 3)
  const again = request({ sequence: 0, session: { nodeId: 8, start: 1 } })
  t.strictSame(world.apply(again), other)
})

t.test('a ledger that was opened anew answers as the one before', async t => {
  const { world, request, taken } = setUp()
  const answers = [0, 1, 2].map(sequence => world.apply(request({ sequence })))
  world.apply(request({ sequence: 3, awaitedFrom: 1 }))
  world.ledger = world.reopened()
  t.strictSame(world.apply(request({ sequence: 2 })), answers[2])
  t.strictSame(world.apply(request({ sequence: 0 })), stale(world.revision))
  t.equal(taken(), 4)
})

t.test('what this program does not know stops it', async t => {
  const { world, request } = setUp()
  t.throws(
    () => world.apply(request({ sequence: 0, version: COMMAND_VERSION + 1 })),
    new RegExp(`command version ${COMMAND_VERSION + 1} is not known`),
  )
  t.throws(
    () => world.apply(request({ sequence: 1, version: 0 })),
    /command version 0 is not known/,
  )
  const strange = { type: 'network.explode' } as unknown as Request['command']
  t.throws(() => world.apply(request({ sequence: 2, command: strange })), /unknown command/)
  const steps = [{ type: 'vrf.create', name: 'x', description: null }]
  const odd = { type: 'bulk', steps } as unknown as Request['command']
  t.throws(() => world.apply(request({ sequence: 3, command: odd })), /unknown step of a bulk/)
})
