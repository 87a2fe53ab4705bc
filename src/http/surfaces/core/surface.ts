// The core surface: document 002 and what PRODUCT.md puts beside it.

import { spell } from '../../ids.js'
import type { Surface } from '../../surface.js'
import { allocationRoutes } from './allocations.js'
import { backupRoutes } from './backup.js'
import { clusterRoutes } from './cluster.js'
import { effectsRoutes } from './effects.js'
import { memberRoutes } from './members.js'
import { networkRoutes } from './networks.js'
import { NUMBER_TAG, numberPoolRoutes } from './number-pools.js'
import { numberRoutes } from './numbers.js'
import { ErrorBody } from './schemas.js'
import { systemRoutes } from './system.js'
import { transactionRoutes } from './transactions.js'
import { vrfRoutes } from './vrfs.js'
import { watchRoutes } from './watch.js'

export const coreSurface: Surface = {
  name: 'core',
  prefixes: ['/api/v1', '/cluster'],
  tags: [
    {
      name: NUMBER_TAG,
      description:
        'Numbers of every kind; those of kind rt and rd are the same that /api/v1/rtrd-pools shows (document 003), and `name`, `format_type`, `admin_value`, `range_start`, `range_end`, `value` and `allocated_to` mean the same here. `kind` is its `pool_type`. A number is handed out once in all pools of the same kind, format_type and admin_value.',
    },
  ],
  routes: [
    ...allocationRoutes,
    ...networkRoutes,
    ...numberRoutes,
    ...numberPoolRoutes,
    ...transactionRoutes,
    ...systemRoutes,
    ...backupRoutes,
    ...effectsRoutes,
    ...clusterRoutes,
    ...memberRoutes,
    ...vrfRoutes,
    ...watchRoutes,
  ],
  spell,
  signIn: 'as-configured',
  speaksLanguages: false,
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
