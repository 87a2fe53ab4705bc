// Signing in: what document 004 shows of it, and what somebody who guesses learns from it, which is nothing.
import t from 'tap'
import { argon2Defaults, nativeArgon2, TooBusyError } from '../../src/auth/index.js'
import { Harness } from './harness.js'
import { Office, PASSWORD, refusal, rotateKey, startOffice } from './office.js'

const MINUTE = 60_000

t.test('a login answers as the document shows it', async t => {
  const office = await startOffice(t)
  const { status, json, headers } = await office.login('admin')
  t.equal(status, 200)
  t.strictSame(Object.keys(json), ['access_token', 'token_type', 'expires_in', 'user'])
  t.match(json, { token_type: 'bearer', expires_in: 3600 })
  t.strictSame(json.user, {
    id: 1,
    username: 'admin',
    email: 'admin@example.com',
    role: 'admin',
    theme: 'light',
  })
  t.match(headers.get('cache-control'), 'no-store')
  t.equal(office.user('admin').lastLoginMs, office.h.gateway.timeMs)
  t.equal(office.h.gateway.readsAsked[0]?.level, 'linearizable', 'the newest state is asked first')
  t.equal((await office.login('ADMIN')).status, 200, 'letters are compared without case')
})

t.test('the token that is shown in a login is not looked at', async t => {
  const office = await startOffice(t)
  const old = { authorization: 'Bearer of old' }
  t.equal((await office.login('admin', PASSWORD, old)).status, 200)
})

t.test(
  'a wrong password, no such user and a deactivated one are told alike, for the same work',
  async t => {
    const office = await startOffice(t)
    const gone = await office.add('gone', 'user')
    const command = { type: 'user.update', id: gone.id, ifRevision: null } as const
    office.h.gateway.apply({ ...command, set: { isActive: false } })
    const answers = []
    for (const [name, password] of [
      ['admin', 'wrong password'],
      ['nobody', PASSWORD],
      ['gone', PASSWORD],
      ['', ''],
    ] as const) {
      const before = office.h.verifications
      const { status, text, headers } = await office.login(name, password)
      answers.push(`${status} ${text} ${headers.get('www-authenticate')}`)
      t.equal(office.h.verifications - before, 1, `one password is verified for "${name}"`)
    }
    t.equal(new Set(answers).size, 1)
    t.match(answers[0], /^401 .*INVALID_CREDENTIALS/)
  },
)

t.test('what is longer than any password costs no work', async t => {
  const office = await startOffice(t)
  t.equal(refusal(await office.login('admin', 'x'.repeat(513))), '422 INVALID_REQUEST')
  t.equal(office.h.verifications, 0)
})

t.test('after five failures a minute under one name the answer is 429, right or wrong', async t => {
  const office = await startOffice(t)
  for (const name of ['manager', 'nobody']) {
    for (let n = 1; n <= 5; n++)
      t.equal(refusal(await office.login(name, 'wrong one')), '401 INVALID_CREDENTIALS', `${n}`)
    const before = office.h.verifications
    const answer = await office.login(name)
    t.equal(refusal(answer), '429 RATE_LIMITED')
    t.equal(answer.headers.get('retry-after'), '60')
    t.equal(office.h.verifications, before, 'without work')
  }
  t.equal((await office.login('admin')).status, 200, 'other names are not concerned')
  office.h.gateway.timeMs += MINUTE + 1
  t.equal((await office.login('manager')).status, 200, 'a minute later')
})

t.test('a login that succeeds begins the count anew', async t => {
  const office = await startOffice(t)
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 4; n++) await office.login('admin', 'wrong one')
    t.equal((await office.login('admin')).status, 200)
  }
})

t.test('many guesses at once hear nothing of those beyond the limit', async t => {
  const office = await startOffice(t)
  const guesses = Array.from({ length: 20 }, (_, n) =>
    office.login('admin', n === 19 ? PASSWORD : 'no'),
  )
  const answers = (await Promise.all(guesses)).map(refusal)
  t.equal(answers.filter(text => text === '401 INVALID_CREDENTIALS').length, 5)
  t.equal(answers.filter(text => text === '429 RATE_LIMITED').length, 15)
})

t.test(
  'after ten failures in a row an account is locked for a quarter of an hour, a name of nobody too',
  async t => {
    const office = await startOffice(t)
    const texts = []
    for (const name of ['manager', 'nobody']) {
      const startMs = office.h.gateway.timeMs
      for (let n = 0; n < 10; n++) {
        if (n === 5) office.h.gateway.timeMs += MINUTE + 1
        t.equal(refusal(await office.login(name, 'wrong one')), '401 INVALID_CREDENTIALS')
      }
      office.h.gateway.timeMs += MINUTE + 1
      const locked = await office.login(name)
      t.equal(refusal(locked), '429 RATE_LIMITED', 'whatever the password, and from everywhere')
      texts.push(`${locked.text} ${locked.headers.get('retry-after')}`)
      office.h.gateway.timeMs = startMs + 13 * MINUTE
      t.equal(refusal(await office.login(name)), '429 RATE_LIMITED')
      office.h.gateway.timeMs = startMs + 17 * MINUTE
    }
    t.equal(texts[0], texts[1])
    t.equal((await office.login('manager')).status, 200)
    t.equal(refusal(await office.login('nobody')), '401 INVALID_CREDENTIALS')
  },
)

