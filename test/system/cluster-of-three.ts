// Three real daemons for one test: started together, ended with it, their files kept when it fails.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { Daemon, freePorts, makeCluster } from '../support/processes.js'
import { type CallOptions, call } from './http.js'
import { until } from './until.js'

export type ClusterOfThree = {
  readonly directory: string
  readonly daemons: readonly Daemon[]
  readonly urls: readonly string[]
}

/** @param change replaces daemons before they start. All three are ready when it resolves. */
export async function startCluster(
  t: Test,
  change: (daemon: Daemon, position: number) => Daemon = daemon => daemon,
): Promise<ClusterOfThree> {
  const directory = temporaryDirectory(t)
  const daemons = (await makeCluster({ directory, nodes: 3 })).map(change)
  endWithTest(t, daemons)
  for (const daemon of daemons) daemon.start()
  await Promise.all(daemons.map(daemon => daemon.ready()))
  return { directory, daemons, urls: daemons.map(daemon => daemon.url) }
}

/** A log that is cut soon: what a node misses is far more than what is kept. */
export function withSmallLog({ options }: Daemon): Daemon {
  const environment = { IPAM_RAFT_COMPACT_ENTRIES: '500', IPAM_RAFT_TAIL_ENTRIES: '500' }
  return new Daemon({ ...options, environment: { ...options.environment, ...environment } })
}

export type Newcomer = { readonly daemon: Daemon; readonly peerAddress: string }

/** A node that is not in the configuration file, to be started with --join, not started yet. */
export async function newcomer(
  { directory, daemons }: Pick<ClusterOfThree, 'directory' | 'daemons'>,
  nodeId: number,
): Promise<Newcomer> {
  const [apiPort, raftPort] = await freePorts(2)
  const { environment } = (daemons[0] as Daemon).options
  const daemon = new Daemon({
    url: `http://127.0.0.1:${apiPort}`,
    logFile: join(directory, `node-${nodeId}.log`),
    ...(environment === undefined ? {} : { environment }),
    args: [
      ...['--config', join(directory, 'cluster.yaml'), '--node', String(nodeId), '--join'],
      ...['--data-dir', join(directory, `node-${nodeId}`)],
      ...['--listen', `127.0.0.1:${apiPort}`, '--peer-listen', `127.0.0.1:${raftPort}`],
    ],
  })
  return { daemon, peerAddress: `127.0.0.1:${raftPort}` }
}

/** Removed after the test, kept and named when the test failed. */
export function temporaryDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-system-'))
  t.teardown(() => {
    if (t.passing()) rmSync(directory, { recursive: true, force: true })
    else t.comment(`logs and data are kept in ${directory}`)
  })
  return directory
}

/** Teardowns run last to first, so the processes are gone before their directory is. */
export function endWithTest(t: Test, daemons: readonly Daemon[]): void {
  t.teardown(async () => {
    await Promise.all(daemons.map(daemon => daemon.end('SIGKILL')))
  })
}

/** The node that the given nodes take for their leader, once they agree and it is one of them. @param asked see `statusOf` */
export async function leaderAmong(
  daemons: readonly Daemon[],
  asked: Pick<CallOptions, 'headers'> = {},
): Promise<Daemon> {
  return until('the nodes agree on a leader among them', async () => {
    const named = await Promise.all(daemons.map(({ url }) => statusOf(url, asked)))
    const leaderId = named[0]?.leader_id
    if (named.some(status => status.leader_id !== leaderId)) return null
    return daemons[named.findIndex(status => status.node_id === leaderId)] ?? null
  })
}

export type Status = {
  readonly node_id: number
  readonly leader_id: number | null
  readonly role: string
  readonly term: number
}

/** A node's own view of the cluster. @param asked with a token where one is needed. @throws unless it answers 200 */
export async function statusOf(
  url: string,
  asked: Pick<CallOptions, 'headers'> = {},
): Promise<Status> {
  const { status, body } = await call(url, '/api/v1/cluster/status', asked)
  if (status !== 200) throw new Error(`${url} answered ${status}: ${JSON.stringify(body)}`)
  return body as Status
}

/** What the daemon has written to standard error so far. */
export function logOf(daemon: Daemon): string {
  return readFileSync(daemon.options.logFile, 'utf8')
}
