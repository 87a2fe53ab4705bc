// Blocks of a pool by its name: the next free one by the pool's strategy, and exactly the one that is named.
import { parseAddress } from '../address/address-text.js'
import { parseCidr } from '../address/cidr-text.js'
import { addressBits } from '../address/family.js'
import { type Cidr, lastAddress } from '../address/range.js'
import type { AllocateBlockCommand, ReleaseBlockCommand } from '../commands.js'
import type { Allocation, Network } from '../entities.js'
import { claimPlace, releaseClaim } from './allocations.js'
import { checkRevision, checkTtl } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { freeBlock } from './placement.js'
import { findPool } from './pools.js'
import { checkMayAllocate } from './region-checks.js'

export function allocateBlock(context: CommandContext, command: AllocateBlockCommand): Decision {
  const { pool: name, prefixLength, description, owner, ttlMs } = command
  const found = findPool(context, name)
  if ('ok' in found) return found
  const { node } = found
  const { network } = node
  const refused =
    checkLength(network, prefixLength) ?? checkTtl(ttlMs, context.timeMs) ?? checkMayAllocate(node)
  if (refused !== null) return refused
  const chosen = freeBlock(node, prefixLength)
  if (chosen === null) {
    const figures = { wanted: `/${prefixLength}`, free: String(node.space.freeCount) }
    return refuse({ code: 'pool-exhausted', kind: 'ip', pool: name, ...figures })
  }
  const facts = { hostname: null, description, owner, tags: [], details: null, ttlMs }
  const allocation = claimPlace(context, node, chosen, facts)
  return answer({ type: 'block', allocation, network })
}

export function releaseBlock(context: CommandContext, command: ReleaseBlockCommand): Decision {
  const { pool, cidr: text } = command
  const found = findPool(context, pool)
  if ('ok' in found) return found
  const { network } = found.node
  const cidr = parseCidr(text)
  if ('reason' in cidr) return invalid('allocated_cidr', text, cidr.reason)
  const block = hasHostBits(text, cidr) ? null : blockAt(context, network, cidr)
  if (block === null) return refuse({ code: 'block-not-found', pool, cidr: text })
  const refused = checkRevision(command.ifRevision, block.revision)
  if (refused !== null) return refused
  const decision = releaseClaim(context, block)
  if (!decision.ok || decision.result.type !== 'allocation') return decision
  return answer({ type: 'block', allocation: decision.result.allocation, network })
}

function checkLength(network: Network, prefixLength: number): Decision | null {
  const bits = addressBits(network.family)
  const shortest = network.prefixLength
  const ok = Number.isInteger(prefixLength) && prefixLength >= shortest && prefixLength <= bits
  if (ok) return null
  const reason = `must be a whole number from ${shortest}, the pool's own, to ${bits}`
  return invalid('prefix_length', prefixLength, reason)
}

/** They are cleared wherever a place is named; what is released is named exactly. */
function hasHostBits(text: string, cidr: Cidr): boolean {
  return parseAddress(text.slice(0, text.indexOf('/')))?.value !== cidr.first
}

/** The live block directly in the network that is exactly that CIDR. */
function blockAt(context: CommandContext, network: Network, cidr: Cidr): Allocation | null {
  if (cidr.family !== network.family) return null
  const [claim] = context.rows.claimsIn(network.id, cidr.first, lastAddress(cidr), 1)
  const exact =
    claim?.kind === 'block' &&
    claim.status === 'allocated' &&
    claim.first === cidr.first &&
    claim.prefixLength === cidr.prefixLength
  return exact ? claim : null
}
