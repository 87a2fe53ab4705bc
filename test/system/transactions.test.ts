// One address, one /30, one RT and one RD in one transaction, while the node that leads is killed: all four or none.
// IPAM_TRANSACTION_KILLS sets how often, IPAM_SYSTEM_SEED when after the requests the kill comes.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Daemon } from '../support/processes.js'
import { seededRandom } from '../support/seeded-random.js'
import { type ClusterOfThree, leaderAmong, startCluster } from './cluster-of-three.js'
import { call, createNetwork } from './http.js'

const KILLS = Number(process.env.IPAM_TRANSACTION_KILLS ?? 4)
const SEED = Number(process.env.IPAM_SYSTEM_SEED ?? Date.now() % 1_000_000)
/** Sent at the same moment, to all nodes in turn. */
const TRANSACTIONS_PER_KILL = 6
/** The kill comes while they are on their way: some are decided before it, some after, some never. */
const KILL_AFTER_MS_MAX = 40
const SECONDS_PER_KILL = 15

t.setTimeout((KILLS * SECONDS_PER_KILL + 60) * 1000)

type Fate = 'done' | 'refused' | 'unknown'

t.test(`transactions under ${KILLS} kills of the leader (seed ${SEED})`, async t => {
  const random = seededRandom(SEED)
  const cluster = await startCluster(t)
  const { urls, daemons } = cluster
  const networkId = await prepare(urls[0] as string)
  const fates = new Map<string, Fate>()
  for (let kill = 0; kill < KILLS; kill++) {
    const leader = await leaderAmong(daemons)
    const names = Array.from({ length: TRANSACTIONS_PER_KILL }, (_, n) => `t-${kill}-${n}`)
    const sent = names.map((name, n) =>
      send(urls[n % urls.length] as string, name, transaction(networkId, name, n)),
    )
    await sleep(random() * KILL_AFTER_MS_MAX)
    const ended = leader.end('SIGKILL')
    for (const [n, fate] of (await Promise.all(sent)).entries()) fates.set(names[n] as string, fate)
    await ended
    await comeBack(cluster, leader)
  }
  const counts = await countByName(cluster, networkId)
  const torn = [...fates.keys()].filter(name => ![0, 4].includes(counts.get(name)?.size ?? 0))
  t.same(torn, [], 'each transaction happened wholly or not at all')
  const lost = [...fates].filter(([name, fate]) => fate === 'done' && counts.get(name)?.size !== 4)
  t.same(lost, [], 'what was acknowledged is there')
  const undead = [...fates].filter(([name, fate]) => fate === 'refused' && counts.has(name))
  t.same(undead, [], 'of what was refused nothing is there')
  const twice = [...counts].filter(([, kinds]) => [...kinds.values()].some(count => count !== 1))
  t.same(twice, [], 'nothing happened twice')
  const tally = (fate: Fate) => [...fates.values()].filter(value => value === fate).length
  t.ok(tally('done') > 0, 'some were acknowledged')
  t.comment(
    `transactions ${fates.size}: acknowledged ${tally('done')}, refused ${tally('refused')}, unknown ${tally('unknown')}; kills ${KILLS}`,
  )
})

/** @returns the id of the network from which addresses are taken */
async function prepare(url: string): Promise<string> {
  const { id } = await createNetwork(url, '10.0.0.0/16')
  const number = { admin_value: '65000', format_type: 0, range_start: 1, range_end: 60_000 }
  for (const [path, body] of [
    ['/api/v1/ip-pools', { name: 'links', pool_type: 'ipv4', cidr: '10.1.0.0/16' }],
    ['/api/v1/rtrd-pools', { name: 'targets', pool_type: 'rt', ...number }],
    ['/api/v1/rtrd-pools', { name: 'routes', pool_type: 'rd', ...number }],
  ] as const) {
    const { status, body: answer } = await call(url, path, { method: 'POST', body })
    if (status !== 201) throw new Error(`${path} answered ${status}: ${JSON.stringify(answer)}`)
  }
  return id
}

/** Every third one ends with a step that is refused, so that the three before it must go too. */
function transaction(networkId: string, name: string, n: number): object {
  return {
    steps: [
      { allocate: { network_id: networkId, hostname: name } },
      { allocate_block: { pool: 'links', prefix_length: 30, allocated_to: name } },
      { allocate_number: { pool: 'targets', allocated_to: name } },
      { allocate_number: { pool: n % 3 === 2 ? 'nowhere' : 'routes', allocated_to: name } },
    ],
  }
}

/** Sent once: what becomes of it when nobody asks again is the question. */
async function send(url: string, name: string, body: object): Promise<Fate> {
  try {
    const headers = { 'idempotency-key': name }
    const { status } = await call(url, '/api/v1/transactions', { method: 'POST', body, headers })
    if (status === 201) return 'done'
    return status === 404 ? 'refused' : 'unknown'
  } catch {
    return 'unknown'
  }
}

async function comeBack({ daemons }: ClusterOfThree, daemon: Daemon): Promise<void> {
  daemon.start()
  await Promise.all(daemons.map(each => each.ready()))
}

/** Of each transaction what there is, by kind; the three nodes must say the same. */
async function countByName(
  { urls }: ClusterOfThree,
  networkId: string,
): Promise<Map<string, Map<string, number>>> {
  const views = await Promise.all(urls.map(url => countAt(url, networkId)))
  const text = (view: Map<string, Map<string, number>>) =>
    JSON.stringify([...view].map(([name, kinds]) => [name, [...kinds]]))
  for (const view of views) {
    if (text(view) !== text(views[0] as never)) throw new Error('the nodes list different things')
  }
  return views[0] as Map<string, Map<string, number>>
}

async function countAt(url: string, networkId: string): Promise<Map<string, Map<string, number>>> {
  const counts = new Map<string, Map<string, number>>()
  const count = (name: string | null, kind: string) => {
    const kinds = counts.get(name ?? '') ?? new Map<string, number>()
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    counts.set(name ?? '', kinds)
  }
  type Row = { readonly hostname?: string | null; readonly allocated_to?: string | null }
  const path = `/api/v1/allocations?network_id=${networkId}`
  for (const row of (await call(url, path)).body as Row[]) count(row.hostname ?? null, 'address')
  for (const [kind, pool] of [
    ['block', 'ip-pools/links'],
    ['rt', 'rtrd-pools/targets'],
    ['rd', 'rtrd-pools/routes'],
  ] as const) {
    const { body } = await call(url, `/api/v1/${pool}/allocations`)
    for (const row of (body as { allocations: Row[] }).allocations) {
      count(row.allocated_to ?? null, kind)
    }
  }
  return counts
}
