// Allocations: claimed, described, renewed and released.

import { assert } from '../../lib/index.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { childrenIn } from '../address-space/network-node.js'
import { TIME_MS_MAX } from '../changes/iso-time.js'
import type {
  CreateAllocationCommand,
  ReleaseAllocationCommand,
  RenewAllocationCommand,
  UpdateAllocationCommand,
} from '../commands.js'
import type { Allocation, ChangeAction } from '../entities.js'
import {
  changedDetails,
  checkReason,
  newDetails,
  readFacts,
  releasedDetails,
} from './allocation-details.js'
import { checkRevision, checkTtl } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, refuse } from './decision.js'
import { type Chosen, choosePlace } from './placement.js'
import { checkMayAllocate, recordAllocation } from './region-checks.js'
import { endReservation, freeReserved } from './reservation-life.js'
import { readTags } from './tags.js'

const HOUR_MS = 3_600_000
/** Networks that a `block-in-use` names at most, the lowest ones. */
const BLOCK_NETWORKS_SHOWN_MAX = 100

type ClaimFacts = Pick<Allocation, 'hostname' | 'description' | 'owner' | 'tags' | 'details'> & {
  /** null = never expires. */
  readonly ttlMs: number | null
}

export function createAllocation(
  context: CommandContext,
  command: CreateAllocationCommand,
): Decision {
  const { networkId, ttlMs } = command
  const node = context.space.node(networkId)
  if (node === null) return refuse({ code: 'network-not-found', id: networkId })
  const refused = checkTtl(ttlMs, context.timeMs) ?? checkMayAllocate(node)
  if (refused !== null) return refused
  const tagList = readTags(command.tags)
  if ('refused' in tagList) return tagList.refused
  const said = command.facts === undefined ? null : readFacts(context, command.facts)
  if (said !== null && 'refused' in said) return said.refused
  const chosen = choosePlace(context, node, command.place)
  if ('ok' in chosen) return chosen

  const { hostname, description } = command
  const owner = said?.facts.owner ?? null
  const details = said === null ? null : newDetails(context, said.facts)
  const facts = { hostname, description, owner, tags: tagList.tags, details, ttlMs }
  const { reservation } = chosen
  if (reservation !== undefined) freeReserved(context, reservation)
  const allocation = claimPlace(context, node, chosen, facts)
  if (reservation !== undefined) {
    endReservation(context, reservation, { status: 'converted', allocationId: allocation.id })
  }
  return answer({ type: 'allocation', allocation })
}

/** A block of a network with a pool is the pool's, whoever asks for it. */
export function claimPlace(
  context: CommandContext,
  node: NetworkNode,
  chosen: Chosen,
  facts: ClaimFacts,
): Allocation {
  const { rows, timeMs } = context
  const { id: networkId, vrfId, family, pool } = node.network
  const allocation: Allocation = {
    id: rows.nextId('allocation'),
    networkId,
    vrfId,
    family,
    first: chosen.first,
    last: chosen.last,
    kind: chosen.kind,
    prefixLength: chosen.prefixLength,
    blockId: chosen.kind === 'block' && pool !== null ? rows.nextId('block') : null,
    hostname: facts.hostname,
    description: facts.description,
    owner: facts.owner,
    tags: facts.tags,
    details: facts.details,
    status: 'allocated',
    allocatedMs: timeMs,
    expiresMs: facts.ttlMs === null ? null : timeMs + facts.ttlMs,
    releasedMs: null,
    heldUntilMs: null,
    revision: context.revision,
  }
  rows.insertAllocation(allocation)
  context.space.claim(node, chosen)
  recordAllocation(context, 'allocation.created', null, allocation)
  return allocation
}

/** Ended ones may not be edited: they are history. */
export function updateAllocation(
  context: CommandContext,
  command: UpdateAllocationCommand,
): Decision {
  const found = liveAllocation(context, command)
  return 'ok' in found ? found : changeAllocation(context, found, command.set)
}

