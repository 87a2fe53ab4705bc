// Figures of subnets and their sums.
import { DEFAULT_VRF_ID, type Network } from '../../../ledger/index.js'
import type { Figures } from '../../../store/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import { percentHundredths } from '../../percent.js'

/** Of IPv4 subnets (LEDGER.md, Big numbers); `subnets` counts all. */
export class Sums {
  subnets = 0
  total = 0n
  allocated = 0n
  reserved = 0n
  available = 0n

  add(network: Network, figures: Figures): void {
    this.subnets += 1
    if (network.family !== 4) return
    this.total += figures.total
    this.allocated += figures.allocated
    this.reserved += figures.reserved
    this.available += figures.available
  }
}

export function presentSums(sums: Sums) {
  return {
    total_subnets: sums.subnets,
    total_ips: sums.total,
    allocated_ips: sums.allocated,
    reserved_ips: sums.reserved,
    available_ips: sums.available,
    utilization: percentHundredths(sums.allocated, sums.total),
  }
}

export type FullSubnet = {
  readonly network: Network
  readonly figures: Figures
  readonly percent: number
}

/** The fullest of many, the fullest first; of two alike, the one that came first. */
export class Fullest {
  readonly #kept: FullSubnet[] = []

  constructor(readonly most: number) {}

  add(network: Network, figures: Figures): void {
    const kept = this.#kept
    const isFull = kept.length === this.most
    // Most of many are empty.
    if (isFull && figures.allocated === 0n) return
    const percent = percentHundredths(figures.allocated, figures.total)
    if (isFull && (kept.at(-1)?.percent ?? 0) >= percent) return
    const at = kept.findIndex(other => other.percent < percent)
    kept.splice(at < 0 ? kept.length : at, 0, { network, figures, percent })
    if (kept.length > this.most) kept.pop()
  }

  get subnets(): readonly FullSubnet[] {
    return this.#kept
  }
}

/** One by its id, or all of the default VRF; those that go meanwhile are left out. @throws ApiError 404 */
export function subnetsOf(call: Call, subnetId: number | null): Iterable<Network> {
  const { reads } = call.app.store
  if (subnetId === null) return reads.networksInTreeOrder(DEFAULT_VRF_ID)
  const network = reads.network(subnetId)
  if (network === null || network.vrfId !== DEFAULT_VRF_ID)
    throw new ApiError(404, 'network-not-found', `Subnet ${subnetId} not found.`)
  return [network]
}
