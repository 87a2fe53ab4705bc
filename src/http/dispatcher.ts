// Takes a request off the wire: names it, finds its surface and route, and sees that every one gets an answer.
import type { ServerResponse } from 'node:http'
import { ApiError } from './api-error.js'
import type { App } from './app.js'
import { Call, type RoutedRequest } from './call.js'
import { fail } from './fail.js'
import type { Gate } from './limits/gate.js'
import { requestIdOf } from './request-headers.js'
import { send } from './send.js'
import { allowedMethods, type Surfaces } from './surfaces.js'

/** @returns a handler for node:http's 'request' event. `prepare` may add to the call before it is routed. */
export function createDispatcher(app: App, surfaces: Surfaces) {
  return (
    request: RoutedRequest,
    response: ServerResponse,
    prepare?: (call: Call) => void,
  ): void => {
    const path = originForm(request)
    const mounted = surfaces.of(path)
    const requestId = requestIdOf(request.headers['x-request-id'])
    const call = new Call(app, request, response, mounted.surface, requestId)
    prepare?.(call)
    app.cors?.mark(call)
    if (request.method === 'OPTIONS') {
      answerOptions(call, path === '*' ? ['OPTIONS'] : allowedMethods(mounted, path))
      return
    }
    mounted.run(call, error => {
      const isUnmatched = error === undefined || error === null || error === 'router'
      const failure = isUnmatched
        ? unmatched(path, request.method ?? '', allowedMethods(mounted, path))
        : error
      const gate = mounted.unroutedGate
      if (gate === null) fail(call, failure)
      else void failBehind(gate, call, failure)
    })
  }
}

/** What no route takes counts as well: nobody has asked who sends it, so for its address. */
async function failBehind(gate: Gate, call: Call, failure: unknown): Promise<void> {
  try {
    await gate.pass(call, () => null)
  } catch (refused) {
    fail(call, refused)
    return
  }
  fail(call, failure)
}

/** The request target as a path; an absolute URL (as proxies may send) is cut to it. */
function originForm(request: RoutedRequest): string {
  const url = request.url ?? '/'
  if (url.startsWith('/') || url === '*') return url
  if (URL.canParse(url)) {
    const parsed = new URL(url)
    request.url = `${parsed.pathname}${parsed.search}`
  }
  return request.url ?? '/'
}

function answerOptions(call: Call, allowed: readonly string[]): void {
  if (allowed.length === 0) fail(call, unmatched(call.request.url ?? '', 'OPTIONS', []))
  else {
    const more = call.app.cors?.preflight(call, allowed) ?? []
    send(call, { status: 204, body: null, headers: ['Allow', allowed.join(', '), ...more] })
  }
}

const PATH_CHARS_SHOWN = 200

function unmatched(url: string, method: string, allowed: readonly string[]): ApiError {
  const path = (url.split('?', 1)[0] ?? '').slice(0, PATH_CHARS_SHOWN)
  if (allowed.length === 0)
    return new ApiError(
      404,
      'no-such-path',
      `There is nothing at ${path}; /docs lists what there is.`,
    )
  return new ApiError(
    405,
    'method-not-allowed',
    `${method} is not possible at ${path}; allowed: ${allowed.join(', ')}.`,
    { allowed },
    ['Allow', allowed.join(', ')],
  )
}
