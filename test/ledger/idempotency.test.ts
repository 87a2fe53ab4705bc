import t from 'tap'
import { allocate, network, release, World } from './world.js'

const key = (requestHash: string, scopeHash = 'scope') => ({ scopeHash, requestHash })

t.test('the same key and body get the first answer with both revisions', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const first = world.run(allocate(1), key('body'))
  t.match(first, { ok: true, revision: 3, originalRevision: 3 })
  world.timeMs += 5000
  world.run(release(1))
  const again = world.run(allocate(1), key('body'))
  t.strictSame(again, { ...first, revision: 5 })
  t.strictSame(world.lastChanges(), [])
  t.strictSame(world.run(allocate(1), key('body')), { ...first, revision: 6 })
  t.equal(world.figures(1), '254 0 0 254')
})

t.test('a key is not to be used for another body', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const first = world.run(allocate(1), key('body'))
  const refused = world.run(allocate(1, { count: 2 }), key('other'))
  const refusal = { code: 'idempotency-key-reused' } as const
  t.strictSame(refused, { revision: 4, originalRevision: 4, ok: false, refusal })
  t.equal(world.figures(1), '254 1 0 253')
  t.strictSame(world.run(allocate(1), key('body')), { ...first, revision: 5 }, 'the key stays')
  t.match(world.run(allocate(1), key('other', 'another scope')), { ok: true })
})

t.test('a refusal is replayed too, even when it would be granted by now', async t => {
  const world = new World()
  const missing = world.run(allocate(1), key('body'))
  t.match(missing, { ok: false, revision: 2, refusal: { code: 'network-not-found' } })
  world.network('10.0.0.0/24')
  t.strictSame(world.run(allocate(1), key('body')), { ...missing, revision: 4 })
  t.match(world.run(allocate(1), key('body', 'new key')), { ok: true })
})

t.test('a retry of the same request is told apart from a replay of its key', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const request = world.request(network('10.1.0.0/24'), { idempotency: key('body') })
  const first = world.apply(request)
  t.strictSame(world.apply(request), first, 'the session answers with the first revision')
  const replay = world.request(network('10.1.0.0/24'), { idempotency: key('body') })
  const replayed = world.apply(replay)
  t.match(replayed, { ok: true, revision: 5, originalRevision: 3 })
  t.strictSame(world.apply(replay), replayed)
})

t.test('what a request that is stale asked for is not kept under its key', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const late = world.request(allocate(1), { sequence: 0, idempotency: key('body') })
  t.match(world.apply(late), { ok: false, refusal: { code: 'stale-request' } })
  t.equal(world.rows.idempotencyRecord('scope'), null)
  t.match(world.run(allocate(1), key('body')), { ok: true })
})