/** @param found live */
export function changeAllocation(
  context: CommandContext,
  found: Allocation,
  set: UpdateAllocationCommand['set'],
): Decision {
  const tagList = readTags(set.tags ?? found.tags)
  if ('refused' in tagList) return tagList.refused
  const said = readFacts(context, set)
  if ('refused' in said) return said.refused
  const allocation = replaceAllocation(context, 'allocation.updated', found, {
    ...found,
    hostname: set.hostname === undefined ? found.hostname : set.hostname,
    description: set.description === undefined ? found.description : set.description,
    owner: set.owner === undefined ? found.owner : set.owner,
    tags: tagList.tags,
    details: changedDetails(found.details, said.facts),
    revision: context.revision,
  })
  return answer({ type: 'allocation', allocation })
}

/** Wins over an expiry that is due but was not applied yet. */
export function renewAllocation(
  context: CommandContext,
  command: RenewAllocationCommand,
): Decision {
  const { ttlMs } = command
  const found = liveAllocation(context, command)
  if ('ok' in found) return found
  const refused = checkTtl(ttlMs, context.timeMs)
  if (refused !== null) return refused
  const allocation = replaceAllocation(context, 'allocation.renewed', found, {
    ...found,
    expiresMs: ttlMs === null ? null : context.timeMs + ttlMs,
    revision: context.revision,
  })
  return answer({ type: 'allocation', allocation })
}

export function releaseAllocation(
  context: CommandContext,
  command: ReleaseAllocationCommand,
): Decision {
  const { reason } = command
  const found = liveAllocation(context, command)
  if ('ok' in found) return found
  if (reason === undefined) return releaseClaim(context, found)
  return checkReason(reason) ?? releaseClaim(context, found, releasedDetails(found.details, reason))
}

/** Unless it is a block with networks in it. @param details what is said of it from now on */
export function releaseClaim(
  context: CommandContext,
  claim: Allocation,
  details = claim.details,
): Decision {
  const inside = claim.kind === 'block' ? childrenIn(networkOf(context, claim), claim) : []
  if (inside.length > 0) {
    const networkIds = inside.slice(0, BLOCK_NETWORKS_SHOWN_MAX).map(child => child.network.id)
    return refuse({ code: 'block-in-use', id: claim.id, networkIds })
  }
  const allocation = endAllocation(context, claim, 'released', details)
  return answer({ type: 'allocation', allocation })
}

/** Ends a live claim, held back if its network says so. Networks made in a block stay where they are. */
export function endAllocation(
  context: CommandContext,
  allocation: Allocation,
  status: 'released' | 'expired',
  details = allocation.details,
): Allocation {
  const node = networkOf(context, allocation)
  const { timeMs, revision } = context
  const { holdHours } = node.network
  const held = holdHours > 0
  const heldUntilMs = held ? Math.min(timeMs + holdHours * HOUR_MS, TIME_MS_MAX) : null
  const after = { ...allocation, details, status, releasedMs: timeMs, heldUntilMs, revision }
  context.space.endClaim(node, after, held)
  if (!held) context.noteEnded(after)
  return replaceAllocation(context, `allocation.${status}`, allocation, after)
}

/** An address that was kept back may be handed out again. */
export function endHold(context: CommandContext, allocation: Allocation): void {
  // A hold ends in memory with its network, and in its row here.
  const node = context.space.node(allocation.networkId)
  const after = { ...allocation, heldUntilMs: null, revision: context.revision }
  if (node !== null) context.space.endHold(node, after)
  replaceAllocation(context, 'allocation.hold-ended', allocation, after)
}

function liveAllocation(
  context: CommandContext,
  command: { readonly id: number; readonly ifRevision: number | null },
): Allocation | Decision {
  const { id, ifRevision } = command
  const found = context.rows.allocation(id)
  if (found === null) return refuse({ code: 'allocation-not-found', id })
  const { status } = found
  if (status !== 'allocated') return refuse({ code: 'allocation-ended', id, status })
  // Its network was deleted with it; `sweep` has not come to its row yet.
  if (context.space.node(found.networkId) === null) {
    return refuse({ code: 'allocation-ended', id, status: 'released' })
  }
  return checkRevision(ifRevision, found.revision) ?? found
}

function networkOf(context: CommandContext, allocation: Allocation): NetworkNode {
  const node = context.space.node(allocation.networkId)
  assert(node !== null, `live allocation ${allocation.id} lies in no network`)
  return node
}

/** @returns what it is now. */
export function replaceAllocation(
  context: CommandContext,
  action: ChangeAction,
  before: Allocation,
  after: Allocation,
): Allocation {
  context.rows.updateAllocation(after)
  recordAllocation(context, action, before, after)
  return after
}
