// A real HTTP server on a free loopback port over the fake gateway, and a client that reads answers as text and JSON.
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import type { Test } from 'tap'
import {
  type Argon2,
  KeyRing,
  nativeArgon2,
  PasswordHasher,
  passwordHasherDefaults,
  Sealer,
  systemRandom,
  VerifiedTokens,
} from '../../src/auth/index.js'
import type { GatewayView } from '../../src/gateway/index.js'
import {
  createHttpServer,
  defaultHttpOptions,
  type HttpOptions,
  type HttpServer,
  type RaftStatusView,
  type ReadinessCheck,
} from '../../src/http/index.js'
import { FakeGateway } from '../support/fake-gateway.js'
import { Documented } from './documented.js'

export type Reply = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed when it is JSON; null otherwise. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  readonly json: any
}

export type Logged = { readonly level: string; readonly fields: object; readonly message: string }

/** Argon2's least: no test here is about its strength. */
const cheapParameters = { memoryKib: 8, passes: 1, lanes: 1 }

/** Most tests ask faster than people do. */
const noLimits = { ...defaultHttpOptions.limits, enabled: false }

/** What a server under test stands on. */
export type TestGateway = GatewayView &
  Pick<FakeGateway, 'apply' | 'failure' | 'store' | 'submitsAsked' | 'timeMs'>

export class Harness<Gateway extends TestGateway = FakeGateway> {
  readonly gateway: Gateway
  readonly checks: ReadinessCheck[] = []
  readonly logged: Logged[] = []
  readonly registry = new Registry()
  /** To whom leadership was to go. */
  readonly transfers: number[] = []
  raftStatus: RaftStatusView = followerOfNone
  mode: 'cluster' | 'standalone' = 'cluster'
  readonly programs = new Map([[1, { program: '1.0.0', commandVersion: 2 }]])
  /** This node was told that it is no member any more. */
  removed = false
  url = ''
  port = 0
  server!: HttpServer
  hasher!: PasswordHasher
  /** As of a node without a cluster secret, unless a test puts another one here before the start. */
  sealer = new Sealer(null, systemRandom)
  /** The server's timers. */
  after = afterTimeout
  /** How often a password was held against a hash. */
  verifications = 0
  /** Every answer of `call` is held against it. */
  documented: Documented | null = null
  #onStatus: (status: { leaderId: number }) => void = () => undefined

  constructor(...[gateway]: Gateway extends FakeGateway ? [] : [Gateway]) {
    this.gateway = (gateway ?? new FakeGateway()) as Gateway
  }

  async start(options: Partial<HttpOptions> = {}): Promise<this> {
    const { gateway } = this
    const level = (name: string) => (fields: object, message: string) => {
      this.logged.push({ level: name, fields, message })
    }
    const hasher = await PasswordHasher.open(
      { ...passwordHasherDefaults, parameters: cheapParameters },
      { argon2: this.#argon2(), timer: { after: afterTimeout }, random: systemRandom },
    )
    this.hasher = hasher
    this.server = createHttpServer(
      {
        ...defaultHttpOptions,
        listen: [{ host: '127.0.0.1', port: 0 }],
        limits: noLimits,
        ...options,
      },
      {
        gateway,
        store: gateway.store,
        raft: {
          status: () => this.raftStatus,
          transferLeadership: target => this.transfers.push(target),
          onStatus: listener => {
            this.#onStatus = listener
            return () => undefined
          },
        },
        cluster: {
          mode: this.mode,
          nodeId: 1,
          clusterId: 100,
          programOf: nodeId => this.programs.get(nodeId) ?? null,
          removed: () => this.removed,
          addressBook: () => [
            { nodeId: 1, raftAddress: 'n1.example.com:5001', apiAddress: 'n1.example.com:8080' },
            { nodeId: 2, raftAddress: 'n2.example.com:5002', apiAddress: 'n2.example.com:8080' },
          ],
        },
        checks: this.checks,
        log: {
          debug: level('debug'),
          info: level('info'),
          warn: level('warn'),
          error: level('error'),
        },
        clock: {
          monotonicMs: () => performance.now(),
          wallMs: () => this.gateway.timeMs,
          after: (delayMs, callback) => this.after(delayMs, callback),
        },
        identity: {
          verified: new VerifiedTokens(),
          keys: new KeyRing(this.sealer, systemRandom),
          sealer: this.sealer,
          hasher,
          random: systemRandom,
        },
        registry: this.registry,
        version: '1.0.0',
      },
    )
    const [address] = (await this.server.listen()) as [AddressInfo]
    this.port = address.port
    this.url = `http://127.0.0.1:${address.port}`
    const document = await fetch(`${this.url}/openapi.json`)
    this.documented = Documented.by(await document.text())
    return this
  }

  /** The real thing, which counts. */
  #argon2(): Argon2 {
    return {
      hash: (password, parameters) => nativeArgon2.hash(password, parameters),
      verify: (hash, password) => {
        this.verifications += 1
        return nativeArgon2.verify(hash, password)
      },
    }
  }

  leaderIs(leaderId: number): void {
    this.#onStatus({ leaderId })
  }

  /** Asks, and holds the answer against the OpenAPI document. @throws when it is not as documented */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const init: RequestInit = { method, headers: { ...headers } }
    if (body !== undefined) {
      init.body = typeof body === 'string' ? body : JSON.stringify(body)
      init.headers = { 'content-type': 'application/json', ...headers }
    }
    const url = new URL(this.url + path)
    const response = await fetch(url, init)
    const text = await response.text()
    const type = response.headers.get('content-type')
    // As it was sent: dots in a path are gone by then.
    const sent = url.pathname + url.search
    const objection = this.documented?.objection(method, sent, response.status, type, text) ?? null
    if (objection !== null) throw new Error(objection)
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  }
}

/** A server for one test, closed with it. @param cidr of a network that is there from the beginning */
export async function startHarness(
  t: Test,
  options: Partial<HttpOptions> = {},
  cidr?: string,
): Promise<Harness> {
  const harness = await new Harness().start(options)
  t.teardown(() => harness.server.close())
  if (cidr !== undefined) await harness.call('POST', '/api/v1/networks', { cidr })
  return harness
}

/** Every test of a file begins alike. @param cidr of a network that is there from the beginning */
export function begunWith(cidr?: string) {
  return (t: Test, options: Partial<HttpOptions> = {}) => startHarness(t, options, cidr)
}

function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function afterTimeout(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}

export const followerOfNone: RaftStatusView = {
  role: 'follower',
  term: 0,
  leaderId: 0,
  commit: 0,
  applied: 0,
  lastIndex: 0,
  firstIndex: 1,
  membership: { voters: [1, 2, 3], votersOutgoing: [], learners: [], learnersNext: [] },
  progress: [],
  leaderHeardMs: null,
  leaderCommit: 0,
}
