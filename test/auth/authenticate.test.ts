import { inspect } from 'node:util'
import t from 'tap'
import {
  authenticate,
  type Bearer,
  makeApiToken,
  systemRandom,
  VerifiedTokens,
} from '../../src/auth/index.js'
import type { ApiToken } from '../../src/ledger/index.js'
import {
  anna,
  countCrypto,
  countVerifications,
  issued,
  key,
  NOW_MS,
  signingKey,
  viewOf,
  type World,
} from './identities.js'

const verified = new VerifiedTokens()

function ask(text: string, world: World = {}, more: Partial<Bearer> & { nowMs?: number } = {}) {
  const { clientAddress = '192.0.2.1', nowMs = NOW_MS } = more
  return authenticate({ text, clientAddress }, { state: viewOf(world), verified }, nowMs)
}

const made = makeApiToken(systemRandom)

function apiToken(set: Partial<ApiToken> = {}): ApiToken {
  return {
    id: 5,
    userId: anna.id,
    description: null,
    hash: made.hash,
    hint: made.hint,
    addresses: [],
    expiresMs: null,
    createdMs: NOW_MS,
    revision: 1,
    ...set,
  }
}

t.test('an access token brings its user and what the ledger asks again', async t => {
  const { text, tokenId, expiresMs } = await issued()
  t.strictSame(await ask(text), {
    user: anna,
    principal: { kind: 'access', userId: 7, tokenId, epoch: 3 },
    expiresMs,
  })
})

t.test('an access token is refused for what became of it, its key or its user', async t => {
  const { text, tokenId, expiresMs } = await issued()
  const rows: readonly (readonly [World, object, string])[] = [
    [{ revoked: [tokenId] }, { code: 'token-revoked' }, 'logged out'],
    [{ users: [] }, { code: 'token-revoked' }, 'the user is gone'],
    [{ users: [{ ...anna, epoch: 4 }] }, { code: 'token-revoked' }, 'a new password'],
    [{ users: [{ ...anna, isActive: false }] }, { code: 'user-inactive' }, 'deactivated'],
    [{ users: [{ ...anna, isActive: false, epoch: 4 }] }, { code: 'user-inactive' }, 'and new'],
    [{ keys: [] }, { code: 'token-invalid', reason: 'unknown-key' }, 'no keys'],
    [
      { keys: [{ ...signingKey('other'), id: key.id }] },
      { code: 'token-invalid', reason: 'bad-signature' },
      'another secret',
    ],
    [{ clusterUuid: 'b' }, { code: 'token-invalid', reason: 'other-cluster' }, 'another cluster'],
  ]
  for (const [world, failure, what] of rows) {
    const fresh = { state: viewOf(world), verified: new VerifiedTokens() }
    const bearer = { text, clientAddress: null }
    t.strictSame(await authenticate(bearer, fresh, NOW_MS), failure, what)
    if (what === 'another secret') continue
    t.notOk('code' in (await ask(text)), 'good before')
    t.strictSame(await ask(text, world), failure, `${what}, after it was found good`)
  }
  t.strictSame(await ask(text, {}, { nowMs: expiresMs }), { code: 'token-expired' })
})

t.test('a logout that comes while the token is being shown counts at once', async t => {
  const { text, tokenId } = await issued({}, 9)
  const revoked: string[] = []
  t.notOk('code' in (await ask(text, { revoked })))
  revoked.push(tokenId)
  t.strictSame(await ask(text, { revoked }), { code: 'token-revoked' })
})

t.test('what is no token is malformed', async t => {
  for (const text of ['', 'x', 'a.b.c', 'ipam_', 'ipam_abc', `${made.text}0`, 'Bearer x.y.z']) {
    t.strictSame(await ask(text), { code: 'token-malformed' }, text)
  }
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  t.strictSame(await ask(`${none}.e30.`), { code: 'token-invalid', reason: 'wrong-algorithm' })
})

