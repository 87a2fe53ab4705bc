// The end of a region: its network is deleted, with what is in it only if that is asked for (LEDGER.md, Facets).
import type { NetworkNode } from '../address-space/network-node.js'
import { hostsIn, withNetworksInside } from '../address-space/region-figures.js'
import { COMMAND_ROWS_MAX } from '../commands.js'
import type { Allocation } from '../entities.js'
import type { RetireRegionCommand } from '../regions/commands.js'
import { checkReason, releasedDetails } from './allocation-details.js'
import { endAllocation } from './allocations.js'
import { checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'
import { dropNetwork, networkInUse } from './networks.js'
import { findRegion } from './regions.js'
import { endCancelled } from './reservations.js'

/**
 * Networks inside move up, and keep their reservations and blocks. A region has 256 addresses, so that all its hosts and reservations are
 * within what one command may write.
 */
export function retireRegion(context: CommandContext, command: RetireRegionCommand): Decision {
  const { id, reason, cascade } = command
  const found = findRegion(context, id)
  if ('ok' in found) return found
  const { node, network } = found
  const refused =
    checkRevision(command.ifRevision, network.revision) ??
    (reason === null ? null : checkReason(reason)) ??
    checkUnused(node, cascade)
  if (refused !== null) return refused
  const hosts = hostsOf(context, node)
  for (const host of hosts) {
    const details = reason === null ? host.details : releasedDetails(host.details, reason)
    endAllocation(context, host, 'released', details)
  }
  for (const reservation of reservationsOf(context, node)) {
    endCancelled(context, reservation, reason)
  }
  dropNetwork(context, node)
  return answer({ type: 'region-retired', hosts: hosts.length })
}

/** Blocks are an obstacle in any case: what was taken of a region whole is not released by the way. */
function checkUnused(node: NetworkNode, cascade: boolean): Decision | null {
  const { id } = node.network
  if (cascade) return node.liveBlocks === 0 ? null : networkInUse(id, node.liveBlocks, 0)
  const allocations = hostsIn(node) + node.liveBlocks
  const { reservations } = node
  return allocations === 0 && reservations === 0
    ? null
    : networkInUse(id, allocations, reservations)
}

/** In address order, network by network. */
function hostsOf({ rows }: CommandContext, region: NetworkNode): Allocation[] {
  return [...withNetworksInside(region)].flatMap(({ network, range, size }) =>
    rows
      .claimsIn(network.id, range.first, range.last, Number(size))
      .filter(claim => claim.status === 'allocated' && claim.kind !== 'block'),
  )
}

function reservationsOf({ rows }: CommandContext, { network, range }: NetworkNode) {
  return rows.reservationsIn(network.id, range.first, range.last, COMMAND_ROWS_MAX)
}
