// Rebuilds the address space from rows when a node opens, in slices, O(n log n) in networks and O(n) in claims.
import { assert } from '../../lib/index.js'
import type { Network } from '../entities.js'
import type { LedgerImage } from '../ports.js'
import type { AddressSpace } from './address-space.js'
import type { NetworkNode } from './network-node.js'
import { SpaceFiller } from './space-filler.js'

/** Networks or claims handled between two yields. */
const SLICE_ITEMS = 1000

/** Fills an empty address space; yields after every slice. */
export function* loadAddressSpace(
  space: AddressSpace,
  image: Pick<LedgerImage, 'networks' | 'claims'>,
): Generator<void, void, void> {
  const slice = new Slice()
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
    assert(filler !== null || !live, `live claim ${claim.id} lies in no network`)
    filler?.addClaim({ first: claim.first, last: claim.last, live })
    if (slice.isFull()) yield
  }
  filler?.finish()

  for (const node of empty) {
    new SpaceFiller(node).finish()
    if (slice.isFull()) yield
  }
}

/** Counts what was done since the last yield. */
class Slice {
  private items = 0

  isFull(): boolean {
    this.items = (this.items + 1) % SLICE_ITEMS
    return this.items === 0
  }
}

/** A network stands behind every one that contains it. */
function inTreeOrder(a: Network, b: Network): number {
  if (a.vrfId !== b.vrfId) return a.vrfId - b.vrfId
  if (a.family !== b.family) return a.family - b.family
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.prefixLength - b.prefixLength
}
