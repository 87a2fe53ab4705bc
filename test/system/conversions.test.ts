// A reservation is converted while the node that leads is killed, and asked again under the same key until there is an answer: always
// exactly one allocation, the one that was answered. IPAM_CONVERSION_KILLS sets how often (200 for the whole show).
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Daemon } from '../support/processes.js'
import { seededRandom } from '../support/seeded-random.js'
import { type ClusterOfThree, leaderAmong, startCluster } from './cluster-of-three.js'
import { callAs, signIn } from './signed-in.js'
import { until } from './until.js'

const KILLS = Number(process.env.IPAM_CONVERSION_KILLS ?? 5)
const SEED = Number(process.env.IPAM_SYSTEM_SEED ?? Date.now() % 1_000_000)
/** The kill comes while the request is on its way. */
const KILL_AFTER_MS_MAX = 20
const SECONDS_PER_KILL = 15
const ADMIN = { username: 'admin', password: 'correct horse battery' }

t.setTimeout((KILLS * SECONDS_PER_KILL + 60) * 1000)

type Body = { readonly [field: string]: unknown }
type Signed = ClusterOfThree & { readonly admin: string }

t.test(`conversions under ${KILLS} kills of the leader (seed ${SEED})`, async t => {
  const random = seededRandom(SEED)
  const cluster = await startCluster(t, withAdmin)
  const admin = await until('somebody can sign in', () => signIn(cluster.urls[0] as string, ADMIN))
  const signed = { ...cluster, admin }
  let retries = 0
  const hosts = new Map<string, string>()
  for (let n = 0; n < KILLS; n++) {
    const { x, y, z } = { x: 5, y: Math.floor(n / 250), z: 1 + (n % 250) }
    if (z === 1)
      await post(signed, 0, '/ipam/regions', { x_octet: x, y_octet: y, region_name: `r${y}` })
    const wish = { resource_type: 'host', x_octet: x, y_octet: y, z_octet: z, reason: 'kill' }
    const { reservation_id: id } = await post(signed, n, '/ipam/reservations', wish)
    const leader = await leaderAmong(cluster.daemons)
    const converted = convert(signed, n, String(id))
    await sleep(random() * KILL_AFTER_MS_MAX)
    await leader.end('SIGKILL')
    const { hostId, tries } = await converted
    hosts.set(`10.${x}.${y}.${z}`, hostId)
    retries += tries - 1
    leader.start()
    await Promise.all(cluster.daemons.map(daemon => daemon.ready()))
  }
  for (const url of cluster.urls) {
    const seen = await addressesAt(url)
    t.equal(seen.length, KILLS, `${url} has as many allocations as there were conversions`)
    t.same([...seen].sort(), [...hosts.keys()].sort(), 'one for each reserved address')
  }
  for (const [ip, hostId] of hosts) {
    const { body } = await callAs(admin, cluster.urls[0] as string, `/ipam/hosts/by-ip/${ip}`)
    t.equal(Reflect.get(body as object, 'host_id'), hostId, `${ip} is the one that was answered`)
  }
  t.comment(`conversions ${KILLS}, allocations ${hosts.size}, asked again ${retries} times`)
})

function withAdmin({ options }: Daemon): Daemon {
  const environment = { IPAM_ADMIN_PASSWORD: ADMIN.password, IPAM_LIMITS_ENABLED: 'false' }
  return new Daemon({ ...options, environment: { ...options.environment, ...environment } })
}

/** @throws unless it is made */
async function post(signed: Signed, turn: number, path: string, body: object): Promise<Body> {
  const { urls, admin } = signed
  const url = urls[turn % urls.length] as string
  const answer = await callAs(admin, url, path, { method: 'POST', body })
  if (answer.status === 201) return answer.body as Body
  throw new Error(`${url}${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}

/** Until some node answers, each time the next one. */
async function convert(
  { urls, admin }: Signed,
  turn: number,
  id: string,
): Promise<{ readonly hostId: string; readonly tries: number }> {
  let tries = 0
  return until('the reservation is converted', async () => {
    const url = urls[(turn + tries++) % urls.length] as string
    const answer = await callAs(admin, url, `/ipam/reservations/${id}/convert`, {
      method: 'POST',
      body: { hostname: `converted-${turn}` },
      headers: { 'idempotency-key': `convert-${turn}` },
    })
    if (answer.status !== 201) return null
    return { hostId: String(Reflect.get(answer.body as object, 'resource_id')), tries }
  })
}

/** Addresses of all live allocations, as the core surface lists them. */
async function addressesAt(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/api/v1/allocations`)
  return ((await answer.json()) as readonly { readonly ip: string }[]).map(({ ip }) => ip)
}
