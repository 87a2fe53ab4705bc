// A server on which people sign in: a key, an admin, and whoever a test adds; requests by their tokens.
import type { Test } from 'tap'
import { makeSigningKey, systemRandom } from '../../src/auth/index.js'
import type { HttpOptions } from '../../src/http/index.js'
import type { Role, User } from '../../src/ledger/index.js'
import type { FakeGateway } from '../support/fake-gateway.js'
import { Harness, type Reply, type TestGateway } from './harness.js'

export const PASSWORD = 'correct horse battery'

/** No test waits for what is not its subject. */
export class Office<Gateway extends TestGateway = FakeGateway> {
  constructor(readonly h: Harness<Gateway>) {}

  get identities() {
    return this.h.gateway.store.reads.identities()
  }

  /** A user with PASSWORD, as another node might have made him. */
  async add(username: string, role: Role): Promise<User> {
    const passwordHash = await this.h.hasher.hash(PASSWORD)
    const email = `${username}@example.com`
    this.h.gateway.apply({
      type: 'user.create',
      username,
      email,
      role,
      theme: 'light',
      passwordHash,
    })
    return this.user(username)
  }

  user(username: string): User {
    const user = this.identities.userNamed(username)
    if (user === null) throw new Error(`no user is called ${username}`)
    return user
  }

  login(username: string, password = PASSWORD, headers = {}): Promise<Reply> {
    return this.h.call('POST', '/api/auth/login', { username, password }, headers)
  }

  /** An access token. */
  async token(username: string): Promise<string> {
    const { json, text } = await this.login(username)
    if (typeof json?.access_token !== 'string') throw new Error(`no token: ${text}`)
    return json.access_token
  }

  /** A permanent token of whoever holds the access token. */
  async permanentToken(
    token: string,
    body: object = {},
  ): Promise<{ token: string; token_id: string }> {
    return (await this.as(token, 'POST', '/api/auth/permanent-tokens', body)).json
  }

  as(token: string, method: string, path: string, body?: unknown, headers = {}): Promise<Reply> {
    return this.h.call(method, path, body, { authorization: `Bearer ${token}`, ...headers })
  }
}

/** With the users admin, manager and reader (of role user), each with PASSWORD. */
export function startOffice(
  t: Test,
  options?: Partial<HttpOptions>,
  harness?: Harness,
): Promise<Office>
export function startOffice<Gateway extends TestGateway>(
  t: Test,
  options: Partial<HttpOptions>,
  harness: Harness<Gateway>,
): Promise<Office<Gateway>>
export async function startOffice(
  t: Test,
  options: Partial<HttpOptions> = {},
  harness = new Harness(),
): Promise<Office> {
  const office = new Office(await harness.start(options))
  t.teardown(() => office.h.server.close())
  rotateKey(office.h)
  await office.add('admin', 'admin')
  await office.add('manager', 'manager')
  await office.add('reader', 'user')
  return office
}

export function rotateKey({ gateway }: { readonly gateway: TestGateway }): void {
  const key = makeSigningKey(systemRandom)
  gateway.apply({ type: 'signing-key.rotate', ...key, keepMs: 0, onlyFirst: false })
}

/** What is said in the office envelope: status, code. */
export function refusal({ status, json }: Reply): string {
  return `${status} ${json?.error?.code}`
}