t.test('an admin unlocks by activating', async t => {
  const office = await startOffice(t, {
    login: { failuresMax: 99, windowMs: MINUTE, lockAfter: 2, lockMs: MINUTE },
  })
  const token = await office.token('admin')
  for (let n = 0; n < 2; n++) await office.login('reader', 'wrong one')
  t.equal(refusal(await office.login('reader')), '429 RATE_LIMITED')
  const path = `/api/users/${office.user('reader').id}`
  t.equal((await office.as(token, 'PUT', path, { is_active: true })).status, 200)
  t.equal((await office.login('reader')).status, 200)
})

t.test('a cluster without users or keys asks for patience', async t => {
  const office = new Office(await new Harness().start())
  t.teardown(() => office.h.server.close())
  const answer = await office.login('admin')
  t.equal(refusal(answer), '503 NO_USERS_YET')
  t.ok(answer.headers.get('retry-after'))
  rotateKey(office.h)
  t.equal(refusal(await office.login('admin')), '503 NO_USERS_YET')
})

t.test("a hash with other parameters than today's is renewed at the next login", async t => {
  const office = await startOffice(t)
  const old = await nativeArgon2.hash(PASSWORD, argon2Defaults)
  const who = { username: 'old', email: 'old@example.com', theme: 'light', role: 'user' } as const
  office.h.gateway.apply({ type: 'user.create', ...who, passwordHash: old })
  t.equal((await office.login('old')).status, 200)
  const renewed = office.user('old').passwordHash
  t.not(renewed, old)
  const token = await office.token('old')
  t.equal(office.user('old').passwordHash, renewed, 'once')
  t.equal((await office.as(token, 'GET', '/api/auth/profile')).status, 200)
})

t.test('whose password is changed while he signs in with the old one is not signed in', async t => {
  const office = await startOffice(t)
  const { id } = office.user('admin')
  const passwordHash = await office.h.hasher.hash('another password')
  const { submit } = office.h.gateway
  office.h.gateway.submit = async function (command, context) {
    if (command.type === 'login.record')
      this.apply({ type: 'user.update', id, ifRevision: null, set: { passwordHash } })
    return submit.call(this, command, context)
  }
  t.equal(refusal(await office.login('admin')), '401 INVALID_CREDENTIALS')
})

t.test('where too many sign in at once the answer is to come again', async t => {
  const office = await startOffice(t)
  office.h.hasher.verify = () => Promise.reject(new TooBusyError('queue-full', 64))
  const answer = await office.login('admin')
  t.equal(refusal(answer), '503 OVERLOADED')
  t.equal(answer.headers.get('retry-after'), '1')
})

t.test('logging out ends the token that is shown, and no other', async t => {
  const office = await startOffice(t)
  const [one, other] = [await office.token('admin'), await office.token('admin')]
  const answer = await office.as(one, 'POST', '/api/auth/logout', undefined, {
    'accept-language': 'zh',
  })
  t.match(answer, { status: 200, json: { message: '登出成功' } })
  t.equal(refusal(await office.as(one, 'GET', '/api/auth/profile')), '401 TOKEN_REVOKED')
  t.equal((await office.as(other, 'GET', '/api/auth/profile')).status, 200)
  const { token } = await office.permanentToken(other)
  t.equal((await office.as(token, 'POST', '/api/auth/logout')).status, 200, 'a permanent one')
  t.equal(refusal(await office.as(token, 'GET', '/api/auth/profile')), '401 TOKEN_INVALID')
})

t.test('a token is exchanged for another one while it is good, and stays', async t => {
  const office = await startOffice(t)
  const token = await office.token('reader')
  office.h.gateway.timeMs += 30 * MINUTE
  const { status, json } = await office.as(token, 'POST', '/api/auth/refresh')
  t.equal(status, 200)
  t.strictSame(Object.keys(json), ['access_token', 'token_type', 'expires_in'])
  t.not(json.access_token, token)
  t.equal((await office.as(token, 'GET', '/api/auth/profile')).status, 200)
  office.h.gateway.timeMs += 31 * MINUTE
  t.equal(refusal(await office.as(token, 'GET', '/api/auth/profile')), '401 TOKEN_EXPIRED')
  t.equal(refusal(await office.as(token, 'POST', '/api/auth/refresh')), '401 TOKEN_EXPIRED')
  t.equal((await office.as(json.access_token, 'GET', '/api/auth/profile')).status, 200)
  const { token: permanent } = await office.permanentToken(json.access_token)
  t.equal(
    refusal(await office.as(permanent, 'POST', '/api/auth/refresh')),
    '403 ACCESS_TOKEN_NEEDED',
  )
})

t.test('a refused login is an entry without a name', async t => {
  const office = await startOffice(t)
  await office.login('secret-name', 'secret password')
  const { command, context } = office.h.gateway.submitsAsked.at(-1) ?? {}
  t.equal(command?.type, 'login.fail')
  t.equal(context?.principal, null)
  t.equal(context?.idempotency, null)
  t.notMatch(JSON.stringify(command), 'secret')
})
