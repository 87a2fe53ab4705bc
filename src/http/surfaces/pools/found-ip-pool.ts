// The pool of addresses that a path names, and its blocks as a list.
import type { Allocation, Network } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import type { InnerListSource } from '../../lists.js'
import { poolNameOf, poolNotFound } from '../../pool-names.js'
import { presentBlock } from './presenters.js'

export const IP_POOLS = '/api/v1/ip-pools'
export const IP_TAG = 'IP pools'

/** @returns the pool's network @throws Refused */
export function findIpPool(call: Call): Network {
  const name = poolNameOf(call, 'ip')
  const network = call.app.store.reads.pool(name)
  if (network === null) throw poolNotFound('ip', name)
  return network
}

export function blocksOf(call: Call, network: Network): Omit<InnerListSource<Allocation>, 'head'> {
  const { reads, scans } = call.app.store
  return {
    count: () => reads.blockCount(network.id),
    page: page => reads.blockPage(network.id, page),
    scan: signal => scans.blocks(network.id, signal),
    // Blocks of a pool have one from the pool's beginning on.
    idOf: block => block.blockId ?? 0,
    render: block => presentBlock(block, network),
  }
}
