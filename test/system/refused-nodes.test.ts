// Daemons that must not join as they are: a lost disk, a directory in use, a wrong secret. The others go on.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Daemon, dataDirectoryOf, freePorts } from '../support/processes.js'
import {
  type ClusterOfThree,
  endWithTest,
  logOf,
  startCluster,
  statusOf,
} from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { until } from './until.js'

const SECRET = 'a secret for tests only, long enough'
const WRONG_SECRET = 'not the secret of this cluster at all'

t.setTimeout(120_000)

t.test('nodes that must not join are refused, and the cluster goes on', async t => {
  const cluster = await startCluster(t)
  const network = await createNetwork(cluster.urls[0] as string, '10.0.0.0/16')
  await t.test('a second daemon on the same directory', t => secondDaemon(t, cluster))
  await t.test('a wrong secret', t => wrongSecret(t, cluster, network.id))
  await t.test('a wiped data directory under its old id', t =>
    wipedDirectory(t, cluster, network.id),
  )
  await t.test('no log tells a secret', async t => {
    for (const name of readdirSync(cluster.directory).filter(name => name.endsWith('.log'))) {
      const text = readFileSync(join(cluster.directory, name), 'utf8')
      t.ok(text.length > 0, `${name} says something`)
      for (const secret of [SECRET, WRONG_SECRET]) {
        const spellings = ['utf8', 'base64', 'hex'] as const
        const told = spellings.some(spelling =>
          text.includes(Buffer.from(secret).toString(spelling)),
        )
        t.notOk(told, `${name} does not tell ${secret}`)
      }
    }
  })
})

async function secondDaemon(t: Test, { directory, daemons }: ClusterOfThree): Promise<void> {
  const first = daemons[1] as Daemon
  const [apiPort, peerPort] = await freePorts(2)
  const second = new Daemon({
    ...first.options,
    logFile: join(directory, 'second.log'),
    url: `http://127.0.0.1:${apiPort}`,
    args: [
      ...first.options.args,
      ...['--listen', `127.0.0.1:${apiPort}`, '--peer-listen', `127.0.0.1:${peerPort}`],
    ],
  })
  endWithTest(t, [second])
  const { pid } = first
  second.start()
  t.equal(await second.exited(), 1, 'it ends with exit code 1')
  const said = await until('it says why', () => logOf(second) || null)
  t.match(said, `The directory ${dataDirectoryOf(first)} is in use by another process.`)
  t.match(said, 'Stop that daemon first, or give this one a data directory of its own.')
  t.notMatch(said, /\n\s+at /, 'without a stack trace')
  t.equal(first.pid, pid)
  t.equal((await call(first.url, '/readyz')).status, 200, 'the first is unharmed')
}

async function wrongSecret(t: Test, cluster: ClusterOfThree, networkId: string): Promise<void> {
  const { directory, daemons } = cluster
  const [first, second, stranger] = daemons as [Daemon, Daemon, Daemon]
  const secretFile = join(directory, 'wrong-secret')
  writeFileSync(secretFile, WRONG_SECRET)
  await stranger.end('SIGTERM')
  const before = await termAfterHandOver([first, second])
  const mistaken = new Daemon({
    ...stranger.options,
    environment: { IPAM_SECRET_FILE: secretFile },
  })
  endWithTest(t, [mistaken])
  mistaken.start()
  for (const daemon of [mistaken, first, second])
    await until(`${daemon.url} says that a secret is wrong`, () =>
      logOf(daemon).includes('"code":"wrong-secret"'),
    )
  t.equal((await call(mistaken.url, '/livez')).status, 200, 'it lives')
  t.equal((await call(mistaken.url, '/readyz')).status, 503, 'and is not ready')
  for (const { url } of [first, second]) await allocate(url, { network_id: networkId })
  t.equal((await statusOf(first.url)).term, before, 'the others keep their leader')
  t.match(logOf(first), 'compare secret_file on both nodes', 'the log says what to do')
  await mistaken.end('SIGTERM')
  stranger.start()
  await stranger.ready()
  t.pass('with the right secret it is back')
}

async function termAfterHandOver(daemons: readonly Daemon[]): Promise<number> {
  return until('the two have a leader', async () => {
    const [one, other] = await Promise.all(daemons.map(({ url }) => statusOf(url)))
    const led = one?.leader_id !== null && one?.leader_id === other?.leader_id
    const present = [one?.node_id, other?.node_id].includes(one?.leader_id ?? 0)
    return led && present ? (one?.term ?? null) : null
  })
}

async function wipedDirectory(t: Test, cluster: ClusterOfThree, networkId: string): Promise<void> {
  const [first, second, wiped] = cluster.daemons as [Daemon, Daemon, Daemon]
  await wiped.end('SIGKILL')
  rmSync(dataDirectoryOf(wiped), { recursive: true })
  const before = logOf(wiped).length
  wiped.start()
  t.equal(await wiped.exited(), 1, 'it ends with exit code 1')
  const said = await until('it says why', () => /refused: .*\n$/.exec(logOf(wiped).slice(before)))
  t.match(said[0], 'the cluster knows node 3 with another data directory')
  t.match(said[0], 'Remove this node from the cluster and add it again under a new id')
  t.notMatch(logOf(wiped).slice(before), /\n\s+at /, 'without a stack trace')
  // It ends at the first refusal: whom it did not reach by then has nothing to tell.
  await until('a member that refused it says so, too', () =>
    [first, second].some(daemon => logOf(daemon).includes('"code":"other-data"')),
  )
  for (const { url } of [first, second]) {
    await allocate(url, { network_id: networkId })
    t.equal((await call(url, '/readyz')).status, 200, `${url} goes on`)
  }
  wiped.start()
  t.equal(await wiped.exited(), 1, 'a supervisor that starts it again gets the same answer')
}
