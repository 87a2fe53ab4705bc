// Webhooks while leaders are killed, to a receiver that fails one in three and is restarted: every event ends delivered, or failed after
// three attempts in the history. In full: IPAM_WEBHOOKS=20 IPAM_WEBHOOK_EVENTS=500 IPAM_WEBHOOK_KILLS=10.
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Daemon } from '../support/processes.js'
import { type ReceivedEvent, WebhookReceiver } from '../support/webhook-receiver.js'
import { type ClusterOfThree, leaderAmong, startCluster } from './cluster-of-three.js'
import { bearer, callAs, signIn } from './signed-in.js'
import { until } from './until.js'

const WEBHOOKS = Number(process.env.IPAM_WEBHOOKS ?? 3)
const EVENTS = Number(process.env.IPAM_WEBHOOK_EVENTS ?? 40)
const KILLS = Number(process.env.IPAM_WEBHOOK_KILLS ?? 2)
const HOSTS_OF_REGION = 250
const ADMIN = { username: 'admin', password: 'correct horse battery' }
/** Shorter than ten events in a row take to be given up, which would switch webhooks off. */
const DOWN_MS = 300
const DELIVERIES_PAGE = 100

t.setTimeout(120_000 + KILLS * 30_000 + WEBHOOKS * EVENTS * 100)

type Told = ClusterOfThree & { readonly admin: string; readonly receiver: WebhookReceiver }
type ShownAttempt = {
  readonly delivery_id: string
  readonly status_code: number | null
  readonly attempt_number: number
}

function configured({ options }: Daemon): Daemon {
  const environment = {
    IPAM_AUTH_CORE: 'required',
    IPAM_ADMIN_PASSWORD: ADMIN.password,
    IPAM_LIMITS_ENABLED: 'false',
    IPAM_WEBHOOKS_RETRY_WAIT: '500ms',
    IPAM_WEBHOOKS_PER_HOUR: '1000000',
  }
  return new Daemon({ ...options, environment: { ...options.environment, ...environment } })
}

async function start(t: Test): Promise<Told> {
  const receiver = await new WebhookReceiver().open()
  t.teardown(() => receiver.close())
  receiver.statusOf = nth => (nth % 3 === 1 ? 503 : 200)
  const cluster = await startCluster(t, configured)
  const admin = await until('somebody can sign in', () => signIn(cluster.urls[0] as string, ADMIN))
  return { ...cluster, admin, receiver }
}

/** Until it is done: a leader that dies in between may have done it, which is seen by `isDone`. */
async function make(
  { admin, urls }: Told,
  path: string,
  body: object,
  isDone: (status: number) => boolean = status => status === 201,
): Promise<Record<string, string>> {
  let at = 0
  return until(`${path} is made`, async () => {
    const url = urls[at++ % urls.length] as string
    const answer = await callAs(admin, url, path, { method: 'POST', body })
    return isDone(answer.status) ? (answer.body as Record<string, string>) : null
  })
}

/** @returns ids by path */
async function register(told: Told): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  for (let at = 1; at <= WEBHOOKS; at += 1) {
    const path = `/hook-${at}`
    const body = { webhook_url: `${told.receiver.url}${path}`, events: ['host.allocated'] }
    const { webhook_id: id = '', secret_key: secret = '' } = await make(
      told,
      '/ipam/webhooks',
      body,
    )
    told.receiver.secrets.set(path, secret)
    ids.set(path, id)
  }
  return ids
}

/** One after another, so that the order of Changes is that of the names. @returns their names */
async function allocate(told: Told): Promise<readonly string[]> {
  const names: string[] = []
  let region = ''
  for (let at = 0; at < EVENTS; at += 1) {
    if (at % HOSTS_OF_REGION === 0) {
      const body = { country: 'United States', region_name: `Region ${at}` }
      region = (await make(told, '/ipam/regions', body)).region_id ?? ''
    }
    const hostname = `host-${String(at).padStart(6, '0')}`
    // The name is the region's once: it was made by the attempt of which nobody heard.
    const isThere = (status: number) => status === 201 || status === 409
    await make(told, '/ipam/hosts', { region_id: region, hostname }, isThere)
    names.push(hostname)
  }
  return names
}

