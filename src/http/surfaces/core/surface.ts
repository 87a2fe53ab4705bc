// The core surface: document 002 and what PRODUCT.md puts beside it.

import { spell } from '../../ids.js'
import type { Surface } from '../../surface.js'
import { allocationRoutes } from './allocations.js'
import { backupRoutes } from './backup.js'
import { clusterRoutes } from './cluster.js'
import { effectsRoutes } from './effects.js'
import { memberRoutes } from './members.js'
import { networkRoutes } from './networks.js'
import { ErrorBody } from './schemas.js'
import { systemRoutes } from './system.js'
import { vrfRoutes } from './vrfs.js'
import { watchRoutes } from './watch.js'

export const coreSurface: Surface = {
  name: 'core',
  prefixes: ['/api/v1', '/cluster'],
  routes: [
    ...allocationRoutes,
    ...networkRoutes,
    ...systemRoutes,
    ...backupRoutes,
    ...effectsRoutes,
    ...clusterRoutes,
    ...memberRoutes,
    ...vrfRoutes,
    ...watchRoutes,
  ],
  spell,
  statuses: {},
  errorSchema: ErrorBody,
  envelope: error =>
    JSON.stringify({
      error: error.message,
      code: error.status,
      reason: error.reason,
      ...error.fields,
    }),
}
