// Debian's HAProxy in front of three daemons, with the configuration that is shipped.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePorts, projectRoot } from '../support/processes.js'
import { until } from './until.js'

export function hasHaproxy(): boolean {
  return spawnSync('haproxy', ['-v']).status === 0
}

/** @returns its URL, once it lets requests through; it ends with the test */
export async function startHaproxy(t: Test, urls: readonly string[]): Promise<string> {
  const [port] = await freePorts(1)
  const [first, second, third] = urls.map(url => new URL(url).host)
  const child = spawn('haproxy', ['-db', '-f', join(projectRoot(), 'deploy', 'haproxy.cfg')], {
    stdio: 'ignore',
    env: {
      ...process.env,
      IPAM_FRONT: `127.0.0.1:${port}`,
      IPAM_NODE_1: first,
      IPAM_NODE_2: second,
      IPAM_NODE_3: third,
    },
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const url = `http://127.0.0.1:${port}`
  await until('HAProxy lets requests through', async () => (await fetch(`${url}/readyz`)).ok)
  return url
}
