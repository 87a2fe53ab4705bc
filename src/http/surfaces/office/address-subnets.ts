// From an id or an address to the subnet: a network of the default VRF. Others are none of this surface's.
import { type Address, DEFAULT_VRF_ID, type Network } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import { spelled } from './address-text.js'

/** The caller has awaited a read. @throws ApiError 404 */
export function findSubnet(call: Call, id: number): Network {
  const network = call.app.store.reads.network(id)
  if (network === null || network.vrfId !== DEFAULT_VRF_ID) throw noSuchSubnet(String(id))
  return network
}

/**
 * Before a command that names it.
 * @returns null when this node knows no such network, not even when it has heard the newest: the ledger says what that
 * means, as it may have answered the same request before @throws ApiError 404 when it is another VRF's
 */
export async function subnetToChange(call: Call, id: number): Promise<Network | null> {
  const { reads } = call.app.store
  if (reads.network(id) === null) await call.awaitNewest()
  return reads.network(id) === null ? null : findSubnet(call, id)
}

/** The most specific one that contains the address. The caller has awaited a read. @throws ApiError 404 */
export function subnetAt(call: Call, address: Address): Network {
  const network = call.app.store.reads.networkAt(DEFAULT_VRF_ID, address)
  if (network === null) throw inNoSubnet(address)
  return network
}

export function inNoSubnet(address: Address): ApiError {
  const message = `Address ${spelled(address)} lies in no subnet.`
  return new ApiError(404, 'address-in-no-network', message)
}

export function noSuchSubnet(text: string): ApiError {
  return new ApiError(404, 'network-not-found', `Subnet ${text} not found.`)
}