/** Kills the leader whenever another part of all attempts has come, and takes the receiver down for a moment in between. */
async function disturb({ daemons, admin, receiver }: Told): Promise<void> {
  for (let round = 1; round <= KILLS; round += 1) {
    const wanted = Math.floor((round * WEBHOOKS * EVENTS) / (KILLS + 1))
    while (receiver.received.length < wanted) await sleep(5)
    const leader = await leaderAmong(daemons, { headers: bearer(admin) })
    await leader.end('SIGKILL')
    await receiver.close()
    await sleep(DOWN_MS)
    await receiver.open()
    leader.start()
    await leader.ready()
  }
}

async function historyOf({ admin, urls }: Told, id: string): Promise<readonly ShownAttempt[]> {
  const attempts: ShownAttempt[] = []
  for (let page = 1; ; page += 1) {
    const path = `/ipam/webhooks/${id}/deliveries?page=${page}&page_size=${DELIVERIES_PAGE}`
    const { status, body } = await callAs(admin, urls[0] as string, path)
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`)
    const { deliveries } = body as { readonly deliveries: readonly ShownAttempt[] }
    attempts.push(...deliveries)
    if (deliveries.length < DELIVERIES_PAGE) return attempts
  }
}

/** Events of which the history says how they ended. */
function endedIn(attempts: readonly ShownAttempt[]): number {
  const ended = attempts.filter(
    ({ status_code: status, attempt_number: number }) =>
      number === 3 || (status !== null && status < 300),
  )
  return new Set(ended.map(({ delivery_id: id }) => id)).size
}

function hostnameOf({ body }: ReceivedEvent): string {
  return (JSON.parse(body) as { readonly data: { readonly hostname: string } }).data.hostname
}

function firstSeen(received: readonly ReceivedEvent[]): readonly ReceivedEvent[] {
  const seen = new Set<string>()
  return received.filter(({ deliveryId }) => !seen.has(deliveryId) && seen.add(deliveryId))
}

t.test(`${EVENTS} events to ${WEBHOOKS} webhooks while ${KILLS} leaders are killed`, async t => {
  const told = await start(t)
  const { receiver } = told
  const ids = await register(told)
  const [names] = await Promise.all([allocate(told), disturb(told)])
  for (const [path, id] of ids) {
    await until('every event has ended', async () => {
      return endedIn(await historyOf(told, id)) === EVENTS
    })
    const received = receiver.received.filter(each => each.path === path)
    const firsts = received.filter(({ attempt }) => attempt === 1)
    t.strictSame(firstSeen(firsts).map(hostnameOf), unlessNeverReached(names, firsts), 'in order')
    for (const { deliveryId, body } of received)
      if (received.some(other => other.deliveryId === deliveryId && other.body !== body))
        t.fail(`${deliveryId} was not always the same`)
    t.equal(new Set(received.map(hostnameOf)).size, firstSeen(received).length, 'one id an event')
  }
  t.ok(
    receiver.received.every(({ signatureIsGood }) => signatureIsGood),
    'all signatures',
  )
  const copies = receiver.received.length - distinctAttempts(receiver.received)
  t.comment(`${receiver.received.length} requests, ${copies} of attempts made before`)
  t.ok(copies <= KILLS * WEBHOOKS * 2, 'at most what was under way when a leader died')
})

/** While the receiver is down nobody sees a first attempt: those names are missing, and no others. */
function unlessNeverReached(
  names: readonly string[],
  firsts: readonly ReceivedEvent[],
): readonly string[] {
  const reached = new Set(firsts.map(hostnameOf))
  return names.filter(name => reached.has(name))
}

function distinctAttempts(received: readonly ReceivedEvent[]): number {
  return new Set(received.map(({ deliveryId, attempt }) => `${deliveryId} ${attempt}`)).size
}
