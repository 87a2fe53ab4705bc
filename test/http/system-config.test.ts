// The settings of the system: for admins, and never with their password.
import t from 'tap'
import { Sealer, SMTP_PASSWORD, systemRandom } from '../../src/auth/index.js'
import { Harness } from './harness.js'
import { refusal, startOffice } from './office.js'

const PATH = '/api/system/config'
const UPDATE = { type: 'settings.update', ifRevision: null } as const
const defaults = {
  smtp_host: null,
  smtp_port: 587,
  smtp_user: null,
  smtp_password: null,
  smtp_from: null,
  alert_email: null,
  backup_retention_days: 30,
}
/** As document 004 writes it. */
const example = {
  smtp_host: 'smtp.example.com',
  smtp_port: 587,
  alert_email: 'admin@example.com',
  backup_retention_days: 30,
}

t.test('settings have defaults, are changed in part, and set back by null', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  const fresh = await office.as(admin, 'GET', PATH)
  t.strictSame([fresh.status, fresh.json], [200, defaults])
  const match = { 'if-match': String(fresh.headers.get('etag')) }
  const changed = await office.as(admin, 'PUT', PATH, example, match)
  t.strictSame([changed.status, changed.json], [200, { ...defaults, ...example }])
  t.equal(refusal(await office.as(admin, 'PUT', PATH, example, match)), '412 REVISION_MISMATCH')
  const more = await office.as(admin, 'PUT', PATH, { backup_retention_days: 7, smtp_host: null })
  t.strictSame(more.json, { ...defaults, ...example, backup_retention_days: 7, smtp_host: null })
  const read = await office.as(admin, 'GET', PATH)
  t.strictSame(read.json, more.json)
  t.equal(read.headers.get('etag'), more.headers.get('etag'))
  const known = { 'if-none-match': String(read.headers.get('etag')) }
  t.equal((await office.as(admin, 'GET', PATH, undefined, known)).status, 304)
})

t.test('what was read may be sent back: the mask of a password changes nothing', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  await office.as(admin, 'PUT', PATH, { smtp_user: 'ipam', smtp_password: 'hunter2' })
  const { json } = await office.as(admin, 'GET', PATH)
  t.match(json, { smtp_user: 'ipam', smtp_password: '********' })
  t.strictSame((await office.as(admin, 'PUT', PATH, json)).json, json)
  const settings = () => office.h.gateway.ledger.catalogue().settings()
  t.equal(settings().smtpPassword, 'hunter2')
  const cleared = await office.as(admin, 'PUT', PATH, { smtp_password: null })
  t.equal(cleared.json.smtp_password, null)
  t.equal(settings().smtpPassword, null)
})

t.test(
  'with a cluster secret no command has the password in clear, however long it is',
  async t => {
    const harness = new Harness()
    harness.sealer = new Sealer('a secret for tests only', systemRandom)
    const office = await startOffice(t, {}, harness)
    const { gateway, sealer } = office.h
    const admin = await office.token('admin')
    const settings = () => gateway.ledger.catalogue().settings()
    for (const password of ['hunter2', '\u{1f511}'.repeat(512), 'sealed.1.no.thing']) {
      const set = { smtp_password: password }
      const changed = await office.as(admin, 'PUT', PATH, set, { 'idempotency-key': 'k-1' })
      t.match(changed, { status: 200, json: { smtp_password: '********' } }, changed.text)
      const stored = settings().smtpPassword as string
      t.equal(sealer.open(stored, SMTP_PASSWORD), 'hunter2', 'the key was used for the first one')
      t.equal((await office.as(admin, 'PUT', PATH, set)).status, 200)
      t.equal(sealer.open(settings().smtpPassword as string, SMTP_PASSWORD), password)
      await office.as(admin, 'PUT', PATH, { smtp_password: '********' })
      t.equal(sealer.open(settings().smtpPassword as string, SMTP_PASSWORD), password, 'the mask')
      gateway.apply({ ...UPDATE, set: { smtpPassword: stored } })
    }
    t.notMatch(JSON.stringify(gateway.submitsAsked), 'hunter2')
    const tooLong = await office.as(admin, 'PUT', PATH, { smtp_password: 'x'.repeat(513) })
    t.equal(refusal(tooLong), '422 INVALID_REQUEST')
  },
)

t.test('only admins see and change them', async t => {
  const office = await startOffice(t)
  for (const name of ['manager', 'reader']) {
    const token = await office.token(name)
    for (const [method, body] of [['GET'], ['PUT', example]] as const) {
      const answer = await office.as(token, method, PATH, body)
      t.equal(refusal(answer), '403 INSUFFICIENT_PERMISSIONS', `${name} ${method}`)
    }
  }
  t.equal(refusal(await office.h.call('GET', PATH)), '401 UNAUTHORIZED')
  t.equal(refusal(await office.h.call('PUT', PATH, example)), '401 UNAUTHORIZED')
})

t.test('what cannot be is refused by name; a password is not shown back', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  for (const [body, field] of [
    [{}, undefined],
    [{ smtp_tls: true }, 'smtp_tls'],
    [{ smtp_host: '' }, 'smtp_host'],
    [{ smtp_host: 'no host' }, 'smtp_host'],
    [{ smtp_host: '300.1.1.1' }, 'smtp_host'],
    [{ smtp_port: 0 }, 'smtp_port'],
    [{ smtp_port: 65_536 }, 'smtp_port'],
    [{ smtp_port: '587' }, 'smtp_port'],
    [{ smtp_from: 'nowhere' }, 'smtp_from'],
    [{ alert_email: 'a@' }, 'alert_email'],
    [{ backup_retention_days: 0 }, 'backup_retention_days'],
    [{ smtp_password: 'hunter2\nhunter2' }, 'smtp_password'],
    [{ smtp_password: '' }, 'smtp_password'],
    [{ smtp_password: 5 }, 'smtp_password'],
  ] as const) {
    const answer = await office.as(admin, 'PUT', PATH, body)
    const row = JSON.stringify(body)
    t.equal(refusal(answer), '422 INVALID_REQUEST', row)
    t.equal(answer.json.error.details.field, field ?? 'body', row)
    t.notMatch(answer.text, 'hunter2')
  }
  t.strictSame((await office.as(admin, 'GET', PATH)).json, defaults)
  const zh = { 'accept-language': 'zh' }
  const answer = await office.as(admin, 'PUT', PATH, { smtp_host: 'no host' }, zh)
  t.strictSame(answer.json.error.details, { field: 'smtp_host', reason: '必须是主机名或IP地址' })
})

t.test('no log, no history, no answer and no kept outcome has the password', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  const key = { 'idempotency-key': 'k-1' }
  const texts: string[] = []
  for (const password of ['hunter2-one', 'hunter2-two'])
    texts.push((await office.as(admin, 'PUT', PATH, { smtp_password: password }, key)).text)
  texts.push((await office.as(admin, 'GET', PATH)).text)
  office.h.gateway.failure = new Error('broken')
  texts.push((await office.as(admin, 'PUT', PATH, { smtp_password: 'hunter2-three' })).text)
  const { rows } = office.h.gateway
  const outcomes = rows.image().sessions.map(session => [...session.outcomes])
  const logged = JSON.stringify(office.h.logged, (_, value) =>
    value instanceof Error ? `${value.stack}` : value,
  )
  t.ok(office.h.logged.some(({ level }) => level === 'error'))
  t.notMatch([...texts, JSON.stringify([rows.changes(), outcomes]), logged].join('\n'), 'hunter2')
})
