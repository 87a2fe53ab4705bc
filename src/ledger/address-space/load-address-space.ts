// Rebuilds the address space from rows when a node opens, in slices, O(n log n) in networks and O(n) in claims.
import { assert } from '../../lib/index.js'
import { networkRange } from '../address/range.js'
import type { Deletion, Network } from '../entities.js'
import { LoadSlice } from '../load-slice.js'
import type { LedgerImage } from '../ports.js'
import type { AddressSpace } from './address-space.js'
import type { NetworkNode } from './network-node.js'
import { SpaceFiller } from './space-filler.js'

/** Fills an empty address space; yields after every slice. */
export function* loadAddressSpace(
  space: AddressSpace,
  image: Pick<LedgerImage, 'networks' | 'claims' | 'reservations' | 'deletions' | 'endedClaims'>,
): Generator<void, void, void> {
  const slice = new LoadSlice()
  const deleted = new Set(image.deletions.map(deletedNetworkId))
  let previous: NetworkNode | null = null
  for (const network of [...image.networks].sort(inTreeOrder)) {
    previous = space.append(network, previous)
    if (slice.isFull()) yield
  }

  const empty = new Set(space.allNodes())
  let filler: SpaceFiller | null = null
  let networkId = 0
  for (const claim of image.claims()) {
    if (claim.networkId !== networkId) {
      assert(claim.networkId > networkId, 'claims are loaded in network order')
      networkId = claim.networkId
      filler?.finish()
      const node = space.node(networkId)
      filler = node === null ? null : new SpaceFiller(node)
      if (node !== null) empty.delete(node)
    }
    const live = claim.status === 'allocated'
    const waits = !live || deleted.has(networkId)
    assert(filler !== null || waits, `live claim ${claim.id} lies in no network`)
    const state = live ? 'live' : 'held'
    filler?.addClaim({ first: claim.first, last: claim.last, state, block: claim.kind === 'block' })
    if (slice.isFull()) yield
  }
  filler?.finish()

  for (const node of empty) {
    new SpaceFiller(node).finish()
    if (slice.isFull()) yield
  }

  // Before the pools begin to choose, which want to know all that is taken.
  for (const reservation of image.reservations()) {
    const node = space.node(reservation.networkId)
    assert(node !== null, `active reservation ${reservation.id} lies in no network`)
    space.reserve(node, networkRange(reservation))
    if (slice.isFull()) yield
  }

  for (const node of space.poolNodes()) {
    space.choose(node, [])
    for (const claim of whatCounts(node, image)) {
      node.choice?.ended(claim)
      if (slice.isFull()) yield
    }
    if (slice.isFull()) yield
  }
}

/** Ended claims that the pool's choice goes by: told one by one, as there may be very many and each costs. */
function whatCounts({ network }: NetworkNode, image: Pick<LedgerImage, 'endedClaims'>) {
  const { id, pool } = network
  return pool?.strategy === 'least_recently_released'
    ? image.endedClaims(id, pool.strategyRevision)
    : []
}

/** null: it is none of a network. */
function deletedNetworkId(deletion: Deletion): number | null {
  return deletion.kind === 'network' ? deletion.networkId : null
}

/** A network stands behind every one that contains it. */
function inTreeOrder(a: Network, b: Network): number {
  if (a.vrfId !== b.vrfId) return a.vrfId - b.vrfId
  if (a.family !== b.family) return a.family - b.family
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.prefixLength - b.prefixLength
}
