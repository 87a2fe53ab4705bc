// Document 004, sections 1, 4 and 10: what it prints, who may do what, and how its two client programs sign in.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { type Office, PASSWORD, startOffice } from '../http/office.js'
import { projectRoot } from '../support/processes.js'
import { fakeAxios, fakeStorage } from './fake-axios.js'

const AUTH = '/api/auth'
const USERS = '/api/users'

t.test('every answer has the fields that the document prints', async t => {
  const office = await startOffice(t)
  const token = await office.token('admin')
  const user = 'id username email role is_active last_login created_at'
  const profile = 'id username email role theme created_at updated_at'
  const newcomer = {
    username: 'newuser',
    email: 'newuser@example.com',
    password: 'password123',
    role: 'user',
  }
  const health = await office.h.call('GET', '/api/health')
  t.match(health.json, {
    status: 'healthy',
    version: '1.0.0',
    components: {
      database: { status: 'healthy', response_time: Number },
      redis: { status: 'disabled' },
    },
    metrics: { uptime: Number, memory_usage: Number, cpu_usage: Number },
  })
  t.match(health.json.timestamp, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  for (const [method, path, body, status, fields] of [
    ['GET', `${AUTH}/profile`, undefined, 200, profile],
    ['PUT', `${AUTH}/profile`, { email: 'newemail@example.com', theme: 'dark' }, 200, profile],
    ['POST', `${AUTH}/refresh`, undefined, 200, 'access_token token_type expires_in'],
    ['POST', USERS, newcomer, 201, user],
    ['PUT', `${USERS}/4/role`, { role: 'manager' }, 200, user],
    ['GET', `${USERS}/4`, undefined, 200, `${user} theme updated_at`],
    ['DELETE', `${USERS}/4`, undefined, 200, 'message'],
    ['POST', `${AUTH}/logout`, undefined, 200, 'message'],
  ] as const) {
    const answer = await office.as(token, method, path, body)
    t.equal(answer.status, status, `${method} ${path}`)
    for (const field of fields.split(' ')) t.ok(field in answer.json, `${method} ${path}: ${field}`)
  }
})

t.test('an unhealthy node is 503 and says why', async t => {
  const office = await startOffice(t)
  office.h.checks.push({ name: 'database', check: () => 'the state does not answer' })
  t.match(await office.h.call('GET', '/api/health'), {
    status: 503,
    json: {
      status: 'unhealthy',
      reason: 'database: the state does not answer',
      components: { database: { status: 'unhealthy' } },
    },
  })
})

/** What nobody, a reader, a manager and an admin are answered; `own`: the path of the own user. */
const matrix: readonly (readonly [string, string, object | undefined, string])[] = [
  ['GET', '/api/health', undefined, '200 200 200 200'],
  ['POST', `${AUTH}/login`, { username: 'x', password: 'y' }, '401 401 401 401'],
  ['POST', `${AUTH}/refresh`, undefined, '401 200 200 200'],
  ['GET', `${AUTH}/profile`, undefined, '401 200 200 200'],
  ['PUT', `${AUTH}/profile`, { theme: 'dark' }, '401 200 200 200'],
  [
    'PUT',
    `${AUTH}/password`,
    { old_password: 'x', new_password: 'long enough' },
    '401 422 422 422',
  ],
  ['GET', `${AUTH}/permanent-tokens`, undefined, '401 200 200 200'],
  ['POST', `${AUTH}/permanent-tokens`, {}, '401 201 201 201'],
  ['DELETE', `${AUTH}/permanent-tokens/pt_99`, undefined, '401 404 404 404'],
  ['GET', `${AUTH}/permanent-tokens?user_id=4`, undefined, '401 403 403 200'],
  ['GET', `${USERS}/own`, undefined, '401 200 200 200'],
  ['GET', `${USERS}/own/permissions`, undefined, '401 200 200 200'],
  ['GET', USERS, undefined, '401 403 403 200'],
  ['POST', USERS, { username: 'n', email: 'n@x', password: 'long enough' }, '401 403 403 201'],
  ['GET', `${USERS}/4`, undefined, '401 403 403 200'],
  ['PUT', `${USERS}/4`, { theme: 'dark' }, '401 403 403 200'],
  ['PUT', `${USERS}/4/role`, { role: 'manager' }, '401 403 403 200'],
  ['GET', `${USERS}/4/permissions`, undefined, '401 403 403 200'],
  ['DELETE', `${USERS}/4`, undefined, '401 403 403 200'],
  ['POST', `${AUTH}/logout`, undefined, '401 200 200 200'],
]

t.test('who may do what', async t => {
  const office = await startOffice(t)
  await office.add('other', 'user')
  const tokens = [null, 'reader', 'manager', 'admin'].map(name => name && office.token(name))
  const known = await Promise.all(tokens)
  t.comment(`${'endpoint'.padEnd(48)} none reader manager admin`)
  for (const [method, path, body, expected] of matrix) {
    const statuses: number[] = []
    for (const [index, token] of known.entries())
      statuses.push(
        (await ask(office, token, method, path.replace('own', String(4 - index)), body)).status,
      )
    t.equal(statuses.join(' '), expected, `${method} ${path}`)
    t.comment(`${`${method} ${path}`.padEnd(48)} ${statuses.join('  ')}`)
  }
})

function ask(office: Office, token: string | null, method: string, path: string, body?: object) {
  return token === null ? office.h.call(method, path, body) : office.as(token, method, path, body)
}

/** The matrix of the document, row by row: admin, manager, user. */
const functions = {
  view_ips: [true, true, true],
  allocate_ips: [true, true, false],
  release_ips: [true, true, false],
  manage_subnets: [true, true, false],
  user_management: [true, false, false],
  system_configuration: [true, false, false],
  view_reports: [true, true, true],
  export_data: [true, true, false],
}

t.test('permissions are told as the matrix of the document has them', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  for (const [column, id] of [1, 2, 3].entries()) {
    const { json } = await office.as(admin, 'GET', `${USERS}/${id}/permissions`)
    const expected = Object.entries(functions).map(([name, row]) => [name, row[column]])
    t.strictSame(json.functions, Object.fromEntries(expected), json.role)
  }
})

