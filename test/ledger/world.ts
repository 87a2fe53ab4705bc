// A ledger on rows in memory, and commands with only the options that matter set.
import {
  type AllocateBlockCommand,
  type Allocation,
  type Change,
  type Command,
  type CreateAllocationCommand,
  type CreateNumberPoolCommand,
  type CreatePoolCommand,
  commandVersionOf,
  formatCidr,
  type IdempotencyKey,
  Ledger,
  type Network,
  type NumberClaim,
  type Outcome,
  type Refusal,
  type Request,
  type Result,
} from '../../src/ledger/index.js'
import { MemoryRows } from '../support/memory-rows.js'

export const START_MS = Date.UTC(2024, 0, 15, 10, 30)
export const HOUR_MS = 3_600_000

export const GENESIS: Command = {
  type: 'genesis',
  clusterId: 100,
  clusterUuid: 'c0ffee00-0000-4000-8000-000000000001',
  members: [{ nodeId: 1, raftAddress: 'n1:5001', apiAddress: 'n1:8080', dataUuid: 'd-1' }],
}

type Text = string | null
type NetworkOptions = { vrf?: string; description?: Text; tags?: string[]; holdHours?: number }
type AllocationOptions = {
  hostname?: Text
  description?: Text
  tags?: string[]
  ttlMs?: number | null
}

const networkFacts = { vrf: 'default', description: null, tags: [], holdHours: 0 }
const allocationFacts = { hostname: null, description: null, tags: [], ttlMs: null }

export function network(cidr: string, options: NetworkOptions = {}): Command {
  return { type: 'network.create', place: { cidr }, ...networkFacts, ...options }
}

export function childNetwork(
  parentId: number,
  prefixLength: number,
  options: NetworkOptions = {},
): Command {
  const place = { parentId, prefixLength }
  return { type: 'network.create', place, ...networkFacts, ...options }
}

export function deleteNetwork(id: number, ifRevision: number | null = null): Command {
  return { type: 'network.delete', id, ifRevision }
}

export function allocate(
  networkId: number,
  place: CreateAllocationCommand['place'] = { count: 1 },
  options: AllocationOptions = {},
): CreateAllocationCommand {
  return { type: 'allocation.create', networkId, place, ...allocationFacts, ...options }
}

export function release(id: number, ifRevision: number | null = null) {
  return { type: 'allocation.release', id, ifRevision } as const
}

export function renew(id: number, ttlMs: number | null, ifRevision: number | null = null): Command {
  return { type: 'allocation.renew', id, ttlMs, ifRevision }
}

export function expire(rowsMax = 1000): Command {
  return { type: 'expire', rowsMax }
}

export function pool(name: string, cidr: string, set: Partial<CreatePoolCommand> = {}) {
  const facts = { description: null, strategy: 'first' } as const
  return { type: 'pool.create', name, cidr, ...facts, ...set } as const
}

export function deletePool(name: string, ifRevision: number | null = null): Command {
  return { type: 'pool.delete', name, ifRevision }
}

export function block(pool: string, prefixLength: number, set: Partial<AllocateBlockCommand> = {}) {
  const facts = { description: null, owner: null, ttlMs: null }
  return { type: 'block.allocate', pool, prefixLength, ...facts, ...set } as const
}

export function releaseBlock(pool: string, cidr: string, ifRevision: number | null = null) {
  return { type: 'block.release', pool, cidr, ifRevision } as const
}

/** Route targets of 65000, from 0 on. */
export function numberPool(name: string, set: Partial<CreateNumberPoolCommand> = {}) {
  const facts = { kind: 'rt', format: 0, administrator: '65000', description: null } as const
  const range = { rangeStart: 0, rangeEnd: 9 }
  return { type: 'number-pool.create', name, ...facts, ...range, ...set } as const
}

export function number(pool: string, value: string | null = null, owner: string | null = null) {
  return { type: 'number.allocate', pool, value, owner, description: null } as const
}

