// Number pools and numbers as JSON text.
import {
  formatNumber,
  type NumberClaim,
  type NumberFigures,
  type NumberPool,
} from '../../../ledger/index.js'
import { spell, spellNumber } from '../../ids.js'
import { jsonWriter } from '../../json-writer.js'
import { rangeText } from '../../number-text.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import * as schemas from './number-schemas.js'

const writePool = jsonWriter(schemas.NumberPool)
const writeNumber = jsonWriter(schemas.NumberClaim)

export function presentNumberPool(pool: NumberPool, figures: NumberFigures): string {
  return writePool({
    id: spell.pool('number', pool.id),
    name: pool.name,
    description: pool.description,
    kind: pool.kind,
    format_type: pool.format,
    admin_value: pool.administrator,
    format_display: rangeText(pool),
    range_start: pool.rangeStart,
    range_end: pool.rangeEnd,
    total_values: figures.total,
    allocated_count: figures.allocated,
    available_count: figures.available,
    created_at: timestamp(pool.createdMs),
    updated_at: timestamp(pool.updatedMs),
    revision: pool.revision,
  })
}

export function presentNumber(claim: NumberClaim, pool: NumberPool): string {
  return writeNumber({
    id: spellNumber(claim.id),
    value: formatNumber(pool, claim.value),
    pool_name: pool.name,
    kind: pool.kind,
    description: claim.description,
    allocated_to: claim.owner,
    status: claim.status,
    allocated_at: timestamp(claim.allocatedMs),
    released_at: timestampOrNull(claim.releasedMs),
    revision: claim.revision,
  })
}
