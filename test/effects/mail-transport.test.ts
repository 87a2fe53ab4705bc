// Mail on its way to a real SMTP server: what arrives, how it is asked for a login, and what its refusals mean.
import type { SMTPServerOptions } from 'smtp-server'
import t, { type Test } from 'tap'
import { openMailer } from '../../src/effects/index.js'
import { failureOf } from '../../src/effects/mail-failure.js'
import { composeMail, type MailContext } from '../../src/effects/mail-text.js'
import type { Alert } from '../../src/ledger/index.js'
import { MailServer } from '../support/mail-server.js'
import { freePorts } from '../support/processes.js'

const RAISED_MS = Date.UTC(2026, 0, 31, 12)
/** With a certificate that comes with the package, and that nobody has signed. */
const WITH_TLS = { hideSTARTTLS: false }
const never = new AbortController().signal

const alert: Alert = {
  ...{ id: 17, kind: 'utilization', severity: 'high', networkId: 3, allocationId: null },
  ...{ subject: '10.0.0.0/24', figure: 9230, raisedMs: RAISED_MS, resolvedMs: null },
  ...{ mails: 2, mailed: 0, revision: 9 },
}
const context: MailContext = {
  settings: { smtpFrom: null, alertEmail: 'noc@example.com' },
  ...{ clusterUuid: 'c-1', locale: 'en', nowMs: RAISED_MS + 1000 },
}

async function start(t: Test, options: SMTPServerOptions = {}) {
  const server = await new MailServer(options).open()
  t.teardown(() => server.close())
  return server
}

function mailerTo(t: Test, port: number, user: string | null = null, password = 'wrong horse') {
  const mailer = openMailer({ host: '127.0.0.1', port, user, password })
  t.teardown(() => mailer.close())
  return (mail = composeMail(alert, context), signal = never) => mailer.send(mail, signal)
}

async function failure(sending: Promise<void>) {
  return sending.then(
    () => null,
    error => failureOf(error),
  )
}

t.test('an alert arrives in English, encrypted where the server offers it', async t => {
  const server = await start(t, WITH_TLS)
  await mailerTo(t, server.port)()
  const [mail] = server.taken
  t.match(mail, {
    ...{ from: 'ipam@example.com', to: ['noc@example.com'], secure: true, user: null },
    messageId: '<alert-17-2.c-1@ipam>',
    subject: '[IPAM] High: 10.0.0.0/24 is 92.3% full',
  })
  t.match(mail?.text, /^10\.0\.0\.0\/24 is 92\.3% full\n\nSeverity: High\nKind: utilization\n/)
  t.match(mail?.text, /Raised: 2026-01-31 12:00:00 UTC\nCluster: c-1\n/)
  t.notMatch(mail?.text, /Resolved/)
  t.equal(mail?.headers.get('x-ipam-alert'), '17; kind=utilization; severity=high; mail=2')
  t.equal(mail?.headers.get('auto-submitted'), 'auto-generated')
  t.match(mail?.headers.get('date'), /31 Jan 2026 12:00:01/)
})

const chinese: readonly (readonly [Alert, string, RegExp])[] = [
  [alert, '[IPAM] 高: 网段 10.0.0.0/24 的使用率已达 92.3%', /级别: 高\n类型: 使用率\n/],
  [
    {
      ...{ ...alert, kind: 'expiry', severity: 'medium', allocationId: 5, subject: '10.0.0.5' },
      figure: RAISED_MS + 86_400_000,
    },
    '[IPAM] 中: 10.0.0.5 的租约将于 2026-02-01 12:00:00 UTC 到期',
    /发生时间: 2026-01-31 12:00:00 UTC/,
  ],
  [
    { ...alert, kind: 'conflict', figure: 3, resolvedMs: RAISED_MS + 5000 },
    '[IPAM] 高: 10.0.0.0/24 对应 3 个 MAC 地址',
    /该告警现已解除。\n[\s\S]*解除时间: 2026-01-31 12:00:05 UTC/,
  ],
]

t.test('or in Chinese, over one connection', async t => {
  const server = await start(t)
  const send = mailerTo(t, server.port)
  const settings = { ...context.settings, smtpFrom: 'ipam@ipam.example.com' }
  for (const [about, subject, text] of chinese) {
    await send(composeMail(about, { ...context, settings, locale: 'zh' }))
    const mail = server.taken.at(-1)
    t.equal(mail?.subject, subject)
    t.match(mail?.text, text)
    t.equal(mail?.from, 'ipam@ipam.example.com')
  }
  t.equal(server.connections, 1)
})

t.test('an address is taken as it is, and never for several', async t => {
  const server = await start(t)
  const alertEmail = 'a,b@example.com'
  await mailerTo(
    t,
    server.port,
  )(composeMail(alert, { ...context, settings: { smtpFrom: null, alertEmail } }))
  t.equal(server.taken[0]?.to.length, 1)
})

const onAuth: NonNullable<SMTPServerOptions['onAuth']> = ({ username, password }, _, done) => {
  if (username === 'ipam' && password === 'correct horse') done(null, { user: 'ipam' })
  else done(new Error(`no ${username} with ${password}`))
}

t.test('a user name logs in; a wrong password is no secret in the log', async t => {
  const server = await start(t, { authOptional: false, allowInsecureAuth: true, onAuth })
  await mailerTo(t, server.port, 'ipam', 'correct horse')()
  t.match(server.taken, [{ user: 'ipam' }])
  const refused = await failure(mailerTo(t, server.port, 'ipam')())
  t.match(refused, { kind: 'server', code: 'EAUTH', responseCode: 535 })
  t.notMatch(JSON.stringify(refused), /horse/)
})

t.test('a password goes to no server that cannot show who it is', async t => {
  const server = await start(t, { ...WITH_TLS, onAuth })
  const refused = await failure(mailerTo(t, server.port, 'ipam', 'correct horse')())
  t.match(refused, { kind: 'server', responseCode: null })
  t.strictSame(server.taken, [])
})

t.test('what a server answers says whether it is the mail or the server', async t => {
  const server = await start(t)
  const send = mailerTo(t, server.port)
  const answers = [
    [554, 'refused'],
    [451, 'server'],
    [421, 'server'],
  ] as const
  for (const [code, kind] of answers) {
    server.judge = () => ({ code, text: `no, ${code}` })
    t.match(await failure(send()), { kind, responseCode: code }, `${code} to the mail`)
    server.judge = () => null
    server.judgeRecipient = () => ({ code, text: `no, ${code}` })
    t.match(await failure(send()), { kind, responseCode: code }, `${code} to the recipient`)
    server.judgeRecipient = () => null
  }
  await send()
  t.equal(server.taken.length, 1)
})

t.test('a server that is not there, or says nothing, is told of as such', async t => {
  const [port = 0] = await freePorts(1)
  t.match(await failure(mailerTo(t, port)()), { kind: 'server', reason: /ECONNREFUSED/ })
  const server = await start(t)
  server.judge = () => new Promise(resolve => setTimeout(() => resolve(null), 300))
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 100)
  const began = Date.now()
  t.match(await failure(mailerTo(t, server.port)(undefined, abort.signal)), { kind: 'server' })
  t.ok(Date.now() - began < 250, 'who stops does not wait for it')
})

t.test('anything may be thrown', t => {
  for (const error of [null, undefined, 'no', new Error('x'.repeat(1000))])
    t.match(failureOf(error), { kind: 'server', code: 'EUNKNOWN', responseCode: null })
  t.equal(failureOf(new Error('x'.repeat(1000))).reason.length, 200)
  t.end()
})
