// Ids in refusals as document 001 has them: regions and hosts by their UUIDs, also when they are gone, as only a UUID can have named them
// then; what is neither, as the core surface names it.
import type { Call } from '../../call.js'
import { spell } from '../../ids.js'
import type { IdSpelling } from '../../messages.js'
import { regionOf } from './found.js'
import { uuidOf } from './uuids.js'

export function spelling(call: Call): IdSpelling {
  const { reads } = call.app.store
  return {
    ...spell,
    network: id => {
      const network = reads.network(id)
      const isRegion = network === null || network.region !== null
      return isRegion ? uuidOf(call, 'region', id) : spell.network(id)
    },
    allocation: id => {
      const allocation = reads.allocation(id)
      const isHost =
        allocation === null ||
        reads.network(allocation.networkId) === null ||
        regionOf(call, allocation) !== null
      return isHost ? uuidOf(call, 'host', id) : spell.allocation(id)
    },
    other: (noun, id) => {
      switch (noun) {
        case 'reservation':
          return reads.reservation(id)?.uid ?? spell.other(noun, id)
        case 'user':
        case 'tag':
        case 'custom-field':
          return spell.other(noun, id)
        case 'filter':
          return `filter_${uuidOf(call, noun, id)}`
        default:
          return uuidOf(call, noun, id)
      }
    },
  }
}
