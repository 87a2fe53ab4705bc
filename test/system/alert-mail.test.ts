// Alerts by mail while leaders are killed, to a real SMTP server: every alert arrives, and what comes twice is one and the
// same mail, whose leader died between the server's answer and the record of it. 20 kills: IPAM_MAIL_KILLS=20.
import t, { type Test } from 'tap'
import { deferred } from '../../src/lib/index.js'
import { MailServer } from '../support/mail-server.js'
import { Daemon } from '../support/processes.js'
import { type ClusterOfThree, leaderAmong, logOf, startCluster } from './cluster-of-three.js'
import { bearer, callAs, signIn } from './signed-in.js'
import { until } from './until.js'

const KILLS = Number(process.env.IPAM_MAIL_KILLS ?? 3)
const SUBNETS_PER_KILL = 12
const ADMIN = { username: 'admin', password: 'correct horse battery' }
const SMTP_PASSWORD = 'staple of horses'
/** What a mail server takes its time for: the leader dies before, while and after it answers. */
const DEATHS_AFTER_MS = [0, 12, 4, 30, 1, 80] as const
const ANSWER_MS_MAX = 8

t.setTimeout(60_000 + KILLS * 30_000)

type Mailing = ClusterOfThree & { readonly admin: string; readonly server: MailServer }
type ShownAlert = { readonly id: number; readonly network: string; readonly severity: string }

function configured({ options }: Daemon): Daemon {
  const environment = {
    IPAM_AUTH_CORE: 'required',
    IPAM_ADMIN_PASSWORD: ADMIN.password,
    IPAM_ALERTS_REVIEW_EVERY: '1s',
    IPAM_LIMITS_ENABLED: 'false',
  }
  return new Daemon({ ...options, environment: { ...options.environment, ...environment } })
}

async function start(t: Test): Promise<Mailing> {
  const server = await new MailServer({
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (password === SMTP_PASSWORD) done(null, { user: username ?? '' })
      else done(new Error('wrong password'))
    },
  }).open()
  t.teardown(() => server.close())
  const cluster = await startCluster(t, configured)
  const url = cluster.urls[0] as string
  const admin = await until('somebody can sign in', () => signIn(url, ADMIN))
  const body = {
    ...{ smtp_host: '127.0.0.1', smtp_port: server.port, alert_email: 'noc@example.com' },
    ...{ smtp_user: 'ipam', smtp_password: SMTP_PASSWORD },
  }
  await change(admin, url, '/api/system/config', { method: 'PUT', body })
  return { ...cluster, admin, server }
}

/** @throws unless it is done */
async function change(
  admin: string,
  url: string,
  path: string,
  request: { readonly method: string; readonly body: object },
): Promise<unknown> {
  const { status, body } = await callAs(admin, url, path, request)
  if (status === 200 || status === 201) return body
  throw new Error(`${url}${path} answered ${status}: ${JSON.stringify(body)}`)
}

/** Each of two addresses, both taken: an alert each. */
async function fillSubnets({ admin, urls }: Mailing, round: number): Promise<void> {
  const fill = async (at: number): Promise<void> => {
    const url = urls[at % urls.length] as string
    const subnet = { method: 'POST', body: { network: `10.${round}.${at}.0/30` } }
    const { id } = (await change(admin, url, '/api/subnets', subnet)) as { id: number }
    const address = { method: 'POST', body: { subnet_id: id } }
    for (let taken = 0; taken < 2; taken++) await change(admin, url, '/api/ips/allocate', address)
  }
  await Promise.all(Array.from({ length: SUBNETS_PER_KILL }, (_, at) => fill(at)))
}

/** Kills the leader once so many more mails have come, a moment after the last. @returns that mail's Message-ID */
async function killInTheMiddle(mailing: Mailing, round: number): Promise<string> {
  const { daemons, admin, server } = mailing
  const leader = await leaderAmong(daemons, { headers: bearer(admin) })
  const killedAt = server.taken.length + 1 + ((round * 5) % (SUBNETS_PER_KILL - 1))
  const deathMs = DEATHS_AFTER_MS[round % DEATHS_AFTER_MS.length] as number
  // No mail is answered before all is written: a node that dies does not answer who writes either.
  const filled = deferred<void>()
  let killed = false
  server.judge = async () => {
    await filled.promise
    if (server.taken.length + 1 >= killedAt && !killed) {
      killed = true
      setTimeout(() => leader.signal('SIGKILL'), deathMs)
    }
    await pause((round * 3) % ANSWER_MS_MAX)
    return null
  }
  await fillSubnets(mailing, round)
  filled.resolve()
  await leader.exited()
  // What the server has is taken, though nobody hears its answer any more.
  await pause(ANSWER_MS_MAX + 50)
  const last = server.taken.at(-1)?.messageId ?? ''
  server.judge = () => null
  leader.start()
  await leader.ready()
  return last
}

async function alertsOf({ admin, urls }: Mailing): Promise<readonly ShownAlert[]> {
  const path = '/api/reports/alerts?status=all&size=1000'
  const { status, body } = await callAs(admin, urls[0] as string, path)
  if (status !== 200) throw new Error(`alerts: ${status} ${JSON.stringify(body)}`)
  return (body as { readonly data: readonly ShownAlert[] }).data
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

t.test(`every alert arrives while ${KILLS} leaders are killed`, async t => {
  const mailing = await start(t)
  const { server } = mailing
  const lastOfLeaders = new Set<string>()
  for (let round = 0; round < KILLS; round++) {
    lastOfLeaders.add(await killInTheMiddle(mailing, round))
    const wanted = (round + 1) * SUBNETS_PER_KILL
    await until('all mails have come', () => alertIds(server).size === wanted)
  }
  const alerts = await alertsOf(mailing)
  t.equal(alerts.length, KILLS * SUBNETS_PER_KILL, 'an alert for each subnet')
  t.ok(alerts.every(({ severity }) => severity === 'critical'))
  t.strictSame(alertIds(server), new Set(alerts.map(({ id }) => id)), 'a mail for each alert')
  const copies = server.taken
    .map(({ messageId }) => messageId)
    .filter((messageId, at, all) => all.indexOf(messageId) !== at)
  t.ok(copies.length <= KILLS, 'at most one copy for each leader that died')
  t.strictSame(
    copies.filter(messageId => !lastOfLeaders.has(messageId)),
    [],
    'of the mail that it sent last',
  )
  t.ok(server.taken.every(({ user }) => user === 'ipam'))
  for (const daemon of mailing.daemons) t.notMatch(logOf(daemon), SMTP_PASSWORD)
  t.comment(
    `${KILLS} leaders killed: ${alerts.length} alerts, ${server.taken.length} mails, ${copies.length} second copies`,
  )
})

/** Alerts of which a mail has come. */
function alertIds({ taken }: MailServer): ReadonlySet<number> {
  return new Set(taken.map(({ headers }) => Number.parseInt(headers.get('x-ipam-alert') ?? '', 10)))
}
