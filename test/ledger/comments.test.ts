import t from 'tap'
import { COMMENTS_MAX } from '../../src/ledger/index.js'
import { comment, hosts, hostsOf, region, retire } from './regions-world.js'
import { allocate, release, World } from './world.js'

function worldWithHost(): World {
  const world = new World()
  world.network(region('10.5.23.0/24'))
  hostsOf(world, hosts(1, ['a']))
  return world
}

t.test('a comment is kept with its author, and is a Change', async t => {
  const world = worldWithHost()
  const origin = { actor: 'bob', userId: 7, clientAddress: null, userAgent: null }
  const outcome = world.apply(world.request(comment('host', 1, 'a\nb'), { origin }))
  const wanted = {
    id: 1,
    resourceType: 'host',
    resourceId: 1,
    userId: 7,
    author: 'bob',
    text: 'a\nb',
    createdMs: world.timeMs,
  } as const
  t.match(outcome, { ok: true, result: { type: 'comment', comment: wanted } })
  t.strictSame(world.rows.regions.comments(), [wanted])
  t.match(world.lastChanges(), [
    { action: 'comment.created', entityId: 1, before: null, after: { author: 'bob' } },
  ])
  world.result(comment('region', 1))
  t.match(world.rows.regions.comments()[1], {
    resourceType: 'region',
    userId: null,
    author: 'alice',
  })
})

t.test('what is not there is not spoken of', async t => {
  const world = worldWithHost()
  world.network('10.6.0.0/24')
  world.allocation(allocate(2))
  t.strictSame(world.refusal(comment('region', 2)), { code: 'region-not-found', id: 2 })
  t.strictSame(world.refusal(comment('host', 2)), { code: 'host-not-found', id: 2 })
  world.result(release(1))
  t.strictSame(world.refusal(comment('host', 1)), { code: 'host-not-found', id: 1 })
  world.result(retire(1))
  t.strictSame(world.refusal(comment('region', 1)), { code: 'region-not-found', id: 1 })
})

t.test('a comment says something, and not too much', async t => {
  const world = worldWithHost()
  for (const text of ['', ' \n ', 'a'.repeat(2001), '\ud800']) {
    t.match(world.refusal(comment('host', 1, text)), { code: 'invalid', field: 'text' })
  }
  world.result(comment('host', 1, 'ü'.repeat(2000)))
})

t.test('there are at most so many of one thing', async t => {
  const world = worldWithHost()
  for (let n = 0; n < COMMENTS_MAX; n += 1) world.result(comment('region', 1))
  const full = { code: 'too-many-comments', max: COMMENTS_MAX }
  t.strictSame(world.refusal(comment('region', 1)), full)
  world.result(comment('host', 1))
})
