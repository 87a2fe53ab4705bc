// What everybody sees and changes of himself: profile, password, permanent tokens.
import t from 'tap'
import { PASSWORD, refusal, startOffice } from './office.js'

const PROFILE = '/api/auth/profile'
const TOKENS = '/api/auth/permanent-tokens'

t.test('a profile is read, and changed under its tag', async t => {
  const office = await startOffice(t)
  const token = await office.token('reader')
  const read = await office.as(token, 'GET', PROFILE)
  t.strictSame(read.json, {
    id: 3,
    username: 'reader',
    email: 'reader@example.com',
    role: 'user',
    theme: 'light',
    created_at: '2024-01-15T10:30:00Z',
    updated_at: '2024-01-15T10:30:00Z',
  })
  const etag = String(read.headers.get('etag'))
  t.equal(
    (await office.as(token, 'GET', PROFILE, undefined, { 'if-none-match': etag })).status,
    304,
  )
  const dark = { email: 'new@example.com', theme: 'dark' }
  const changed = await office.as(token, 'PUT', PROFILE, dark, { 'if-match': etag })
  t.match(changed, { status: 200, json: { ...dark, username: 'reader' } })
  t.equal(
    refusal(await office.as(token, 'PUT', PROFILE, dark, { 'if-match': etag })),
    '412 REVISION_MISMATCH',
  )
  t.match((await office.as(token, 'PUT', PROFILE, { theme: 'light' })).json, {
    email: 'new@example.com',
  })
  const [change] = office.h.gateway.rows.changes().slice(-1)
  t.match(change?.origin, { actor: 'reader', userId: 3 })
})

t.test('a profile that cannot be is refused by the name of its field', async t => {
  const office = await startOffice(t)
  const token = await office.token('reader')
  for (const [body, field] of [
    [{ email: 'nowhere' }, 'email'],
    [{ theme: 'blue' }, 'theme'],
    [{ role: 'admin' }, 'role'],
    [{}, undefined],
  ] as const) {
    const answer = await office.as(token, 'PUT', PROFILE, body)
    t.equal(refusal(answer), '422 INVALID_REQUEST', JSON.stringify(body))
    t.equal(answer.json.error.details.field, field ?? 'body')
  }
  t.equal(office.user('reader').role, 'user')
})

t.test('a new password ends all access tokens and answers with another one', async t => {
  const office = await startOffice(t)
  const [one, other] = [await office.token('reader'), await office.token('reader')]
  const { token: permanent } = await office.permanentToken(one)
  const body = { old_password: PASSWORD, new_password: 'a new password' }
  const answer = await office.as(one, 'PUT', '/api/auth/password', body)
  t.match(answer, {
    status: 200,
    json: { message: 'The password was changed.', token_type: 'bearer' },
  })
  for (const token of [one, other])
    t.equal(refusal(await office.as(token, 'GET', PROFILE)), '401 TOKEN_REVOKED')
  for (const token of [answer.json.access_token, permanent])
    t.equal((await office.as(token, 'GET', PROFILE)).status, 200)
  t.equal(refusal(await office.login('reader')), '401 INVALID_CREDENTIALS')
  t.equal((await office.login('reader', 'a new password')).status, 200)
})

t.test('the old password is asked for and guessed no more often than at a login', async t => {
  const office = await startOffice(t)
  const token = await office.token('reader')
  const change = (old_password: string, new_password = 'a new password') =>
    office.as(token, 'PUT', '/api/auth/password', { old_password, new_password })
  for (let n = 0; n < 5; n++) {
    const answer = await change('wrong')
    t.equal(refusal(answer), '422 INVALID_REQUEST')
    t.strictSame(answer.json.error.details, { field: 'old_password', reason: 'it is wrong' })
  }
  t.equal(refusal(await change(PASSWORD)), '429 RATE_LIMITED')
  t.equal(refusal(await office.login('reader')), '429 RATE_LIMITED', 'it is one count')
})

t.test('a password is refused for what it is, and never shown back', async t => {
  const office = await startOffice(t)
  const token = await office.token('reader')
  for (const [new_password, reason] of [
    ['short', 'a password has at least 8 characters'],
    ['x'.repeat(200), 'a password has at most 128 characters'],
    ['aaaaaaaaaa', 'a password is not one character repeated'],
    ['x'.repeat(600), 'it must have at most 512 characters'],
    [12345678, 'it must be string'],
  ] as const) {
    const answer = await office.as(token, 'PUT', '/api/auth/password', {
      old_password: PASSWORD,
      new_password,
    })
    t.equal(refusal(answer), '422 INVALID_REQUEST')
    t.strictSame(answer.json.error.details, { field: 'new_password', reason })
    t.notOk(answer.text.includes(String(new_password)), 'it is not shown back')
  }
})

