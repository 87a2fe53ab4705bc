// The office surface: document 004.
import { plainIds } from '../../ids.js'
import type { Surface } from '../../surface.js'
import { alertRoutes } from './alerts.js'
import { auditLogRoutes } from './audit-logs.js'
import { authRoutes } from './auth.js'
import { conflictRoutes } from './conflict-check.js'
import { customFieldRoutes } from './custom-fields.js'
import { envelope } from './envelope.js'
import { healthRoutes } from './health.js'
import { ipRoutes } from './ips.js'
import { ipWriteRoutes } from './ips-writes.js'
import { officeLimits } from './limits.js'
import { permanentTokenRoutes } from './permanent-tokens.js'
import { profileRoutes } from './profile.js'
import { reportRoutes } from './reports.js'
import { ErrorBody } from './schemas.js'
import { subnetRoutes } from './subnets.js'
import { systemConfigRoutes } from './system-config.js'
import { tagRoutes } from './tags.js'
import { userRoutes } from './users.js'

export const officeSurface: Surface = {
  name: 'office',
  // All of /api but what other surfaces have of it by a longer prefix.
  prefixes: ['/api'],
  tags: [],
  routes: [
    ...ipWriteRoutes,
    ...ipRoutes,
    ...conflictRoutes,
    ...subnetRoutes,
    ...authRoutes,
    ...profileRoutes,
    ...permanentTokenRoutes,
    ...userRoutes,
    ...tagRoutes,
    ...customFieldRoutes,
    ...reportRoutes,
    ...alertRoutes,
    ...auditLogRoutes,
    ...systemConfigRoutes,
    ...healthRoutes,
  ],
  spell: plainIds,
  signIn: 'always',
  limits: officeLimits,
  speaksLanguages: true,
  // A thing that is there already is 422 in this document, as IP_ALREADY_ALLOCATED (CONTRACT.md D-1, D-13).
  statuses: {
    invalid: 422,
    'user-exists': 422,
    'tag-exists': 422,
    'custom-field-exists': 422,
    'network-exists': 422,
    'subnet-exists': 422,
    'address-taken': 422,
    'address-not-usable': 422,
    'address-outside-network': 422,
    'address-in-child': 422,
    'allocation-ended': 422,
    'reservation-ended': 422,
    'reservation-not-yours': 422,
  },
  errorSchema: ErrorBody,
  envelope,
}
