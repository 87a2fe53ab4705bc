// Users as admins see them.
import t from 'tap'
import { PASSWORD, refusal, startOffice } from './office.js'

const USERS = '/api/users'
const newcomer = {
  username: 'newuser',
  email: 'newuser@example.com',
  password: 'password123',
  role: 'user',
}

t.test('a user is created, read, changed and deleted as the document has it', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  const made = await office.as(admin, 'POST', USERS, newcomer)
  t.equal(made.status, 201)
  t.strictSame(made.json, {
    id: 4,
    username: 'newuser',
    email: 'newuser@example.com',
    role: 'user',
    theme: 'light',
    created_at: '2024-01-15T10:30:00Z',
    updated_at: '2024-01-15T10:30:00Z',
    is_active: true,
    last_login: null,
  })
  t.equal(made.headers.get('location'), `${USERS}/4`)
  t.equal((await office.login('newuser', 'password123')).status, 200)
  const read = await office.as(admin, 'GET', `${USERS}/4`)
  t.equal(read.json.last_login, '2024-01-15T10:30:00Z')
  const etag = String(read.headers.get('etag'))
  const set = { email: 'other@example.com', theme: 'dark', role: 'manager' }
  t.match(await office.as(admin, 'PUT', `${USERS}/4`, set, { 'if-match': etag }), {
    status: 200,
    json: set,
  })
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? set : undefined
    const answer = await office.as(admin, method, `${USERS}/4`, body, { 'if-match': etag })
    t.equal(refusal(answer), '412 REVISION_MISMATCH')
  }
  t.match((await office.as(admin, 'PUT', `${USERS}/4/role`, { role: 'user' })).json, {
    role: 'user',
  })
  const names = (await office.as(admin, 'GET', USERS)).json.data.map(
    ({ username }: { username: string }) => username,
  )
  t.strictSame(names, ['admin', 'manager', 'reader', 'newuser'])
  const gone = await office.as(admin, 'DELETE', `${USERS}/4`)
  t.match(gone, { status: 200, json: { message: 'The user was deleted.' } })
  t.equal(refusal(await office.as(admin, 'GET', `${USERS}/4`)), '404 RESOURCE_NOT_FOUND')
})

t.test('what cannot be is refused by name', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  for (const [set, field] of [
    [{ username: '-x' }, 'username'],
    [{ username: 'system' }, 'username'],
    [{ email: 'nowhere' }, 'email'],
    [{ role: 'owner' }, 'role'],
    [{ password: 'short' }, 'password'],
    [{ password: 'NEWUSERX', username: 'newuserx' }, 'password'],
    [{ is_active: true }, 'is_active'],
  ] as const) {
    const answer = await office.as(admin, 'POST', USERS, { ...newcomer, ...set })
    t.equal(refusal(answer), '422 INVALID_REQUEST', JSON.stringify(set))
    t.equal(answer.json.error.details.field, field)
  }
  const twice = await office.as(admin, 'POST', USERS, { ...newcomer, username: 'Manager' })
  t.equal(refusal(twice), '422 USER_EXISTS')
  t.equal(twice.json.error.details.existing_id, 2)
  for (const id of ['99', '0', 'x', 'user-1'])
    for (const [method, more, body] of [
      ['GET', '', undefined],
      ['PUT', '', { theme: 'dark' }],
      ['PUT', '', { password: 'long enough' }],
      ['PUT', '/role', { role: 'user' }],
      ['GET', '/permissions', undefined],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await office.as(admin, method, `${USERS}/${id}${more}`, body)
      t.equal(refusal(answer), '404 RESOURCE_NOT_FOUND', `${method} ${id}${more}`)
    }
})

t.test('nobody shuts himself out, and the last admin stays one', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  t.equal(refusal(await office.as(admin, 'DELETE', `${USERS}/1`)), '409 OWN_ACCOUNT')
  const off = { is_active: false }
  t.equal(refusal(await office.as(admin, 'PUT', `${USERS}/1`, off)), '409 OWN_ACCOUNT')
  const role = { role: 'user' }
  t.equal(refusal(await office.as(admin, 'PUT', `${USERS}/1/role`, role)), '409 LAST_ADMIN')
})

t.test('a new password and a deactivation end what was signed in', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  const path = `${USERS}/3`
  const before = await office.token('reader')
  t.equal((await office.as(admin, 'PUT', path, { password: 'a new password' })).status, 200)
  t.equal(refusal(await office.as(before, 'GET', path)), '401 TOKEN_REVOKED')
  const { json } = await office.login('reader', 'a new password')
  t.equal((await office.as(admin, 'PUT', path, { is_active: false })).json.is_active, false)
  t.equal(refusal(await office.as(json.access_token, 'GET', path)), '401 USER_INACTIVE')
  t.equal(refusal(await office.login('reader', 'a new password')), '401 INVALID_CREDENTIALS')
})

