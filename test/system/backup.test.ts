// Real daemons: a backup is taken while clients write, checked, restored as a new cluster, and joined; nothing acknowledged before it is missing.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Daemon, dataDirectoryOf } from '../support/processes.js'
import { stateHashes } from './cluster-facts.js'
import { endWithTest, logOf, startCluster } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { runIpam } from './run-ipam.js'
import { until } from './until.js'
import { checkNothingLost, startWriters } from './writers.js'

const CLIENTS = 8
const ACKNOWLEDGED_BEFORE = 500

t.setTimeout(240_000)

/** The same node of the cluster file with another data directory. */
function elsewhere({ options }: Daemon, directory: string): Daemon {
  const args = options.args.map((arg, at) =>
    options.args[at - 1] === '--data-dir' ? directory : arg,
  )
  return new Daemon({ ...options, args, logFile: `${directory}.log` })
}

t.test('backup under load, restore, check: clean', async t => {
  const { directory, daemons, urls } = await startCluster(t)
  const network = await createNetwork(urls[0] as string, '10.0.0.0/12')
  const before = await writeUntilAcknowledged()
  const writers = startWriters({ urls, networkId: network.id, clients: CLIENTS })
  t.teardown(() => writers.stop())
  const file = join(directory, 'under-load.backup')
  const [first, second, third] = daemons as [Daemon, Daemon, Daemon]

  const taken = await runIpam('backup', file, '--server', third.url)
  const reports = await writers.stop()
  t.equal(taken.code, 0, taken.text)
  t.same(
    reports.flatMap(({ failures }) => failures),
    [],
    'no client saw an error answer',
  )
  t.ok(reports.flatMap(report => report.allocations).length > 0, 'clients wrote all the while')
  t.match(await runIpam('check', file), { code: 0, text: /every byte verified[\s\S]*state: sound/ })

  const bytes = readFileSync(file)
  const flipped = `${file}.flipped`
  const middle = statSync(file).size >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  writeFileSync(flipped, bytes)
  t.match(await runIpam('check', flipped), { code: 1, text: /damaged between bytes \d+ and \d+/ })

  for (const daemon of daemons) await daemon.end('SIGTERM')
  const place = join(directory, 'restored-1')
  const restored = await runIpam('restore', file, '--data-dir', place, '--node-id', '1')
  t.match(restored, { code: 0, text: /every rule verified[\s\S]*ipam serve --node 1/ })
  t.match(await runIpam('restore', file, '--data-dir', place), { code: 1, text: /is not empty/ })
  const alone = elsewhere(first, place)
  const joining = elsewhere(second, join(directory, 'restored-2'))
  endWithTest(t, [alone, joining])
  alone.start()
  await alone.ready()
  await checkNothingLost(t, [alone.url], before)
  t.match((await call(alone.url, '/api/v1/effects')).body, { enabled: false })
  const after = await allocate(alone.url, { network_id: network.id })
  t.notOk(before.some(({ ip }) => ip === after.ip))

  // A node of the old cluster comes back, with the same secret and address book.
  third.start()
  await until('the old node is refused', () => /data of another cluster/.test(logOf(alone)))
  const remedy = /stop the other, delete its data directory, and add it/
  await until('and is told what to do', () => remedy.test(logOf(third)))
  await third.end('SIGTERM')
  joining.start()
  const peer = raftAddressOf(second)
  t.match(await runIpam('cluster', 'add', '2', peer, '--server', alone.url), { code: 0 })
  await joining.ready()
  await checkNothingLost(t, [alone.url, joining.url], [...before, after])
  t.equal(new Set(await stateHashes([alone.url, joining.url])).size, 1)
  for (const daemon of [alone, joining]) await daemon.end('SIGTERM')
  for (const daemon of [alone, joining, third]) {
    const report = await runIpam('check', '--data-dir', dataDirectoryOf(daemon))
    t.match(report, { code: 0 }, report.text)
  }

  async function writeUntilAcknowledged() {
    const first = startWriters({ urls, networkId: network.id, clients: CLIENTS })
    await until('enough is acknowledged', async () => {
      const { body } = await call(urls[0] as string, `/api/v1/networks/${network.id}/stats`)
      return (body as { allocated_ips: number }).allocated_ips >= ACKNOWLEDGED_BEFORE
    })
    return (await first.stop()).flatMap(report => report.allocations)
  }

  function raftAddressOf(daemon: Daemon): string {
    const config = readFileSync(join(directory, 'cluster.yaml'), 'utf8')
    const node = daemon.options.args[daemon.options.args.indexOf('--node') + 1]
    return new RegExp(`node_id: ${node}, raft_addr: "([^"]+)"`).exec(config)?.[1] as string
  }
})
