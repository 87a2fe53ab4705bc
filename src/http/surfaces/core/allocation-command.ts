// What a client asks to be allocated, as the ledger's command.
import {
  type CreateAllocationCommand,
  explainAddress,
  formatAddress,
  parseAddress,
  type StepReference,
} from '../../../ledger/index.js'
import { readNewFacts } from '../../address-facts.js'
import { invalid } from '../../api-error.js'
import { idOrStep } from '../../ids.js'
import { ttlMs } from '../../timestamps.js'
import type { NewAllocation } from './schemas.js'

/** In a transaction an earlier step may stand for the network; elsewhere Ref is never. */
type NewAllocationIn<Ref> = Omit<NewAllocation, 'network_id'> & { network_id: string | Ref }

/** @param prefix what stands before field names in errors: 'steps[3].allocate.' @throws ApiError 400, 404 */
export function allocationCommand<Ref extends StepReference>(
  body: NewAllocationIn<Ref>,
  prefix: string,
) {
  const facts = readNewFacts(body)
  return {
    type: 'allocation.create' as const,
    networkId: idOrStep<Ref>('Network', body.network_id),
    place: place(body, prefix),
    // An empty name is no name: shell scripts send one for an unset variable.
    hostname: body.hostname || null,
    description: body.description ?? null,
    tags: body.tags ?? [],
    ttlMs: ttlMs(body.ttl_hours ?? null),
    // Older nodes understand a command that says nothing of the kind.
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  }
}

function place(
  body: Omit<NewAllocation, 'network_id'>,
  prefix: string,
): CreateAllocationCommand['place'] {
  const { count, ip, prefix_length: prefixLength } = body
  if (ip === undefined && prefixLength === undefined) return { count: count ?? 1 }
  if (count !== undefined && count !== 1)
    throw invalid(
      `${prefix}count`,
      count,
      `it does not go with ${ip === undefined ? 'prefix_length' : 'ip'}`,
    )
  if (ip === undefined) return { prefixLength: prefixLength as number }
  if (prefixLength !== undefined)
    throw invalid(`${prefix}prefix_length`, prefixLength, 'it does not go with ip')
  const address = parseAddress(ip)
  if (address === null) throw invalid(`${prefix}ip`, ip, explainAddress(ip) ?? 'it is no address')
  return { ip: formatAddress(address.family, address.value) }
}
