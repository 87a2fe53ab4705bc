// Pools of addresses: a facet of a network, given to one that is there or made with it, edited, and deleted with it.
import { assert } from '../../lib/index.js'
import { formatCidr, parseCidr } from '../address/cidr-text.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { poolFigures } from '../address-space/usable-space.js'
import { networkImage } from '../changes/images.js'
import {
  COMMAND_ROWS_MAX,
  type CreatePoolCommand,
  type DeletePoolCommand,
  type UpdatePoolCommand,
} from '../commands.js'
import type { Deletion, Family, Network, PlacementStrategy, PoolFacet } from '../entities.js'
import { endHold, replaceAllocation } from './allocations.js'
import { checkName, checkRevision } from './checks.js'
import { DEFAULT_VRF_ID, DEFAULT_VRF_NAME } from './cluster.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { ENDED_AT_ONCE_MAX, endDeletedBlock, waitForSweep } from './deletions.js'
import { dropNetwork, makeNetwork, networkInUse, planNetwork } from './networks.js'

const STRATEGIES: readonly PlacementStrategy[] = [
  'first',
  'best',
  'last',
  'least_recently_released',
  'sparse',
]

/** A pool and the network that has it. */
export type PoolNode = { readonly node: NetworkNode; readonly pool: PoolFacet }

export function createPool(context: CommandContext, command: CreatePoolCommand): Decision {
  const { name, description } = command
  const cidr = parseCidr(command.cidr)
  const refused = checkName('name', name)
  if (refused !== null) return refused
  if ('reason' in cidr) return invalid('cidr', command.cidr, cidr.reason)
  const other = checkStrategy(command.strategy, cidr.family) ?? checkFree(context, name)
  if (other !== null) return other
  if (context.vrfs.get(DEFAULT_VRF_ID) === null) {
    return refuse({ code: 'vrf-not-found', vrf: DEFAULT_VRF_NAME })
  }
  const site = { vrfId: DEFAULT_VRF_ID, cidr }
  const { exact } = context.space.locate(site.vrfId, cidr)
  if (exact !== null) return checkPoolable(exact) ?? givePool(context, exact.network, command)
  const plan = planNetwork(context, site, null)
  if ('ok' in plan) return plan
  const facts = { description, tags: [], holdHours: 0, subnet: null, region: null }
  const network = makeNetwork(context, plan, facts)
  return givePool(context, network, command)
}

/** Another strategy forgets what was released before it; the same one once more does not. */
export function updatePool(context: CommandContext, command: UpdatePoolCommand): Decision {
  const { set } = command
  const found = findPool(context, command.name)
  if ('ok' in found) return found
  const { node, pool } = found
  const { network } = node
  const strategy = set.strategy ?? pool.strategy
  const refused =
    checkRevision(command.ifRevision, network.revision) ?? checkStrategy(strategy, network.family)
  if (refused !== null) return refused
  const description = set.description === undefined ? pool.description : set.description
  const same = strategy === pool.strategy
  const strategyRevision = same ? pool.strategyRevision : context.revision
  const after = withPool(context, network, { ...pool, description, strategy, strategyRevision })
  context.rows.saveNetwork(after)
  if (same) context.space.replaceNetwork(after)
  else context.space.setPool(node, after, [])
  const images = [networkImage(network), networkImage(after)] as const
  context.record('pool.updated', 'network', network.id, ...images)
  return answer({ type: 'pool', network: after, figures: poolFigures(node) })
}

/** Its blocks are released and its network goes with it, unless that is a subnet or a region too; the blocks' networks stay and move up. */
export function deletePool(context: CommandContext, command: DeletePoolCommand): Decision {
  const { name, ifRevision } = command
  const found = findPool(context, name)
  if ('ok' in found) return found
  const { node } = found
  const refused = checkRevision(ifRevision, node.network.revision)
  if (refused !== null) return refused
  const allocations = node.liveClaims - node.liveBlocks
  if (allocations > 0) return refuse({ code: 'pool-in-use', pool: name, allocations })
  if (node.network.subnet !== null || node.network.region !== null) return takePool(context, node)
  if (node.reservations > 0) return networkInUse(node.network.id, 0, node.reservations)
  const { rows, timeMs, revision } = context
  const { id: networkId } = node.network
  const deletion: Deletion = { kind: 'network', networkId, timeMs, revision }
  const blocks = rows.liveBlocks(networkId, ENDED_AT_ONCE_MAX)
  for (const block of blocks) endDeletedBlock(context, block, deletion)
  if (blocks.length < node.liveBlocks) waitForSweep(context, deletion)
  dropNetwork(context, node)
  return done()
}

