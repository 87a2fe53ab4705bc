// Number pools as they must be decided, the slow and obvious way: a list of pools, a list of claims.
import type {
  Command,
  NumberClaim,
  NumberFigures,
  NumberPool,
  Result,
} from '../../src/ledger/index.js'
import { type Now, refuse } from './model-refused.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

const isLive = (claim: NumberClaim) => claim.status === 'allocated'
const textOf = ({ administrator, kind }: NumberPool, value: number) =>
  kind === 'rt' || kind === 'rd' ? `${administrator}:${value}` : `${value}`

export class ModelNumbers {
  pools: NumberPool[] = []
  claims: NumberClaim[] = []
  private ids = { pool: 0, claim: 0 }

  constructor(private readonly now: Now) {}

  save(): () => void {
    const kept = { pools: [...this.pools], claims: [...this.claims], ids: { ...this.ids } }
    return () => {
      Object.assign(this, kept)
    }
  }

  figures(pool: NumberPool): NumberFigures {
    const total = pool.rangeEnd - pool.rangeStart + 1
    const allocated = this.claims.filter(claim => isLive(claim) && claim.poolId === pool.id).length
    return { total, allocated, available: this.free(pool).length }
  }

  create(command: Of<'number-pool.create'>): Result {
    const { type: _, ...facts } = command
    const holder = this.pools.find(pool => pool.name === facts.name)
    if (facts.rangeEnd < facts.rangeStart) {
      const reason = `must not be below the start, ${facts.rangeStart}`
      refuse({ code: 'invalid', field: 'range_end', value: `${facts.rangeEnd}`, reason })
    }
    if (holder) refuse({ code: 'pool-exists', kind: 'number', pool: facts.name, id: holder.id })
    this.ids.pool += 1
    const { revision, timeMs } = this.now
    const times = { createdMs: timeMs, updatedMs: timeMs, revision }
    const pool: NumberPool = { id: this.ids.pool, ...facts, ...times }
    this.pools.push(pool)
    return this.answer(pool)
  }

  update(command: Of<'number-pool.update'>): Result {
    const old = this.find(command.name)
    this.checkRevision(command.ifRevision, old.revision)
    const { revision, timeMs: updatedMs } = this.now
    const pool = { ...old, ...command.set, updatedMs, revision }
    this.pools = this.pools.map(other => (other.id === old.id ? pool : other))
    return this.answer(pool)
  }

  delete(command: Of<'number-pool.delete'>): Result {
    const pool = this.find(command.name)
    this.checkRevision(command.ifRevision, pool.revision)
    for (const claim of this.claims) {
      if (isLive(claim) && claim.poolId === pool.id) this.end(claim)
    }
    this.pools = this.pools.filter(other => other.id !== pool.id)
    return { type: 'none' }
  }

  allocate(command: Of<'number.allocate'>): Result {
    const { description, owner } = command
    const pool = this.find(command.pool)
    const [lowest] = this.free(pool)
    const value = command.value === null ? lowest : this.named(pool, command.value)
    if (value === undefined) {
      const exhausted = { pool: pool.name, wanted: '1', free: '0' }
      return refuse({ code: 'pool-exhausted', kind: 'number', ...exhausted })
    }
    this.ids.claim += 1
    const { revision, timeMs: allocatedMs } = this.now
    const facts = {
      description,
      owner,
      status: 'allocated',
      allocatedMs,
      releasedMs: null,
    } as const
    const number = { id: this.ids.claim, poolId: pool.id, value, ...facts, revision }
    this.claims.push(number)
    return { type: 'number', number, pool }
  }

  release(command: Of<'number.release'>): Result {
    const pool = this.find(command.pool)
    const claim = this.claims.find(
      one => isLive(one) && one.poolId === pool.id && textOf(pool, one.value) === command.value,
    )
    if (claim === undefined) {
      return refuse({ code: 'number-not-found', pool: pool.name, value: command.value })
    }
    this.checkRevision(command.ifRevision, claim.revision)
    return { type: 'number', number: this.end(claim), pool }
  }

  private free(pool: NumberPool): number[] {
    const taken = new Set(this.live(pool).map(claim => claim.value))
    const all = Array.from(
      { length: pool.rangeEnd - pool.rangeStart + 1 },
      (_, at) => pool.rangeStart + at,
    )
    return all.filter(number => !taken.has(number))
  }

  /** Live claims of all pools of the pool's space. */
  private live({ kind, format, administrator }: NumberPool): NumberClaim[] {
    const ids = this.pools
      .filter(pool => pool.kind === kind && pool.format === format)
      .filter(pool => pool.administrator === administrator)
      .map(pool => pool.id)
    return this.claims.filter(claim => isLive(claim) && ids.includes(claim.poolId))
  }

  private named(pool: NumberPool, value: string): number {
    const { rangeStart, rangeEnd } = pool
    for (let number = rangeStart; number <= rangeEnd; number += 1) {
      if (textOf(pool, number) !== value) continue
      const claim = this.live(pool).find(one => one.value === number)
      if (claim === undefined) return number
      const holder = this.pools.find(other => other.id === claim.poolId)?.name
      const owner = claim.owner === null ? '' : ` (${claim.owner})`
      const text = `number ${claim.id} of pool ${holder}${owner}`
      return refuse({ code: 'number-taken', pool: pool.name, value, holder: text })
    }
    const ends = `${textOf(pool, rangeStart)} to ${textOf(pool, rangeEnd)}`
    const reason = `must be from ${ends}, in that spelling`
    return refuse({ code: 'invalid', field: 'value', value, reason })
  }

  private end(claim: NumberClaim): NumberClaim {
    const { revision, timeMs: releasedMs } = this.now
    const after = { ...claim, status: 'released', releasedMs, revision } as const
    this.claims = this.claims.map(old => (old.id === claim.id ? after : old))
    return after
  }

  private find(name: string): NumberPool {
    const pool = this.pools.find(pool => pool.name === name)
    return pool ?? refuse({ code: 'pool-not-found', kind: 'number', pool: name })
  }

  private answer(pool: NumberPool): Result {
    return { type: 'number-pool', pool, figures: this.figures(pool) }
  }

  private checkRevision(expected: number | null, actual: number): void {
    if (expected !== null && expected !== actual)
      refuse({ code: 'revision-mismatch', expected, actual })
  }
}