const programs = readFileSync(join(projectRoot(), 'test/fixtures/document-004-clients.md'), 'utf8')

function program(language: string): string {
  const [, code = ''] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(programs) ?? []
  return code
}

t.test('the JavaScript client signs in, and hears why not', async t => {
  const office = await startOffice(t)
  const code = program('javascript').replace('https://your-domain.com', office.h.url)
  const storage = fakeStorage()
  const said: unknown[] = []
  const make = new Function('axios', 'localStorage', 'console', `${code}; return { login, api }`)
  const console = { error: (...words: unknown[]) => said.push(words) }
  const { login, api } = make(fakeAxios, storage, console)
  const answer = await login('admin', PASSWORD)
  t.equal(answer.user.role, 'admin')
  t.equal(storage.getItem('access_token'), answer.access_token)
  t.equal((await api.get('/auth/profile')).data.username, 'admin', 'with the token from then on')
  await t.rejects(login('admin', 'wrong'))
  t.match(said, [['登录失败:', { error: { code: 'INVALID_CREDENTIALS' } }]])
})

const run = promisify(execFile)

t.test('the Python client signs in', async t => {
  const hasRequests = await run('python3', ['-c', 'import requests']).then(
    () => true,
    () => false,
  )
  if (!hasRequests) {
    t.pass('there is no Python with requests here')
    return
  }
  const office = await startOffice(t)
  const [classes = ''] = program('python').split('# 使用示例')
  const use = `
client = IPAMClient("${office.h.url}/api", "admin", "${PASSWORD}")
print(client.session.get(f"{client.base_url}/auth/profile").json()["username"])
try:
    IPAMClient("${office.h.url}/api", "admin", "wrong")
except requests.HTTPError as error:
    print(error.response.status_code)
`
  const { stdout } = await run('python3', ['-c', classes + use])
  t.equal(stdout, 'admin\n401\n')
})
