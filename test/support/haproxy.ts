// Debian's HAProxy as a process of its own, with the configuration that is shipped.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts, projectRoot } from './processes.js'

const LOOK_MS = 25
const START_MS_MAX = 20_000

export type Haproxy = {
  readonly url: string
  stop(): Promise<void>
}

export function hasHaproxy(): boolean {
  return spawnSync('haproxy', ['-v']).status === 0
}

/** @param urls three to five nodes. @returns once it lets requests through. @throws when it does not */
export async function startHaproxy(urls: readonly string[]): Promise<Haproxy> {
  const [port] = await freePorts(1)
  const nodes = urls.map((url, n) => [`IPAM_NODE_${n + 1}`, new URL(url).host])
  const child = spawn('haproxy', ['-db', '-f', join(projectRoot(), 'deploy', 'haproxy.cfg')], {
    stdio: 'ignore',
    env: { ...process.env, IPAM_FRONT: `127.0.0.1:${port}`, ...Object.fromEntries(nodes) },
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const stop = (): Promise<void> => {
    child.kill('SIGKILL')
    return ended
  }
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + START_MS_MAX
  while (!(await isOpen(url))) {
    if (Date.now() < deadline) await sleep(LOOK_MS)
    else {
      await stop()
      throw new Error('HAProxy let nothing through')
    }
  }
  return { url, stop }
}

async function isOpen(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    response => response.ok,
    () => false,
  )
}
