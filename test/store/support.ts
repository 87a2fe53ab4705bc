// What the store's tests share: a temp directory, a store in it, and entries as a leader would append them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import {
  type Command,
  commandVersionOf,
  type IdempotencyKey,
  type Principal,
} from '../../src/ledger/index.js'
import type { ApplyEntry, Membership } from '../../src/raft/index.js'
import {
  encodeRequest,
  type OpenStoreOptions,
  Store,
  type StoreDependencies,
} from '../../src/store/index.js'

export const membership: Membership = {
  voters: [1, 2, 3],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
}

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} }
export const START_MS = 1_800_000_000_000

export function temporaryDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-store-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Checkpoints only when a test asks for one. */
export async function openStore(
  t: Test,
  directory: string,
  set: Partial<OpenStoreOptions> = {},
  dependencies: Partial<StoreDependencies> = {},
): Promise<Store> {
  const store = await Store.open(
    {
      directory,
      cachePagesBytes: 4 << 20,
      initialMembership: membership,
      checkpointMs: 1 << 30,
      ...set,
    },
    { log: silentLog, ...dependencies },
  )
  t.teardown(() => store.close())
  return store
}

const ORIGIN = { actor: 'alice', clientAddress: '192.0.2.7', userAgent: 'test' }

export type EntrySet = {
  readonly timeMs?: number
  readonly nodeId?: number
  readonly awaitedFrom?: number
  readonly idempotency?: IdempotencyKey
  /** Who has signed in, with the password that he was made with. */
  readonly userId?: number
}

function signedIn(userId: number): Principal {
  return { kind: 'access', userId, permission: 'read', tokenId: 't', epoch: 1 }
}

/** Makes consecutive entries; sequences of the session count by themselves. */
export class EntryMaker {
  #index: number
  #sequence = 0

  constructor(
    afterIndex = 0,
    readonly start = 1,
  ) {
    this.#index = afterIndex
  }

  command(command: Command, set: EntrySet = {}): ApplyEntry {
    const sequence = ++this.#sequence
    const principal = set.userId === undefined ? null : signedIn(set.userId)
    const data = encodeRequest({
      version: commandVersionOf(command, principal),
      session: { nodeId: set.nodeId ?? 1, start: this.start },
      sequence,
      awaitedFrom: set.awaitedFrom ?? Math.max(0, sequence - 100),
      origin: ORIGIN,
      principal,
      idempotency: set.idempotency ?? null,
      command,
    })
    return this.#entry('command', data, set.timeMs)
  }

  empty(): ApplyEntry {
    return this.#entry('empty', new Uint8Array())
  }

  membership(configuration: Membership): ApplyEntry {
    return { ...this.#entry('membership', new Uint8Array([1])), membership: configuration }
  }

  #entry(kind: ApplyEntry['kind'], data: Uint8Array, timeMs?: number): ApplyEntry {
    const index = ++this.#index
    return { index, term: 1, kind, timeMs: timeMs ?? START_MS + index, data, membership: null }
  }
}

export const genesis: Command = {
  type: 'genesis',
  clusterId: 100,
  clusterUuid: 'b5c0c2f4-0000-4000-8000-000000000001',
  members: [{ nodeId: 1, raftAddress: '[::1]:5001', apiAddress: '[::1]:8081', dataUuid: 'd-1' }],
}

export function createNetwork(cidr: string, holdHours = 0): Command {
  const place = { cidr }
  return {
    type: 'network.create',
    vrf: 'default',
    place,
    description: null,
    tags: ['a', 'b=c'],
    holdHours,
  }
}

export function createAllocation(
  networkId: number,
  set: Partial<Extract<Command, { type: 'allocation.create' }>> = {},
): Command {
  return {
    type: 'allocation.create',
    networkId,
    place: { count: 1 },
    hostname: 'web-1.example.com',
    description: null,
    tags: [],
    ttlMs: null,
    ...set,
  }
}

export function releaseAllocation(id: number): Command {
  return { type: 'allocation.release', id, ifRevision: null }
}

export const never = new AbortController().signal

export function createPool(
  cidr: string,
  set: Partial<Extract<Command, { type: 'pool.create' }>> = {},
): Command {
  return { type: 'pool.create', name: cidr, cidr, description: null, strategy: 'first', ...set }
}

export function allocateBlock(pool: string, prefixLength: number, owner = 'router-1'): Command {
  return { type: 'block.allocate', pool, prefixLength, description: null, owner, ttlMs: null }
}

/** AS numbers unless `set` says otherwise. */
export function createNumberPool(
  name: string,
  set: Partial<Extract<Command, { type: 'number-pool.create' }>> = {},
): Command {
  return {
    type: 'number-pool.create',
    name,
    description: null,
    kind: 'asn',
    format: null,
    administrator: null,
    rangeStart: 1,
    rangeEnd: 100_000,
    ...set,
  }
}

export function allocateNumber(pool: string, value: string | null = null): Command {
  return { type: 'number.allocate', pool, value, description: null, owner: null }
}
