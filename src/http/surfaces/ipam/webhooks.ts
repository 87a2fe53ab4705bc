// To be built.
import type { Route } from '../../route.js'

export const webhookRoutes: readonly Route[] = []
