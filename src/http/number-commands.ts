// What a client asks of a number pool, as the ledger's commands.
import type {
  AllocateNumberCommand,
  CreateNumberPoolCommand,
  NumberKind,
  RouteFormat,
} from '../ledger/index.js'

type NewNumberPool = {
  readonly name: string
  readonly description?: string | null
  readonly format_type?: number | null
  readonly admin_value?: string | null
  readonly range_start: number
  readonly range_end: number
}

export function createNumberPool(kind: string, body: NewNumberPool): CreateNumberPoolCommand {
  return {
    type: 'number-pool.create',
    name: body.name,
    description: body.description ?? null,
    kind: kind as NumberKind,
    format: (body.format_type ?? null) as RouteFormat | null,
    administrator: body.admin_value ?? null,
    rangeStart: body.range_start,
    rangeEnd: body.range_end,
  }
}

type NewNumber = {
  readonly value?: string | null
  readonly description?: string | null
  readonly allocated_to?: string | null
}

export function allocateNumber<Pool>(pool: Pool, body: NewNumber) {
  return {
    type: 'number.allocate' as const,
    pool,
    value: body.value ?? null,
    description: body.description ?? null,
    // An empty name is no name: shell scripts send one for an unset variable.
    owner: body.allocated_to || null,
  } satisfies Omit<AllocateNumberCommand, 'pool'> & { pool: Pool }
}
