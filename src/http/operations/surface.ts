// What operators and machines ask of any node: probes, metrics, version, documentation. Answers wherever no surface does.
import type { HttpOptions } from '../options.js'
import type { Surface } from '../surface.js'
import { coreSurface } from '../surfaces/core/surface.js'
import { documentationRoutes } from './documentation.js'
import { probeRoutes } from './probes.js'

/** @param documented the surfaces in the OpenAPI document */
export function operationsSurface(
  documented: readonly Surface[],
  version: string,
  auth: HttpOptions['auth'],
): Surface {
  const operations: Surface = {
    ...coreSurface,
    name: 'operations',
    prefixes: [],
    tags: [],
    routes: probeRoutes,
  }
  const all = [...documented, operations]
  return { ...operations, routes: [...probeRoutes, ...documentationRoutes(all, version, auth)] }
}