export function releaseNumber(pool: string, value: string, ifRevision: number | null = null) {
  return { type: 'number.release', pool, value, ifRevision } as const
}

export function sweep(rowsMax = 1000): Command {
  return { type: 'sweep', rowsMax }
}

/** Log index and entry time go on by themselves; `sequence` and `session` too, unless a test sets them. */
export class World {
  readonly rows = new MemoryRows()
  ledger = new Ledger(this.rows)
  revision = 0
  timeMs = START_MS
  private sequence = 0

  constructor(genesis = true) {
    if (genesis) this.run(GENESIS)
  }

  request(command: Command, set: Partial<Request> = {}): Request {
    this.sequence += 1
    return {
      version: commandVersionOf(command),
      session: { nodeId: 1, start: 1 },
      sequence: this.sequence,
      awaitedFrom: this.sequence,
      origin: { actor: 'alice', clientAddress: '192.0.2.7', userAgent: 'test' },
      principal: null,
      idempotency: null,
      command,
      ...set,
    }
  }

  apply(request: Request): Outcome {
    this.revision += 1
    return this.ledger.execute(request, { revision: this.revision, timeMs: this.timeMs })
  }

  run(command: Command, idempotency: IdempotencyKey | null = null): Outcome {
    return this.apply(this.request(command, { idempotency }))
  }

  result(command: Command): Result {
    const outcome = this.run(command)
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`)
    return outcome.result
  }

  refusal(command: Command): Refusal {
    const outcome = this.run(command)
    if (outcome.ok) throw new Error(`${command.type} was not refused`)
    return outcome.refusal
  }

  network(command: Command | string): Network {
    const result = this.result(typeof command === 'string' ? network(command) : command)
    if (result.type !== 'network') throw new Error(`a ${result.type} is no network`)
    return result.network
  }

  allocation(command: Command): Allocation {
    const result = this.result(command)
    if (result.type !== 'allocation') throw new Error(`a ${result.type} is no allocation`)
    return result.allocation
  }

  /** The pool's network. */
  pool(command: Command): Network {
    const result = this.result(command)
    if (result.type !== 'pool') throw new Error(`a ${result.type} is no pool`)
    return result.network
  }

  /** Its CIDR. */
  block(command: Command): string {
    const result = this.result(command)
    if (result.type !== 'block') throw new Error(`a ${result.type} is no block`)
    const { family, first, prefixLength } = result.allocation
    return formatCidr({ family, first, prefixLength: prefixLength ?? 0 })
  }

  number(command: Command): NumberClaim {
    const result = this.result(command)
    if (result.type !== 'number') throw new Error(`a ${result.type} is no number`)
    return result.number
  }

  /** `total allocated available` of a pool of addresses or numbers, as decimal text. */
  poolFigures(name: string): string {
    const { ledger } = this
    const figures =
      ledger.poolFigures(ledger.pool(name)?.id ?? 0) ??
      ledger.numberFigures(ledger.numberPool(name)?.id ?? 0)
    if (figures === null) return 'no such pool'
    return `${figures.total} ${figures.allocated} ${figures.available}`
  }

  /** `total allocated reserved available`, as decimal text. */
  figures(networkId: number): string {
    const figures = this.ledger.statistics(networkId)
    if (figures === null) return 'no such network'
    const { total, allocated, reserved, available } = figures
    return `${total} ${allocated} ${reserved} ${available}`
  }

  /** Id of the network around it; null at the top. */
  parent(networkId: number): number | null {
    return this.ledger.parentNetwork(networkId)?.id ?? null
  }

  /** Changes of the last entry. */
  lastChanges(): readonly Change[] {
    return this.rows.changes().filter(change => change.revision === this.revision)
  }

  /** A second ledger, opened on the same rows. */
  reopened(): Ledger {
    const ledger = new Ledger(this.rows)
    for (const _slice of ledger.load(this.rows.image())) void _slice
    return ledger
  }
}
