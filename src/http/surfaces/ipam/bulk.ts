// To be built.
import type { Route } from '../../route.js'

export const bulkRoutes: readonly Route[] = []
