// Number pools and what they handed out as compact arrays, inside stored outcomes.
import type { NumberClaim, NumberPool, RouteFormat } from '../../ledger/index.js'
import { statusCode, statusOf } from './entity-codec.js'
import type { Fields } from './fields.js'
import { numberKinds } from './name-codes.js'

export function encodeNumberPool(pool: NumberPool): unknown[] {
  return [
    pool.id,
    pool.name,
    pool.description,
    numberKinds.codeOf(pool.kind),
    pool.format,
    pool.administrator,
    pool.rangeStart,
    pool.rangeEnd,
    pool.createdMs,
    pool.updatedMs,
    pool.revision,
  ]
}

export function readNumberPool(fields: Fields): NumberPool {
  return {
    id: fields.count(),
    name: fields.text(),
    description: fields.textOrNull(),
    kind: numberKinds.nameOf(fields.count()),
    format: routeFormatOf(fields.numberOrNull()),
    administrator: fields.textOrNull(),
    rangeStart: fields.count(),
    rangeEnd: fields.count(),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeNumber(claim: NumberClaim): unknown[] {
  return [
    claim.id,
    claim.poolId,
    claim.value,
    claim.description,
    claim.owner,
    statusCode(claim.status),
    claim.allocatedMs,
    claim.releasedMs,
    claim.revision,
  ]
}

export function readNumber(fields: Fields): NumberClaim {
  return {
    id: fields.count(),
    poolId: fields.count(),
    value: fields.count(),
    description: fields.textOrNull(),
    owner: fields.textOrNull(),
    status: numberStatusOf(fields.count()),
    allocatedMs: fields.number(),
    releasedMs: fields.numberOrNull(),
    revision: fields.count(),
  }
}

/** @throws a full sentence on a format that there is not. */
export function routeFormatOf(value: number | null): RouteFormat | null {
  if (value === null || value === 0 || value === 1 || value === 2) return value
  throw new Error(`A number pool has the unknown format ${value}.`)
}

function numberStatusOf(code: number): NumberClaim['status'] {
  const status = statusOf(code)
  if (status === 'expired') throw new Error('A claim on a number is said to have expired.')
  return status
}
