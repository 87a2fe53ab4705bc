// Figures of subnets and their sums.
import { DEFAULT_VRF_ID, type Network, type NetworkStatistics } from '../../../ledger/index.js'
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

  add(network: Network, figures: NetworkStatistics): void {
    this.subnets += 1
    if (network.family !== 4) return
    this.total += figures.total
    this.allocated += figures.allocated
    this.reserved += figures.reserved
    this.available += figures.available
  }
}

type Summed = Pick<Sums, 'total' | 'allocated' | 'reserved' | 'available'>

export function presentSums(subnets: number, sums: Summed) {
  return {
    total_subnets: subnets,
    total_ips: sums.total,
    allocated_ips: sums.allocated,
    reserved_ips: sums.reserved,
    available_ips: sums.available,
    utilization: percentHundredths(sums.allocated, sums.total),
  }
}

/** The fullest of many, the fullest first; of two alike, the one that came first. */
export class Fullest {
  readonly #kept: { readonly network: Network; readonly hundredths: number }[] = []

  constructor(readonly most: number) {}

  add(network: Network, hundredths: number): void {
    const kept = this.#kept
    if (kept.length === this.most && (kept.at(-1)?.hundredths ?? 0) >= hundredths) return
    const at = kept.findIndex(other => other.hundredths < hundredths)
    kept.splice(at < 0 ? kept.length : at, 0, { network, hundredths })
    if (kept.length > this.most) kept.pop()
  }

  get networks(): readonly { readonly network: Network; readonly hundredths: number }[] {
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
