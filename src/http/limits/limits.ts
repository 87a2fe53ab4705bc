// All limits of one server: each rule counts once, for every route that it concerns.
import type { Counter } from 'prom-client'
import type { LimitOptions } from '../options.js'
import type { HttpClock } from '../ports.js'
import type { Route } from '../route.js'
import type { Surface } from '../surface.js'
import { Gate, type LimitInForce } from './gate.js'
import { Lines, WaitingRoom } from './lines.js'
import type { LimitRule } from './rule.js'
import { Windows } from './windows.js'

export class Limits {
  readonly #room: WaitingRoom
  readonly #bySurface = new Map<Surface, readonly LimitInForce[]>()

  constructor(
    readonly options: LimitOptions,
    readonly dependencies: { readonly clock: HttpClock; readonly limited: Counter<'rule'> },
  ) {
    this.#room = new WaitingRoom(options.waitersMax)
  }

  /** @returns null where nothing limits the route. @throws Error when it names a limit that its surface has not */
  gateOf(surface: Surface, route: Route): Gate | null {
    const { enabled, waitMs } = this.options
    if (surface.limits === undefined || route.unlimited === true || !enabled) return null
    const ours = this.#inForceOn(surface, surface.limits).filter(({ rule }) => holds(rule, route))
    if (route.limit !== undefined && !ours.some(({ rule }) => rule.name === route.limit))
      throw new Error(`Route ${route.id} has limit ${route.limit}, which ${surface.name} has not.`)
    return new Gate(ours, waitMs)
  }

  /** What stands before paths and methods that the surface has not. @returns null where nothing limits them */
  unroutedGateOf(surface: Surface): Gate | null {
    const { enabled, waitMs } = this.options
    if (surface.limits === undefined || !enabled) return null
    const rules = this.#inForceOn(surface, surface.limits)
    return new Gate(
      rules.filter(({ rule }) => rule.routes === 'all'),
      waitMs,
    )
  }

  #inForceOn(surface: Surface, table: NonNullable<Surface['limits']>): readonly LimitInForce[] {
    const known = this.#bySurface.get(surface)
    if (known !== undefined) return known
    const made = table(this.options).map(rule => this.#inForce(rule))
    this.#bySurface.set(surface, made)
    return made
  }

  #inForce(rule: LimitRule): LimitInForce {
    const { clock, limited } = this.dependencies
    const windows = new Windows(rule, this.options.keysMax, clock)
    return {
      rule,
      lines: new Lines(windows, this.#room, clock),
      refused: limited.labels({ rule: rule.name }),
    }
  }
}

function holds({ name, routes }: LimitRule, route: Route): boolean {
  if (typeof routes === 'function') return routes(route)
  return routes === 'all' || name === route.limit
}
