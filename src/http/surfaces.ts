// All surfaces of one server side by side: which of them a path belongs to, and how its routes are run.
import { Router } from 'express'
import type { Call, RoutedRequest } from './call.js'
import { Endpoint } from './endpoint.js'
import type { Gate } from './limits/gate.js'
import type { Limits } from './limits/limits.js'
import { Shortcuts } from './shortcuts.js'
import type { Surface } from './surface.js'

type Mounted = {
  readonly surface: Surface
  /**
   * The route is known at once for most paths, else Express's Router on bare node:http looks for it; `done` when no
   * route matched, with an error when the path is malformed.
   */
  readonly run: (call: Call, done: (error?: unknown) => void) => void
  readonly patterns: readonly { readonly pattern: RegExp; readonly method: string }[]
  /** What stands before a request that no route takes; null = nothing. */
  readonly unroutedGate: Gate | null
}

export class Surfaces {
  /** Longest prefix first. */
  readonly #byPrefix: readonly { readonly prefix: string; readonly mounted: Mounted }[]
  readonly #fallback: Mounted

  /** @param surfaces the last of them answers where no prefix matches */
  constructor(surfaces: readonly Surface[], limits: Limits) {
    const mounted = surfaces.map(surface => mount(surface, limits))
    this.#fallback = mounted.at(-1) as Mounted
    this.#byPrefix = mounted
      .flatMap(entry => entry.surface.prefixes.map(prefix => ({ prefix, mounted: entry })))
      .sort((left, right) => right.prefix.length - left.prefix.length)
  }

  of(path: string): Mounted {
    for (const { prefix, mounted } of this.#byPrefix) {
      if (!path.startsWith(prefix)) continue
      const next = path[prefix.length]
      if (next === undefined || next === '/' || next === '?') return mounted
    }
    return this.#fallback
  }
}

/** Methods that the path has in its surface, HEAD and OPTIONS included; empty = no such path. */
export function allowedMethods(mounted: Mounted, path: string): string[] {
  const bare = path.split('?', 1)[0] ?? ''
  const methods = new Set<string>()
  for (const { pattern, method } of mounted.patterns) if (pattern.test(bare)) methods.add(method)
  if (methods.has('GET')) methods.add('HEAD')
  if (methods.size > 0) methods.add('OPTIONS')
  return [...methods]
}

type Handle = (request: unknown, response: unknown, done: (error?: unknown) => void) => void

function mount(surface: Surface, limits: Limits): Mounted {
  const router = Router({ caseSensitive: true })
  const shortcuts = new Shortcuts()
  const patterns: { pattern: RegExp; method: string }[] = []
  for (const route of surface.routes) {
    const endpoint = new Endpoint(route, limits.gateOf(surface, route))
    const handler = (request: unknown) => {
      const { call } = request as RoutedRequest
      if (call !== null) void endpoint.run(call)
    }
    for (const path of route.paths) {
      patterns.push({ pattern: patternOf(path), method: route.method })
      router[route.method.toLowerCase() as 'get'](path, handler)
      shortcuts.add(route.method, path, endpoint)
    }
  }
  const handle = router as unknown as Handle
  return {
    surface,
    patterns,
    unroutedGate: limits.unroutedGateOf(surface),
    run: (call, done) => {
      const endpoint = shortcuts.find(call.request)
      if (endpoint === null) handle(call.request, call.response, done)
      else void endpoint.run(call)
    },
  }
}

function patternOf(path: string): RegExp {
  const source = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')
  return new RegExp(`^${source}/?$`)
}
