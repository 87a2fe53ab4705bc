// To be built.
import type { Route } from '../../route.js'

export const reservationRoutes: readonly Route[] = []
