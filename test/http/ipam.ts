// A server with the /ipam surface over a real store, people who sign in, and regions and hosts for tests to work on.
import type { Test } from 'tap'
import { Sealer, systemRandom } from '../../src/auth/index.js'
import type { HttpOptions } from '../../src/http/index.js'
import { uuidIn } from '../../src/lib/index.js'
import { StoreGateway } from '../support/store-gateway.js'
import { Harness, type Reply } from './harness.js'
import { type Office, startOffice } from './office.js'

export class Ipam {
  readonly tokens: { readonly [name: string]: string }

  constructor(
    readonly office: Office<StoreGateway>,
    tokens: { readonly [name: string]: string },
  ) {
    this.tokens = tokens
  }

  get gateway(): StoreGateway {
    return this.office.h.gateway
  }

  /** A region 10.X.Y.0/24. @returns the id of its network */
  region(x: number, y: number, name = `Region ${x}.${y}`, tags: readonly string[] = []): number {
    const outcome = this.gateway.apply({
      type: 'region.create',
      place: { cidr: `10.${x}.${y}.0/24` },
      region: { name, owner: null, description: null, tags },
    })
    if (outcome.ok && outcome.result.type === 'network') return outcome.result.network.id
    throw new Error(`no region was made: ${JSON.stringify(outcome)}`)
  }

  /** Hosts at the lowest free addresses of a region. @returns the ids of their allocations */
  hosts(regionId: number, ...hostnames: string[]): number[] {
    const outcome = this.gateway.apply({
      type: 'hosts.create',
      regionId,
      hostnames,
      description: null,
      tags: [],
      facts: {},
    })
    if (outcome.ok && outcome.result.type === 'bulk')
      return outcome.result.allocations.map(({ id }) => id)
    throw new Error(`no hosts were made: ${JSON.stringify(outcome)}`)
  }

  uuid(kind: Parameters<typeof uuidIn>[1], id: number): string {
    return uuidIn('c-1', kind, id)
  }

  /** As a user by his name. */
  as(name: string, method: string, path: string, body?: unknown, headers = {}): Promise<Reply> {
    return this.office.as(this.tokens[name] ?? '', method, path, body, headers)
  }
}

/** With the users admin, manager, reader and other (both of role user), all signed in. */
export async function startIpam(t: Test, options: Partial<HttpOptions> = {}): Promise<Ipam> {
  const gateway = await StoreGateway.open()
  t.teardown(() => gateway.store.close())
  const harness = new Harness(gateway)
  harness.sealer = new Sealer('a secret that all nodes of a test share', systemRandom)
  const office = await startOffice(t, options, harness)
  await office.add('other', 'user')
  const tokens: { [name: string]: string } = {}
  for (const name of ['admin', 'manager', 'reader', 'other'])
    tokens[name] = await office.token(name)
  return new Ipam(office, tokens)
}

/** What is said in this surface's envelope: status, word. */
export function refusal({ status, json }: Reply): string {
  return `${status} ${json?.error}`
}
