// To be built.
import type { Route } from '../../route.js'

export const notificationRoutes: readonly Route[] = []
