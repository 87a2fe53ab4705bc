// What a new network takes over from the one around it: the claims in its range, which move, or the block it lies in.

import { formatCidr } from '../address/cidr-text.js'
import {
  type AddressRange,
  type Cidr,
  networkRange,
  rangeContains,
  usableRange,
} from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { allocationImage, claimText } from '../changes/images.js'
import { COMMAND_ROWS_MAX } from '../commands.js'
import type { Allocation, Network } from '../entities.js'
import type { CommandContext } from './command-context.js'
import { type Decision, refuse } from './decision.js'

export type Adoption = {
  /** Claims of the parent, live or held, that move to the new network, in address order. */
  readonly moved: readonly Allocation[]
  /** `live`: the network is made in a live block of the parent, which stays the parent's. */
  readonly enclosure: 'none' | 'live'
}

const NOTHING_MOVES: Adoption = { moved: [], enclosure: 'none' }
const IN_A_BLOCK: Adoption = { moved: [], enclosure: 'live' }

/** Decides whether the CIDR may become a network under `parent`; writes nothing. */
export function planAdoption(
  context: CommandContext,
  parent: NetworkNode | null,
  cidr: Cidr,
): Adoption | Decision {
  if (parent === null) return NOTHING_MOVES
  const range = networkRange(cidr)
  // One more than may move, to see that there are more.
  const limit = COMMAND_ROWS_MAX + 1
  const claims = context.rows.claimsIn(parent.network.id, range.first, range.last, limit)
  const [lowest] = claims
  if (lowest !== undefined && isLiveBlock(lowest) && rangeContains(lowest, range)) return IN_A_BLOCK
  if (claims.length > COMMAND_ROWS_MAX) {
    return refuse({ code: 'too-many-rows', rows: claims.length, rowsMax: COMMAND_ROWS_MAX })
  }
  const usable = usableRange(cidr)
  const obstacle = claims.find(claim => !mayMove(claim, usable))
  if (obstacle === undefined) return { moved: claims, enclosure: 'none' }
  return refuse({
    code: 'claim-in-the-way',
    cidr: formatCidr(cidr),
    allocationId: obstacle.id,
    claim: claimText(obstacle),
  })
}

/** Puts the new network into the address space and moves the claims to it. */
export function adoptClaims(context: CommandContext, network: Network, plan: Adoption): void {
  const ranges = plan.moved.map(claim => {
    const live = claim.status === 'allocated'
    return { first: claim.first, last: claim.last, live, block: claim.kind === 'block' }
  })
  context.space.addNetwork(network, ranges, plan.enclosure)
  for (const claim of plan.moved) {
    const moved = { ...claim, networkId: network.id, revision: context.revision }
    context.rows.updateAllocation(moved)
    const before = allocationImage(claim)
    context.record('allocation.moved', 'allocation', claim.id, before, allocationImage(moved))
  }
}

function isLiveBlock(claim: Allocation): boolean {
  return claim.kind === 'block' && claim.status === 'allocated'
}

/** A live block stays with the network it was taken from; all else must be usable where it goes. */
function mayMove(claim: Allocation, usable: AddressRange): boolean {
  return !isLiveBlock(claim) && rangeContains(usable, claim)
}