t.test('a permanent token is shown once, listed, and revoked', async t => {
  const office = await startOffice(t)
  const access = await office.token('manager')
  const wish = {
    description: 'backup job',
    ip_restrictions: ['127.0.0.1', '10.0.0.0/8', '::1'],
    expires_at: '2024-01-16T10:30:00.000Z',
  }
  const made = await office.as(access, 'POST', TOKENS, wish)
  t.equal(made.status, 201)
  const { token, ...rest } = made.json
  t.match(token, /^ipam_[0-9A-Za-z]{49}$/)
  t.strictSame(rest, {
    token_id: 'pt_1',
    hint: token.slice(0, 9),
    description: 'backup job',
    expires_at: '2024-01-16T10:30:00Z',
    ip_restrictions: ['127.0.0.1/32', '10.0.0.0/8', '::1/128'],
    created_at: '2024-01-15T10:30:00Z',
    is_revoked: false,
  })
  t.equal(made.headers.get('location'), `${TOKENS}/pt_1`)
  t.match(made.headers.get('cache-control'), 'no-store')
  t.strictSame((await office.as(token, 'GET', TOKENS)).json, { data: [rest] })
  t.equal((await office.as(access, 'DELETE', `${TOKENS}/pt_1`)).status, 200)
  t.equal(refusal(await office.as(token, 'GET', TOKENS)), '401 TOKEN_INVALID')
  t.strictSame((await office.as(access, 'GET', TOKENS)).json, { data: [] })
  t.equal(refusal(await office.as(access, 'DELETE', `${TOKENS}/pt_1`)), '404 RESOURCE_NOT_FOUND')
})

t.test('a permanent token ends in time, is bound to addresses, and makes no others', async t => {
  const office = await startOffice(t)
  const access = await office.token('manager')
  const { token } = await office.permanentToken(access, { expires_at: '2024-01-15T11:00:00+00:00' })
  t.equal(refusal(await office.as(token, 'POST', TOKENS, {})), '403 ACCESS_TOKEN_NEEDED')
  office.h.gateway.timeMs += 30 * 60_000 + 1
  t.equal(refusal(await office.as(token, 'GET', TOKENS)), '401 TOKEN_EXPIRED')
  const elsewhere = await office.permanentToken(access, { ip_restrictions: ['10.0.0.0/8'] })
  t.equal(refusal(await office.as(elsewhere.token, 'GET', TOKENS)), '403 ADDRESS_NOT_ALLOWED')
})

t.test('a permanent token that cannot be is refused by the name of its field', async t => {
  const office = await startOffice(t)
  const access = await office.token('manager')
  for (const [body, field] of [
    [{ ip_restrictions: ['everywhere'] }, 'ip_restrictions'],
    [{ ip_restrictions: Array(33).fill('10.0.0.1') }, 'ip_restrictions'],
    [{ expires_at: '2024-01-15T10:29:59Z' }, 'expires_at'],
    [{ expires_at: '2024-99-99T10:30:00Z' }, 'expires_at'],
    [{ expires_at: 'tomorrow' }, 'expires_at'],
    [{ description: 'a\u0000b' }, 'description'],
  ] as const) {
    const answer = await office.as(access, 'POST', TOKENS, body)
    t.equal(refusal(answer), '422 INVALID_REQUEST', JSON.stringify(body))
    t.equal(answer.json.error.details.field, field)
  }
})

t.test("others' permanent tokens are for admins", async t => {
  const office = await startOffice(t)
  const [admin, manager, reader] = [
    await office.token('admin'),
    await office.token('manager'),
    await office.token('reader'),
  ]
  const { token_id } = await office.permanentToken(manager)
  const path = `${TOKENS}?user_id=${office.user('manager').id}`
  t.equal((await office.as(admin, 'GET', path)).json.data[0].token_id, token_id)
  t.equal((await office.as(manager, 'GET', path)).status, 200, "one's own id is no one else's")
  t.equal(refusal(await office.as(reader, 'GET', path)), '403 INSUFFICIENT_PERMISSIONS')
  t.equal(refusal(await office.as(admin, 'GET', `${TOKENS}?user_id=99`)), '404 RESOURCE_NOT_FOUND')
  const one = `${TOKENS}/${token_id}`
  t.equal(refusal(await office.as(reader, 'DELETE', one)), '404 RESOURCE_NOT_FOUND')
  t.equal((await office.as(admin, 'DELETE', one)).status, 200)
  for (const text of ['1', 'pt_0', 'pt_x', 'alloc-1'])
    t.equal(
      refusal(await office.as(admin, 'DELETE', `${TOKENS}/${text}`)),
      '404 RESOURCE_NOT_FOUND',
    )
})

t.test('a retry does not get a token that was shown before', async t => {
  const office = await startOffice(t)
  const access = await office.token('manager')
  const key = { 'idempotency-key': 'k-1' }
  const first = await office.as(access, 'POST', TOKENS, { description: 'x' }, key)
  t.equal(first.status, 201)
  const again = await office.as(access, 'POST', TOKENS, { description: 'x' }, key)
  t.equal(refusal(again), '409 TOKEN_SHOWN_BEFORE')
  t.equal(again.json.error.details.token_id, first.json.token_id)
  t.equal((await office.as(access, 'GET', TOKENS)).json.data.length, 1)
})
