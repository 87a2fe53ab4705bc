// Numbers of a pool: the lowest that no pool of its space has handed out, or one that is named.
import { assert } from '../../lib/index.js'
import { numberImage } from '../changes/images.js'
import type { AllocateNumberCommand, ReleaseNumberCommand } from '../commands.js'
import type { NumberClaim, NumberPool } from '../entities.js'
import { formatNumber, parseNumber } from '../number-space/number-format.js'
import { checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { endNumber } from './number-claims.js'
import { findNumberPool } from './number-pools.js'

export function allocateNumber(context: CommandContext, command: AllocateNumberCommand): Decision {
  const pool = findNumberPool(context, command.pool)
  if ('ok' in pool) return pool
  const value = command.value === null ? lowest(context, pool) : named(context, pool, command.value)
  if (typeof value !== 'number') return value
  const number: NumberClaim = {
    id: context.rows.nextId('number'),
    poolId: pool.id,
    value,
    description: command.description,
    owner: command.owner,
    status: 'allocated',
    allocatedMs: context.timeMs,
    releasedMs: null,
    revision: context.revision,
  }
  context.rows.insertNumberClaim(number)
  context.numbers.claim(pool, value)
  context.record('number.allocated', 'number', number.id, null, numberImage(number, pool))
  return answer({ type: 'number', number, pool })
}

export function releaseNumber(context: CommandContext, command: ReleaseNumberCommand): Decision {
  const pool = findNumberPool(context, command.pool)
  if ('ok' in pool) return pool
  const value = parseNumber(pool, command.value)
  const claim = value === null ? null : context.rows.numberClaim(pool.id, value)
  if (claim === null) {
    return refuse({ code: 'number-not-found', pool: pool.name, value: command.value })
  }
  const refused = checkRevision(command.ifRevision, claim.revision)
  if (refused !== null) return refused
  const number = endNumber(context, claim, pool, context.timeMs)
  return answer({ type: 'number', number, pool })
}

function lowest(context: CommandContext, pool: NumberPool): number | Decision {
  const exhausted = { pool: pool.name, wanted: '1', free: '0' }
  return (
    context.numbers.lowestFree(pool) ??
    refuse({ code: 'pool-exhausted', kind: 'number', ...exhausted })
  )
}

function named(context: CommandContext, pool: NumberPool, text: string): number | Decision {
  const number = parseNumber(pool, text)
  const { rangeStart, rangeEnd } = pool
  if (number === null || number < rangeStart || number > rangeEnd) {
    const ends = [formatNumber(pool, rangeStart), formatNumber(pool, rangeEnd)]
    return invalid('value', text, `must be from ${ends.join(' to ')}, in that spelling`)
  }
  const holder = context.numbers.holder(pool, number)
  if (holder === null) return number
  const taken = { value: text, holder: holderText(context, holder, number) }
  return refuse({ code: 'number-taken', pool: pool.name, ...taken })
}

/** `number 7 of pool customers (router-1)`. */
function holderText(context: CommandContext, poolId: number, value: number): string {
  const claim = context.rows.numberClaim(poolId, value)
  assert(claim !== null, `number ${value} is taken in pool ${poolId} and no claim has it`)
  const owner = claim.owner === null ? '' : ` (${claim.owner})`
  return `number ${claim.id} of ${poolText(context, poolId)}${owner}`
}

function poolText(context: CommandContext, poolId: number): string {
  const pool = context.numbers.pool(poolId)
  if (pool !== null) return `pool ${pool.name}`
  const deletion = context.state.deletions.ofNumberPool(poolId)
  return `the deleted pool ${deletion?.kind === 'number-pool' ? deletion.pool.name : poolId}`
}