/** The network stays. All its blocks end in the command, since none may be left of a network that is there. */
function takePool(context: CommandContext, node: NetworkNode): Decision {
  const { rows, space, timeMs, revision } = context
  const { network, range } = node
  const { id: networkId } = network
  const limit = ENDED_AT_ONCE_MAX + 1
  const claims = rows.claimsIn(networkId, range.first, range.last, limit)
  if (claims.length === limit) {
    return refuse({ code: 'too-many-rows', rows: limit, rowsMax: ENDED_AT_ONCE_MAX })
  }
  const deletion: Deletion = { kind: 'network', networkId, timeMs, revision }
  for (const claim of claims.filter(({ kind }) => kind === 'block')) {
    if (claim.status === 'allocated') {
      space.endClaim(node, { ...claim, revision }, false)
      endDeletedBlock(context, claim, deletion)
    } else endHold(context, claim)
  }
  const after = { ...network, pool: null, updatedMs: timeMs, revision }
  rows.saveNetwork(after)
  space.takePool(node, after)
  context.record('pool.deleted', 'network', networkId, networkImage(network), networkImage(after))
  return done()
}

export function findPool(context: CommandContext, name: string): PoolNode | Decision {
  const node = context.space.pool(name)
  const pool = node?.network.pool ?? null
  if (node === null || pool === null) {
    return refuse({ code: 'pool-not-found', kind: 'ip', pool: name })
  }
  return { node, pool }
}

/** The blocks that are there become the pool's, and get ids of its kind. */
function givePool(
  context: CommandContext,
  network: Network,
  { name, description, strategy }: CreatePoolCommand,
): Decision {
  const { rows, space, revision, timeMs: createdMs } = context
  const { id } = network
  const pool = { id: rows.nextId('pool'), name, description, strategy, createdMs }
  const after = withPool(context, network, { ...pool, strategyRevision: revision })
  const node = space.node(id)
  assert(node !== null, `network ${id} was found or made`)
  rows.saveNetwork(after)
  space.setPool(node, after, context.endedIn(id))
  context.record('pool.created', 'network', id, networkImage(network), networkImage(after))
  for (const block of rows.liveBlocks(id, COMMAND_ROWS_MAX)) {
    const blockId = rows.nextId('block')
    replaceAllocation(context, 'allocation.updated', block, { ...block, blockId, revision })
  }
  return answer({ type: 'pool', network: after, figures: poolFigures(node) })
}

function withPool(context: CommandContext, network: Network, pool: PoolFacet): Network {
  return { ...network, pool, updatedMs: context.timeMs, revision: context.revision }
}

function checkPoolable({ network, liveBlocks }: NetworkNode): Decision | null {
  if (network.pool !== null) {
    const { id: networkId, pool } = network
    const cidr = formatCidr(network)
    return refuse({ code: 'network-has-pool', networkId, cidr, pool: pool.name })
  }
  if (liveBlocks <= COMMAND_ROWS_MAX) return null
  return refuse({ code: 'too-many-rows', rows: liveBlocks, rowsMax: COMMAND_ROWS_MAX })
}

function checkFree(context: CommandContext, name: string): Decision | null {
  const holder = context.space.pool(name)?.network.pool ?? null
  if (holder === null) return null
  return refuse({ code: 'pool-exists', kind: 'ip', pool: name, id: holder.id })
}

function checkStrategy(strategy: PlacementStrategy, family: Family): Decision | null {
  if (!STRATEGIES.includes(strategy)) {
    return invalid('strategy', strategy, `must be one of ${STRATEGIES.join(', ')}`)
  }
  if (strategy !== 'sparse' || family === 6) return null
  return invalid('strategy', strategy, 'is for IPv6 only: IPv4 has no room to leave gaps')
}