t.test('one sees himself, and what he may do', async t => {
  const office = await startOffice(t)
  const reader = await office.token('reader')
  t.match((await office.as(reader, 'GET', `${USERS}/3`)).json, { username: 'reader' })
  t.strictSame((await office.as(reader, 'GET', `${USERS}/3/permissions`)).json, {
    user_id: 3,
    username: 'reader',
    role: 'user',
    functions: {
      view_ips: true,
      allocate_ips: false,
      release_ips: false,
      manage_subnets: false,
      user_management: false,
      system_configuration: false,
      view_reports: true,
      export_data: false,
    },
    permissions: ['ipam:read'],
  })
  for (const path of [USERS, `${USERS}/1`, `${USERS}/1/permissions`, `${USERS}/99`]) {
    const answer = await office.as(reader, 'GET', path)
    t.equal(refusal(answer), '403 INSUFFICIENT_PERMISSIONS', path)
    t.equal(
      answer.headers.get('www-authenticate'),
      'Bearer realm="ipam", error="insufficient_scope", scope="ipam:admin"',
    )
  }
})

t.test(
  'a retry is answered as the first try was, and what is kept of it does not tell the password',
  async t => {
    const office = await startOffice(t)
    const admin = await office.token('admin')
    const key = { 'idempotency-key': 'k-1' }
    const first = await office.as(admin, 'POST', USERS, newcomer, key)
    const again = await office.as(admin, 'POST', USERS, newcomer, key)
    t.equal(again.text, first.text)
    t.ok(again.headers.get('ipam-original-revision'))
    const another = { ...newcomer, email: 'another@example.com' }
    const reused = await office.as(admin, 'POST', USERS, another, key)
    t.equal(refusal(reused), '422 IDEMPOTENCY_KEY_REUSED')
    const hashes = office.h.gateway.submitsAsked
      .slice(-3)
      .map(({ context }) => context.idempotency?.requestHash)
    const guessed = { ...newcomer, password: 'another password' }
    await office.as(admin, 'POST', USERS, guessed, { 'idempotency-key': 'k-2' })
    const { idempotency } = office.h.gateway.submitsAsked.at(-1)?.context ?? {}
    t.equal(idempotency?.requestHash, hashes[0], 'it is the same whatever the password')
    t.not(hashes[2], hashes[0])
  },
)

t.test('a key belongs to whoever used it', async t => {
  const office = await startOffice(t)
  const key = { 'idempotency-key': 'k-1' }
  for (const name of ['admin', 'manager']) {
    const token = await office.token(name)
    const answer = await office.as(token, 'PUT', '/api/auth/profile', { theme: 'dark' }, key)
    t.match(answer, { status: 200, json: { username: name } })
  }
  const again = await office.token('admin')
  const answer = await office.as(again, 'PUT', '/api/auth/profile', { theme: 'dark' }, key)
  t.ok(answer.headers.get('ipam-original-revision'), 'also with another token of his')
})

t.test('no log, no history and no answer has a password, a token or a hash', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  const texts: string[] = []
  const ask = async (token: string, method: string, path: string, body?: unknown) => {
    texts.push((await office.as(token, method, path, body)).text)
  }
  const made = await office.permanentToken(admin, { description: 'x' })
  await office.login('admin', 'a wrong password')
  await ask(admin, 'POST', USERS, newcomer)
  await ask(admin, 'PUT', `${USERS}/4`, { password: 'a second password' })
  await ask(admin, 'PUT', `${USERS}/4`, { password: 'short!' })
  await ask(made.token, 'GET', '/api/auth/permanent-tokens')
  await ask(`${made.token.slice(0, -1)}_`, 'GET', USERS)
  await ask(admin, 'GET', USERS)
  await ask(admin, 'GET', '/api/v1/audit')
  office.h.gateway.failure = new Error('broken')
  await ask(admin, 'PUT', '/api/auth/password', {
    old_password: PASSWORD,
    new_password: 'third one!',
  })
  await office.login('admin')
  const changes = office.h.gateway.rows.changes()
  t.ok(office.h.logged.some(({ level }) => level === 'error'))
  const said = [
    ...texts,
    JSON.stringify(changes),
    JSON.stringify(office.h.logged, (_, value) =>
      value instanceof Error ? `${value.stack}` : value,
    ),
  ].join('\n')
  const key = office.identities.signingKeys()[0]
  for (const secret of [
    PASSWORD,
    'a wrong password',
    'password123',
    'a second password',
    'short!',
    'third one!',
    admin,
    made.token,
    key?.secret ?? '',
    ...office.identities.users().map(user => user.passwordHash),
    ...office.identities.apiTokensOf(1).map(token => token.hash),
    'argon2',
  ])
    t.notOk(said.includes(secret), `${secret.slice(0, 12)} …`)
})