t.test('a megabyte is refused before anything is hashed or looked up', async t => {
  const state = viewOf()
  const [digests, signatures] = [countCrypto('createHash'), countVerifications()]
  t.teardown(() => [digests.stop(), signatures.stop()])
  const { text } = await issued()
  const [header, , signature] = text.split('.')
  const megabyte = 'A'.repeat(1_000_000)
  for (const long of [megabyte, `ipam_${megabyte}`, `${header}.${megabyte}.${signature}`]) {
    const answer = await authenticate({ text: long, clientAddress: null }, { state, verified }, 0)
    t.strictSame(answer, { code: 'token-malformed' })
  }
  t.equal(digests.count + signatures.count + state.asked, 0)
  await ask(text)
  t.ok(digests.count > 0, 'the counters count')
})

t.test('an API token brings its user, without an end or with one', async t => {
  const principal = { kind: 'api', userId: 7, apiTokenId: 5 }
  const world = { apiTokens: [apiToken()] }
  t.strictSame(await ask(made.text, world), { user: anna, principal, expiresMs: null })
  const ending = { apiTokens: [apiToken({ expiresMs: NOW_MS + 1 })] }
  t.strictSame(await ask(made.text, ending), { user: anna, principal, expiresMs: NOW_MS + 1 })
  t.strictSame(await ask(made.text, ending, { nowMs: NOW_MS + 1 }), { code: 'token-expired' })
})

t.test('an API token is refused for what became of it or its user', async t => {
  const apiTokens = [apiToken()]
  const rows: readonly (readonly [World, object, string])[] = [
    [{}, { code: 'token-invalid', reason: 'unknown-token' }, 'revoked or never made'],
    [{ apiTokens, users: [] }, { code: 'token-revoked' }, 'the user is gone'],
    [{ apiTokens, users: [{ ...anna, isActive: false }] }, { code: 'user-inactive' }, 'inactive'],
  ]
  for (const [world, failure, what] of rows)
    t.strictSame(await ask(made.text, world), failure, what)
  const anew = { apiTokens, users: [{ ...anna, epoch: 9 }] }
  t.notOk('code' in (await ask(made.text, anew)), 'a new password leaves API tokens alone')
})

t.test('an API token is good only where it may be used, and says no more elsewhere', async t => {
  const limits = { addresses: ['10.0.0.0/8'], expiresMs: NOW_MS + 1 }
  const world = { apiTokens: [apiToken(limits)] }
  for (const clientAddress of ['10.1.2.3', '::ffff:10.1.2.3']) {
    t.notOk('code' in (await ask(made.text, world, { clientAddress })), clientAddress)
  }
  for (const clientAddress of ['192.0.2.1', '::1']) {
    const elsewhere = { clientAddress, nowMs: NOW_MS + 1 }
    t.strictSame(await ask(made.text, world, elsewhere), { code: 'address-not-allowed' })
  }
  const unknown = { text: made.text, clientAddress: null }
  t.strictSame(await authenticate(unknown, { state: viewOf(world), verified }, NOW_MS), {
    code: 'address-not-allowed',
  })
})

t.test('a mistyped API token is told without a look-up', async t => {
  const state = viewOf()
  const text = `${made.text.slice(0, -1)}${made.text.endsWith('0') ? '1' : '0'}`
  const answer = await authenticate({ text, clientAddress: null }, { state, verified }, NOW_MS)
  t.strictSame(answer, { code: 'token-malformed' })
  t.equal(state.asked, 0)
})

t.test('a token with a bad signature asks for no user, whether he exists or not', async t => {
  for (const id of [anna.id, 4711]) {
    const state = viewOf()
    const { text } = await issued({
      user: { id, epoch: 3 },
      key: { ...signingKey('x'), id: key.id },
    })
    const answer = await authenticate({ text, clientAddress: null }, { state, verified }, NOW_MS)
    t.strictSame(answer, { code: 'token-invalid', reason: 'bad-signature' })
    t.equal(state.asked, 1, 'the keys')
  }
})

t.test('no failure shows the token, a key or a hash', async t => {
  const { text } = await issued()
  const worlds: readonly World[] = [{ users: [] }, { keys: [] }, { clusterUuid: 'b' }, {}]
  for (const bearer of [text, text.slice(0, -3), made.text, made.text.slice(0, -1)]) {
    for (const world of worlds) {
      const shown = inspect(await ask(bearer, world, { nowMs: NOW_MS + 4_000_000 }), { depth: 9 })
      for (const secret of [bearer, key.secret, made.hash, anna.passwordHash]) {
        t.notOk(shown.includes(secret.slice(0, 20)))
      }
    }
  }
})
