// What a client asks of a pool of addresses, as the ledger's commands: for document 003's surface and for transactions.
import {
  type AllocateBlockCommand,
  type CreatePoolCommand,
  type Family,
  type PlacementStrategy,
  parseCidr,
} from '../ledger/index.js'
import { ApiError, invalid, quoted } from './api-error.js'
import { ttlMs } from './timestamps.js'

type NewPool = {
  readonly name: string
  readonly description?: string | null
  readonly strategy?: string
}

/** @param cidr as `checkedCidr` gave it */
export function createPool<Place>(body: NewPool, cidr: Place) {
  return {
    type: 'pool.create' as const,
    name: body.name,
    cidr,
    description: body.description ?? null,
    strategy: (body.strategy ?? 'first') as PlacementStrategy,
  } satisfies Omit<CreatePoolCommand, 'cidr'> & { cidr: Place }
}

/**
 * @param place what stands before field names in errors: 'steps[3].create_pool.'
 * @returns the CIDR as given @throws ApiError 400 when it is none, or of another family than pool_type says
 */
export function checkedCidr(cidr: string, poolType: string | undefined, place: string): string {
  const parsed = parseCidr(cidr)
  if ('reason' in parsed)
    throw new ApiError(
      400,
      'invalid',
      `Invalid CIDR notation ${quoted(cidr)} for ${place}cidr: ${parsed.reason}.`,
      { field: `${place}cidr`, value: cidr },
    )
  if (poolType !== undefined && poolType !== typeOf(parsed.family))
    throw invalid(`${place}pool_type`, poolType, `${cidr} is ${typeOf(parsed.family)}`)
  return cidr
}

const typeOf = (family: Family) => `ipv${family}`

type NewBlock = {
  readonly prefix_length: number
  readonly description?: string | null
  readonly allocated_to?: string | null
  readonly ttl_hours?: number | null
}

export function allocateBlock<Pool>(pool: Pool, body: NewBlock) {
  return {
    type: 'block.allocate' as const,
    pool,
    prefixLength: body.prefix_length,
    description: body.description ?? null,
    // An empty name is no name: shell scripts send one for an unset variable.
    owner: body.allocated_to || null,
    ttlMs: ttlMs(body.ttl_hours ?? null),
  } satisfies Omit<AllocateBlockCommand, 'pool'> & { pool: Pool }
}
