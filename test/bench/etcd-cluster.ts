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
  stop(): Promise<void>
}

/** @returns null when etcd is not installed. */
export async function startEtcd(directory: string): Promise<EtcdCluster | null> {
  const probe = spawnSync('etcd', ['--version'], { encoding: 'utf8' })
  if (probe.status !== 0) return null
  const version = /etcd Version: (\S+)/.exec(probe.stdout)?.[1] ?? 'unknown'
  mkdirSync(directory, { recursive: true })
  const ports = await freePorts(6)
  const names = ['e1', 'e2', 'e3']
  const peers = names.map((name, n) => `${name}=http://127.0.0.1:${ports[3 + n]}`).join(',')
  const children: ChildProcess[] = names.map((name, n) => {
    const client = `http://127.0.0.1:${ports[n]}`
    const peer = `http://127.0.0.1:${ports[3 + n]}`
    const args = [
      ...['--name', name, '--data-dir', join(directory, name)],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--initial-cluster', peers, '--log-level', 'error'],
    ]
    return spawn('etcd', args, { stdio: 'ignore' })
  })
  const urls = [0, 1, 2].map(n => new URL(`http://127.0.0.1:${ports[n]}`))
  await Promise.all(urls.map(waitHealthy))
  return {
    urls,
    pids: children.map(child => child.pid as number),
    version,
    async stop() {
      await Promise.all(
        children.map(child => {
          const ended = new Promise(resolve => child.once('exit', resolve))
          child.kill('SIGKILL')
          return ended
        }),
      )
    },
  }
}

async function waitHealthy(url: URL): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      const response = await fetch(new URL('/health', url))
      if (response.ok && (await response.text()).includes('true')) return
    } catch {
      // Not up yet: asked again until the attempts are used up.
    }
    await sleep(50)
  }
  throw new Error(`etcd at ${url.origin} did not become healthy`)
}
