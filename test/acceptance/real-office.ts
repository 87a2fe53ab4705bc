// Real daemons on which people sign in: the first admin's password is the test's, and nothing is limited.
import type { Test } from 'tap'
import { type Daemon, makeCluster } from '../support/processes.js'
import { endWithTest, temporaryDirectory } from '../system/cluster-of-three.js'
import { type Answer, call } from '../system/http.js'
import { until } from '../system/until.js'

export const ADMIN_PASSWORD = 'correct horse battery'

export type RealOffice = {
  readonly daemons: readonly Daemon[]
  readonly urls: readonly string[]
  /** An access token of the admin. */
  readonly admin: string
}

/** @param more environment of the daemons */
export async function startRealOffice(
  t: Test,
  nodes: number,
  more: { readonly [name: string]: string } = {},
): Promise<RealOffice> {
  const directory = temporaryDirectory(t)
  const environment = {
    IPAM_ADMIN_PASSWORD: ADMIN_PASSWORD,
    IPAM_LIMITS_ENABLED: 'false',
    ...more,
  }
  const daemons = await makeCluster({ directory, nodes, environment })
  endWithTest(t, daemons)
  for (const daemon of daemons) daemon.start()
  await Promise.all(daemons.map(daemon => daemon.ready()))
  const urls = daemons.map(({ url }) => url)
  const admin = await until('the first admin signs in', () => signIn(urls[0] ?? '', 'admin'))
  return { daemons, urls, admin }
}

/** null while he cannot. */
export async function signIn(url: string, username: string): Promise<string | null> {
  const body = { username, password: ADMIN_PASSWORD }
  const answer = await call(url, '/api/auth/login', { method: 'POST', body })
  return answer.status === 200 ? String(Reflect.get(answer.body as object, 'access_token')) : null
}

/** @param token null: nobody asks */
export function ask(
  url: string,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` }
  return call(url, path, { method, headers, ...(body === undefined ? {} : { body }) })
}
