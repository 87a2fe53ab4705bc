import t from 'tap'
import { SHARE_TTL_MS_MAX, SHARES_MAX, VIEWS_OF_COMMAND_MAX } from '../../src/ledger/index.js'
import { asUser } from './office.js'
import {
  ADMIN,
  ANNA,
  BEN,
  refusalFor,
  region,
  resultFor,
  share,
  TOKEN,
  worldOfUsers,
} from './personal.js'
import { allocate, block, pool, release, START_MS, type World } from './world.js'

const token = (n: number) => `${TOKEN}${n}`

function shared(world: World, userId: number, n = 0) {
  return resultFor(world, userId, share({ token: token(n) }), 'share').share
}

t.test('a share is made for a while, and says nothing of its token afterwards', async t => {
  const world = worldOfUsers()
  const { id: resourceId } = region(world, '10.5.23.0/24')
  const command = share({ resourceId, description: 'für “ü”' })
  const made = resultFor(world, ANNA, command, 'share').share
  t.strictSame(made, {
    id: 1,
    resourceType: 'region',
    resourceId,
    description: 'für “ü”',
    userId: ANNA,
    username: 'anna',
    viewCount: 0,
    lastViewedMs: null,
    createdMs: START_MS,
    expiresMs: START_MS + 60_000,
    revision: world.revision,
  })
  t.strictSame(world.rows.personal.shareByToken(TOKEN), { ...made, token: TOKEN })
  const [change] = world.lastChanges()
  t.match(change, { action: 'share.created', entityId: 1, before: null, after: { id: 1 } })
  t.notMatch(JSON.stringify(world.rows.changes()), TOKEN)
})

t.test('countries, regions and hosts can be shared as long as they are there', async t => {
  const world = worldOfUsers()
  const { id: regionId } = region(world, '10.5.23.0/24')
  const plain = world.network('10.6.0.0/24')
  const outside = world.allocation(allocate(plain.id))
  const inner = world.network('10.5.23.128/25')
  const host = world.allocation(allocate(regionId))
  const innerHost = world.allocation(allocate(inner.id, { count: 3 }))
  const gone = world.allocation(allocate(regionId))
  world.result(release(gone.id))
  let made = 0
  const of = (resourceType: 'country' | 'region' | 'host', resourceId: number) =>
    share({ resourceType, resourceId, token: token(++made) })
  for (const command of [of('country', 1), of('region', regionId)])
    t.ok(asUser(world, ANNA, command).ok)
  for (const { id } of [host, innerHost]) t.ok(asUser(world, ANNA, of('host', id)).ok)
  for (const command of [
    of('country', 16),
    of('region', plain.id),
    of('region', 99),
    of('region', 0.5),
    of('host', outside.id),
    of('host', gone.id),
    of('host', 99),
  ]) {
    const { resourceType, resourceId: id } = command
    t.strictSame(refusalFor(world, ANNA, command), {
      ...{ code: 'resource-not-found', resourceType, id },
    })
  }
})

t.test('a block is no host', async t => {
  const world = worldOfUsers()
  world.pool(pool('p', '10.5.23.0/24'))
  region(world, '10.5.23.0/24')
  world.block(block('p', 28))
  const command = share({ resourceType: 'host', resourceId: 1 })
  t.match(refusalFor(world, ANNA, command), { code: 'resource-not-found' })
})

t.test('tokens, times and descriptions out of bounds are refused', async t => {
  const world = worldOfUsers()
  region(world, '10.5.23.0/24')
  for (const [field, set] of [
    ['token', { token: 'short' }],
    ['token', { token: 'a'.repeat(101) }],
    ['token', { token: `${TOKEN}/` }],
    ['token', { token: `${TOKEN}\n` }],
    ['ttlMs', { ttlMs: 0 }],
    ['ttlMs', { ttlMs: 1.5 }],
    ['ttlMs', { ttlMs: SHARE_TTL_MS_MAX + 1 }],
    ['description', { description: 'x'.repeat(501) }],
  ] as const) {
    const refusal = refusalFor(world, ANNA, share(set))
    t.match(refusal, { code: 'invalid', field }, JSON.stringify(set))
    t.notMatch(JSON.stringify(refusal), TOKEN)
  }
  t.equal(shared(world, ANNA).id, 1, 'nothing was made')
  t.match(refusalFor(world, BEN, share({ token: token(0) })), { code: 'invalid', field: 'token' })
  const longest = share({ token: token(1), ttlMs: SHARE_TTL_MS_MAX, description: 'x'.repeat(500) })
  t.ok(asUser(world, ANNA, longest).ok)
})

t.test('a user has so many shares and no more', async t => {
  const world = worldOfUsers()
  region(world, '10.5.23.0/24')
  for (let n = 0; n < SHARES_MAX; n += 1) shared(world, ANNA, n)
  const more = share({ token: token(SHARES_MAX) })
  t.strictSame(refusalFor(world, ANNA, more), {
    ...{ code: 'too-many-personal', noun: 'shares', max: SHARES_MAX },
  })
  t.ok(asUser(world, BEN, more).ok)
})

t.test('a share is revoked by its user or an admin; to others it is not there', async t => {
  const world = worldOfUsers()
  region(world, '10.5.23.0/24')
  for (const n of [1, 2]) shared(world, ANNA, n)
  const revoke = (id: number) => ({ type: 'share.revoke', id }) as const
  const notFound = (id: number) => ({ code: 'personal-not-found', noun: 'share', id })
  t.strictSame(refusalFor(world, BEN, revoke(1)), notFound(1))
  t.strictSame(refusalFor(world, ADMIN, revoke(9)), notFound(9))
  t.strictSame(world.refusal(revoke(1)), { code: 'not-signed-in' })
  t.strictSame(world.refusal(share()), { code: 'not-signed-in' })
  t.ok(asUser(world, ANNA, revoke(1)).ok)
  t.match(world.lastChanges(), [
    { action: 'share.revoked', entityId: 1, before: { id: 1 }, after: null },
  ])
  t.equal(world.rows.personal.shareByToken(token(1)), null)
  t.ok(asUser(world, ADMIN, revoke(2)).ok)
  t.strictSame(refusalFor(world, ANNA, revoke(2)), notFound(2))
})

t.test('views are counted and leave no history; what is gone is passed over', async t => {
  const world = worldOfUsers()
  region(world, '10.5.23.0/24')
  const { revision } = shared(world, ANNA)
  world.timeMs += 5
  const view = (id: number, count: number) => ({ id, count })
  const viewed = (views: { id: number; count: number }[]) =>
    ({ type: 'shares.viewed', views }) as const
  t.strictSame(world.result(viewed([view(1, 2), view(9, 1), view(1, 3)])), { type: 'none' })
  t.match(world.rows.personal.share(1), { viewCount: 5, lastViewedMs: START_MS + 5, revision })
  t.strictSame(world.lastChanges(), [])
  for (const count of [0, -1, 0.5, 2 ** 60])
    t.match(world.refusal(viewed([view(1, 1), view(1, count)])), { code: 'invalid' })
  t.equal(world.rows.personal.share(1)?.viewCount, 5)
  world.result(viewed([view(1, Number.MAX_SAFE_INTEGER)]))
  t.equal(world.rows.personal.share(1)?.viewCount, Number.MAX_SAFE_INTEGER)
  const many = Array.from({ length: VIEWS_OF_COMMAND_MAX + 1 }, () => view(9, 1))
  t.match(world.refusal(viewed(many)), { code: 'too-many-rows', rows: VIEWS_OF_COMMAND_MAX + 1 })
})
