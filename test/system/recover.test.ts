// Two of three nodes are lost for ever, and the third becomes a cluster of its own, with everything that was acknowledged and reached its disk.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  checkDirectory,
  planRecovery,
  type RecoveryPlan,
  recoverDirectory,
} from '../../src/node/index.js'
import { readIdentity, replaceIdentity } from '../../src/raft/index.js'
import { REVISIONS_SKIPPED } from '../../src/store/index.js'
import { Daemon, dataDirectoryOf, freePorts } from '../support/processes.js'
import { endWithTest, logOf, startCluster } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { runIpam } from './run-ipam.js'
import { until } from './until.js'
import { checkNothingLost, startWriters } from './writers.js'

const CLIENTS = 8
const ACKNOWLEDGED = 400

t.setTimeout(240_000)

t.test('the last node of three goes on alone, and others join it', async t => {
  const { directory, daemons, urls } = await startCluster(t)
  const network = await createNetwork(urls[0] as string, '10.0.0.0/12')
  const writers = startWriters({ urls, networkId: network.id, clients: CLIENTS })
  await until('enough is acknowledged', async () => {
    const { body } = await call(urls[0] as string, `/api/v1/networks/${network.id}/stats`)
    return (body as { allocated_ips: number }).allocated_ips >= ACKNOWLEDGED
  })
  for (const daemon of daemons) daemon.signal('SIGKILL')
  const acknowledged = (await writers.stop()).flatMap(report => report.allocations)
  for (const daemon of daemons) await daemon.exited()

  const plans = await Promise.all(
    daemons.map(async daemon => {
      const place = dataDirectoryOf(daemon)
      const dry = await runIpam('cluster', 'recover', '--data-dir', place, '--dry-run', '--json')
      t.equal(dry.code, 0, dry.text)
      return { daemon, place, plan: JSON.parse(dry.text) as RecoveryPlan }
    }),
  )
  plans.sort(({ plan: a }, { plan: b }) => b.lastTerm - a.lastTerm || b.lastIndex - a.lastIndex)
  const [kept, lost, returning] = plans as [Kept, Kept, Kept]
  rmSync(lost.place, { recursive: true })
  const refused = await runIpam('cluster', 'recover', '--data-dir', kept.place)
  t.match(refused, { code: 2, text: /others: +nodes \d, \d are refused[\s\S]*say --yes/ })
  await interrupted(kept)

  const done = await runIpam('cluster', 'recover', '--data-dir', kept.place, '--yes')
  t.match(done, { code: 0, text: /is the only member of the new cluster/ })
  const again = await runIpam('cluster', 'recover', '--data-dir', kept.place, '--yes')
  t.match(again, { code: 1, text: /is the only voter of its cluster: it needs no other, start it/ })
  t.match(await checkDirectory(kept.place), {
    ok: true,
    state: { appliedIndex: kept.plan.lastIndex + REVISIONS_SKIPPED },
  })

  const { daemon } = kept
  daemon.start()
  await daemon.ready()
  await checkNothingLost(t, [daemon.url], acknowledged)
  const next = await allocate(daemon.url, { network_id: network.id })
  t.notOk(acknowledged.some(({ ip }) => ip === next.ip))
  t.match((await call(daemon.url, '/api/v1/effects')).body, { enabled: true })
  returning.daemon.start()
  await until('the node that comes back is refused', () =>
    /data of another cluster[^"]*stop the other, delete its data/.test(logOf(returning.daemon)),
  )
  await returning.daemon.end('SIGTERM')
  const fresh = await newcomer(daemon, directory)
  endWithTest(t, [fresh.daemon])
  fresh.daemon.start()
  const added = await runIpam('cluster', 'add', '4', fresh.peer, '--server', daemon.url)
  t.match(added, { code: 0 }, added.text)
  await fresh.daemon.ready()
  await checkNothingLost(t, [daemon.url, fresh.daemon.url], [...acknowledged, next])

  /** At each step at which the power may go, a daemon refuses to start and another recovery comes to the same end. */
  async function interrupted({ place, plan, daemon }: Kept): Promise<void> {
    const whole = join(directory, 'whole')
    cpSync(place, whole, { recursive: true })
    const { clusterUuid, index } = await recoverDirectory(whole)
    const before = await readIdentity(place)
    if (before === null) throw new Error('the node has an identity')
    const recovering = { ...before, recovering: { clusterUuid } }

    const begun = join(directory, 'begun')
    cpSync(place, begun, { recursive: true })
    await replaceIdentity(begun, recovering)
    const adopted = join(directory, 'adopted')
    cpSync(begun, adopted, { recursive: true })
    for (const name of ['state', 'CURRENT'])
      cpSync(join(whole, name), join(adopted, name), { recursive: true })
    const logged = join(directory, 'logged')
    cpSync(whole, logged, { recursive: true })
    await replaceIdentity(logged, recovering)

    for (const crashed of [begun, adopted, logged]) {
      const args = daemon.options.args.map(arg => (arg === place ? crashed : arg))
      const refusing = new Daemon({ ...daemon.options, args, logFile: `${crashed}.log` })
      refusing.start()
      t.equal(await refusing.exited(), 1)
      t.match(logOf(refusing), /a recovery was begun in it and not finished/)
      t.match(await planRecovery(crashed), { unfinished: true, nodeId: plan.nodeId })
      t.match(await recoverDirectory(crashed), { clusterUuid, index })
      const report = await checkDirectory(crashed)
      t.match(report, { ok: true, state: { appliedIndex: index, clusterUuid } }, crashed)
    }
  }
})

type Kept = { readonly daemon: Daemon; readonly place: string; readonly plan: RecoveryPlan }

/** Node 4, empty, as an operator starts it. */
async function newcomer(member: Daemon, directory: string) {
  const [api, raft] = await freePorts(2)
  const peer = `127.0.0.1:${raft}`
  const configFile = join(directory, 'joining.yaml')
  const config = readFileSync(join(directory, 'cluster.yaml'), 'utf8')
  writeFileSync(configFile, config.slice(0, config.indexOf('nodes:')))
  const daemon = new Daemon({
    url: `http://127.0.0.1:${api}`,
    logFile: join(directory, 'node-4.log'),
    environment: member.options.environment ?? {},
    args: [
      ...['--config', configFile, '--node', '4', '--data-dir', join(directory, 'node-4')],
      ...['--listen', `127.0.0.1:${api}`, '--peer-listen', peer, '--join'],
    ],
  })
  return { daemon, peer }
}
