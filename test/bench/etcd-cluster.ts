// Three etcd processes on loopback with their defaults, as the peer to measure against; absent where etcd is not installed.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../support/processes.js'

export type EtcdCluster = {
  readonly urls: readonly URL[]
  readonly pids: readonly number[]
  readonly version: string
  /** Position of the node that leads. @throws when none is found in time */
  leader(): Promise<number>
  /** SIGKILL, at once; resolves when the process has ended. */
  kill(position: number): Promise<void>
  /** Starts it again with its data; resolves when it is healthy. */
  restart(position: number): Promise<void>
  stop(): Promise<void>
}

const HEALTHY_ATTEMPTS_MAX = 200
const LOOK_MS = 50

/** @returns null when etcd is not installed. */
export async function startEtcd(directory: string): Promise<EtcdCluster | null> {
  const probe = spawnSync('etcd', ['--version'], { encoding: 'utf8' })
  if (probe.status !== 0) return null
  const version = /etcd Version: (\S+)/.exec(probe.stdout)?.[1] ?? 'unknown'
  mkdirSync(directory, { recursive: true })
  const ports = await freePorts(6)
  const names = ['e1', 'e2', 'e3']
  const peers = names.map((name, n) => `${name}=http://127.0.0.1:${ports[3 + n]}`).join(',')
  const start = (name: string, n: number): ChildProcess => {
    const client = `http://127.0.0.1:${ports[n]}`
    const peer = `http://127.0.0.1:${ports[3 + n]}`
    const args = [
      ...['--name', name, '--data-dir', join(directory, name)],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--initial-cluster', peers, '--log-level', 'error'],
    ]
    return spawn('etcd', args, { stdio: 'ignore' })
  }
  const children = names.map(start)
  const urls = names.map((_, n) => new URL(`http://127.0.0.1:${ports[n]}`))
  await Promise.all(urls.map(waitHealthy))
  const kill = (position: number) => end(children[position] as ChildProcess)
  return {
    urls,
    pids: children.map(child => child.pid as number),
    version,
    leader: () => leaderAmong(urls),
    kill,
    async restart(position) {
      children[position] = start(names[position] as string, position)
      await waitHealthy(urls[position] as URL)
    },
    async stop() {
      await Promise.all(children.map(end))
    },
  }
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  return ended
}

type MemberStatus = {
  readonly leader?: string
  readonly header: { readonly member_id: string }
}

async function leaderAmong(urls: readonly URL[]): Promise<number> {
  for (let attempt = 0; attempt < HEALTHY_ATTEMPTS_MAX; attempt++) {
    const told = await Promise.all(urls.map(memberStatus))
    const { leader } = told[0] as MemberStatus
    const position = told.findIndex(({ header }) => header.member_id === leader)
    if (position >= 0 && told.every(status => status.leader === leader)) return position
    await sleep(LOOK_MS)
  }
  throw new Error('the etcd nodes agree on no leader')
}

async function memberStatus(url: URL): Promise<MemberStatus> {
  const path = new URL('/v3/maintenance/status', url)
  const response = await fetch(path, { method: 'POST', body: '{}' })
  return (await response.json()) as MemberStatus
}

async function waitHealthy(url: URL): Promise<void> {
  for (let attempt = 0; attempt < HEALTHY_ATTEMPTS_MAX; attempt++) {
    try {
      const response = await fetch(new URL('/health', url))
      if (response.ok && (await response.text()).includes('true')) return
    } catch {
      // Not up yet: asked again until the attempts are used up.
    }
    await sleep(LOOK_MS)
  }
  throw new Error(`etcd at ${url.origin} did not become healthy`)
}
