// Requests of somebody: logins, and calls that carry a token.
import { type Answer, type CallOptions, call } from './http.js'

export type Credentials = { readonly username: string; readonly password: string }

/** @returns the access token. @throws unless the answer is 200 */
export async function signIn(url: string, body: Credentials): Promise<string> {
  const answer = await call(url, '/api/auth/login', { method: 'POST', body })
  if (answer.status === 200) return (answer.body as { access_token: string }).access_token
  throw new Error(`${url} answered ${answer.status} to a login: ${JSON.stringify(answer.body)}`)
}

export function callAs(
  token: string,
  url: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  return call(url, path, { ...options, headers: { ...options.headers, ...bearer(token) } })
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}
