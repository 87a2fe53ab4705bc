import t from 'tap'
import type { Command, Principal } from '../../src/ledger/index.js'
import { HOUR_MS, network, World } from './world.js'

const BOOTSTRAP: Command = {
  type: 'user.bootstrap',
  username: 'admin',
  email: 'a@b',
  passwordHash: 'first',
}
const token = (set: Partial<Extract<Command, { type: 'api-token.create' }>> = {}): Command => ({
  type: 'api-token.create',
  userId: 1,
  description: null,
  hash: 'hash-1',
  hint: 'ipam_abcd',
  addresses: [],
  ttlMs: null,
  ...set,
})
const tidy = (rowsMax = 100, failuresBeforeMs = 0): Command => ({
  type: 'identity.tidy',
  failuresBeforeMs,
  rowsMax,
})
const rotate = (id: string, onlyFirst = false): Command => ({
  type: 'signing-key.rotate',
  id,
  secret: `secret of ${id}`,
  keepMs: HOUR_MS,
  onlyFirst,
})

function started(): World {
  const world = new World()
  world.result(BOOTSTRAP)
  return world
}

t.test('an API token is made, found by its hash, and revoked', async t => {
  const world = started()
  t.match(world.result(token({ addresses: ['10.0.0.0/8'], ttlMs: HOUR_MS })), {
    type: 'api-token',
    token: { id: 1, userId: 1, expiresMs: world.timeMs + HOUR_MS, addresses: ['10.0.0.0/8'] },
  })
  const identities = world.ledger.identities()
  t.equal(identities.apiTokenByHash('hash-1')?.id, 1)
  t.notMatch(JSON.stringify(world.rows.changes()), /hash-1/)
  t.strictSame(world.result({ type: 'api-token.revoke', id: 1 }), { type: 'none' })
  t.equal(identities.apiTokenByHash('hash-1'), null)
  t.strictSame(world.refusal({ type: 'api-token.revoke', id: 1 }), {
    code: 'api-token-not-found',
    id: 1,
  })
})

t.test('bad API tokens are refused by name, and there are at most 50 of a user', async t => {
  const world = started()
  t.strictSame(world.refusal(token({ userId: 7 })), { code: 'user-not-found', id: 7 })
  t.match(world.refusal(token({ ttlMs: 0 })), { code: 'invalid', field: 'ttlMs' })
  t.match(world.refusal(token({ addresses: ['10.0.0.300/8'] })), { field: 'addresses' })
  t.match(world.refusal(token({ addresses: Array(33).fill('10.0.0.0/8') })), { field: 'addresses' })
  for (let n = 0; n < 50; n++) world.result(token({ hash: `h${n}` }))
  t.strictSame(world.refusal(token({ hash: 'one more' })), {
    code: 'too-many-api-tokens',
    userId: 1,
    max: 50,
  })
})

t.test('the newest key signs; the one before it verifies for a while', async t => {
  const world = started()
  world.result(rotate('k1', true))
  world.result(rotate('k0', true))
  const keys = () =>
    world.ledger
      .identities()
      .signingKeys()
      .map(({ id, retiresMs }) => [id, retiresMs])
  t.strictSame(keys(), [['k1', null]], 'a first key is made once')
  world.result(rotate('k0'))
  t.strictSame(keys(), [
    ['k1', world.timeMs + HOUR_MS],
    ['k0', null],
  ])
  world.result(rotate('k1'))
  t.equal(keys().at(-1)?.[0], 'k0', 'a key that is known is not made again')
  world.timeMs += HOUR_MS
  world.result(tidy())
  t.strictSame(keys(), [['k0', null]])
  t.notMatch(JSON.stringify(world.rows.changes()), /secret of/)
  for (let n = 2; n <= 16; n++) world.result(rotate(`n${n}`))
  t.match(world.refusal(rotate('one more')), { code: 'invalid', field: 'keys' })
  t.strictSame(world.reopened().identities().signingKeys(), world.ledger.identities().signingKeys())
})

