// A limit as data: a surface has a table of them.
import type { ErrorFields } from '../api-error.js'
import type { Call } from '../call.js'
import { clientAddressOf } from '../client-address.js'
import { countedAddress } from '../counted-address.js'
import type { Route } from '../route.js'

/** So many requests within a window that begins with the first of them. */
export type Allowance = { readonly points: number; readonly windowMs: number }

export type LimitRule = Allowance & {
  /** As metrics, answers and routes call it. */
  readonly name: string
  /** What counts together. */
  readonly key: (call: Call) => string
  /**
   * `all`: every route of the surface that is not `unlimited`, and what has no route there. `named`: the routes that have it as their
   * `limit`. Else those that it says yes to.
   */
  readonly routes: 'all' | 'named' | ((route: Route) => boolean)
  /** Nobody waits for its next window. */
  readonly refusesAtOnce?: true
  /** In the words of the surface's document. @param retrySeconds until the next window */
  readonly refusal?: (retrySeconds: number) => RefusalWords
}

export type RefusalWords = { readonly message: string; readonly fields: ErrorFields }

/** Each user apart, wherever he sends from; whoever shows no good token by his address. */
export function callerKey(call: Call): string {
  return call.caller === null
    ? `address ${countedAddress(clientAddressOf(call))}`
    : `user ${call.caller.user.id}`
}
