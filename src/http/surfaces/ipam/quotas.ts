// To be built.
import type { Route } from '../../route.js'

export const quotaRoutes: readonly Route[] = []