t.test('what is over is tidied away in slices, in an order that memory does not tell', async t => {
  const world = started()
  const revoke = (tokenId: string, expiresMs: number): Command => ({
    type: 'access-token.revoke',
    tokenId,
    expiresMs,
  })
  for (const id of ['c', 'a', 'b']) world.result(revoke(id, world.timeMs + 10))
  world.result(revoke('late', world.timeMs + HOUR_MS))
  world.result(revoke('over', world.timeMs))
  t.notOk(world.ledger.identities().isRevoked('over'), 'what is over anyway is not kept')
  world.result(token({ ttlMs: 10 }))
  world.timeMs += 10
  t.strictSame(world.result(tidy(2)), { type: 'slice', rows: 3, more: true })
  t.strictSame(
    ['a', 'b', 'c', 'late'].map(id => world.ledger.identities().isRevoked(id)),
    [false, false, true, true],
  )
  t.match(world.lastChanges(), [{ action: 'api-token.revoked', entityId: 1 }])
  t.strictSame(world.result(tidy(2)), { type: 'slice', rows: 1, more: false })
  t.match(world.refusal(tidy(251)), { code: 'invalid', field: 'rowsMax' })
})

t.test('whoever may no more is refused where the command is decided', async t => {
  const world = started()
  world.result({
    ...BOOTSTRAP,
    type: 'user.create',
    username: 'm',
    role: 'manager',
    theme: 'dark',
  } as Command)
  world.result(token({ userId: 2, ttlMs: HOUR_MS }))
  const access: Principal = {
    kind: 'access',
    userId: 2,
    tokenId: 't1',
    epoch: 1,
    permission: 'update',
  }
  const api: Principal = { kind: 'api', userId: 2, apiTokenId: 1, permission: 'update' }
  let third = 0
  const ask = (principal: Principal) =>
    world.apply(world.request(network(`10.${third++}.0.0/16`), { principal }))
  const allowed = (principal: Principal, why: string) => t.ok(ask(principal).ok, why)
  const refused = (principal: Principal, code: string, why: string) =>
    t.match(ask(principal), { ok: false, refusal: { code } }, why)

  allowed(access, 'a manager may update')
  t.equal(world.lastChanges()[0]?.origin.userId, 2, 'history names him by id')
  allowed(api, 'by API token too')
  refused({ ...access, permission: 'admin' }, 'not-permitted', 'he is no admin')
  refused({ ...access, userId: 9 }, 'not-signed-in', 'nobody has that id')
  refused({ ...api, userId: 1 }, 'not-signed-in', 'it is not his token')
  world.result({ type: 'access-token.revoke', tokenId: 't1', expiresMs: world.timeMs + 1 })
  refused(access, 'not-signed-in', 'logged out')
  const second = { ...access, tokenId: 't2' }
  allowed(second, 'his other token goes on')
  world.result({ type: 'user.update', id: 2, ifRevision: null, set: { role: 'user' } })
  refused(second, 'not-permitted', 'he may only read from now on')
  world.result({ type: 'user.update', id: 2, ifRevision: null, set: { role: 'manager' } })
  world.result({ type: 'user.update', id: 2, ifRevision: null, set: { passwordHash: 'new' } })
  refused(second, 'not-signed-in', 'signed in with the old password')
  allowed({ ...second, epoch: 2 }, 'signed in with the new one')
  allowed(api, 'a password is not what an API token is of')
  world.result({ type: 'user.update', id: 2, ifRevision: null, set: { isActive: false } })
  refused({ ...second, epoch: 3 }, 'not-signed-in', 'inactive')
  refused(api, 'not-signed-in', 'inactive')
  world.result({ type: 'user.update', id: 2, ifRevision: null, set: { isActive: true } })
  allowed(api, 'active again')
  world.timeMs += HOUR_MS
  refused(api, 'not-signed-in', 'its time is over')
})

t.test('a known key is not answered to whoever may no more', async t => {
  const world = started()
  const principal: Principal = {
    kind: 'access',
    userId: 1,
    tokenId: 't1',
    epoch: 1,
    permission: 'update',
  }
  const idempotency = { scopeHash: 's', requestHash: 'r' }
  const ask = () => world.apply(world.request(network('10.0.0.0/8'), { principal, idempotency }))
  t.match(ask(), { ok: true })
  t.match(ask(), { ok: true, originalRevision: world.revision - 1 })
  world.result({ type: 'access-token.revoke', tokenId: 't1', expiresMs: world.timeMs + 1 })
  t.match(ask(), { ok: false, refusal: { code: 'not-signed-in' } })
})

t.test('a user takes his tokens with him', async t => {
  const world = started()
  world.result({
    ...BOOTSTRAP,
    type: 'user.create',
    username: 'm',
    role: 'admin',
    theme: 'dark',
  } as Command)
  world.result(token({ userId: 2 }))
  world.result({ type: 'user.delete', id: 2, ifRevision: null })
  t.equal(world.ledger.identities().apiTokenByHash('hash-1'), null)
  t.strictSame(world.rows.identity().apiTokens, [])
})
