// The /ipam surface: documents 001 and 000.
import type { Surface } from '../../surface.js'
import { bulkRoutes } from './bulk.js'
import { countryRoutes } from './countries.js'
import { ErrorBody, envelope } from './envelope.js'
import { filterRoutes } from './filters.js'
import { hostRoutes } from './hosts.js'
import { interpretRoutes } from './interpret.js'
import { ipamLimits } from './limits.js'
import { notificationRoutes } from './notifications.js'
import { preferenceRoutes } from './preferences.js'
import { quotaRoutes } from './quotas.js'
import { regionRoutes } from './regions.js'
import { reservationRoutes } from './reservations.js'
import { ruleRoutes } from './rules.js'
import { searchRoutes } from './search.js'
import { shareRoutes } from './shares.js'
import { spelling } from './spelling.js'
import { statisticsRoutes } from './statistics.js'
import { webhookRoutes } from './webhooks.js'

export const ipamSurface: Surface = {
  name: 'ipam',
  prefixes: ['/ipam', '/api/v1/ipam'],
  tags: [],
  // Where one path is another one's pattern, the fixed one first: /notifications/unread, /regions/preview-next.
  routes: [
    ...hostRoutes,
    ...regionRoutes,
    ...reservationRoutes,
    ...searchRoutes,
    ...statisticsRoutes,
    ...countryRoutes,
    ...interpretRoutes,
    ...shareRoutes,
    ...filterRoutes,
    ...preferenceRoutes,
    ...ruleRoutes,
    ...notificationRoutes,
    ...webhookRoutes,
    ...bulkRoutes,
    ...quotaRoutes,
  ],
  spell: spelling,
  signIn: 'always',
  limits: ipamLimits,
  speaksLanguages: false,
  statuses: {},
  errorSchema: ErrorBody,
  envelope,
}
