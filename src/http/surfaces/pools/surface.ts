// The pools surface: document 003.
import { spell } from '../../ids.js'
import type { Surface } from '../../surface.js'
import { blockRoutes } from './blocks.js'
import { IP_POOLS, IP_TAG } from './found-ip-pool.js'
import { RTRD_POOLS, RTRD_TAG } from './found-rtrd-pool.js'
import { ipPoolRoutes } from './ip-pools.js'
import { ipReference, rtrdReference } from './reference-tables.js'
import { rtrdPoolRoutes } from './rtrd-pools.js'
import { rtrdValueRoutes } from './rtrd-values.js'
import { ErrorBody } from './schemas.js'
import { serviceRoutes } from './service.js'

export const poolsSurface: Surface = {
  name: 'pools',
  prefixes: [IP_POOLS, RTRD_POOLS, '/health', '/'],
  tags: [
    { name: IP_TAG, description: ipReference },
    { name: RTRD_TAG, description: rtrdReference },
  ],
  routes: [
    ...blockRoutes,
    ...rtrdValueRoutes,
    ...ipPoolRoutes,
    ...rtrdPoolRoutes,
    ...serviceRoutes,
  ],
  // Its document knows pools by integers; networks and allocations it leaves to the core surface.
  spell: { ...spell, pool: (_kind, id) => id },
  signIn: 'as-configured',
  speaksLanguages: false,
  statuses: {},
  errorSchema: ErrorBody,
  envelope: error =>
    JSON.stringify({ detail: error.message, reason: error.reason, ...error.fields }),
}
