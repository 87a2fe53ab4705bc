// A limit as data: a surface has a table of them.
import type { Call } from '../call.js'
import { clientAddressOf } from '../client-address.js'
import { countedAddress } from '../counted-address.js'

/** So many requests within a window that begins with the first of them. */
export type Allowance = { readonly points: number; readonly windowMs: number }

export type LimitRule = Allowance & {
  /** As metrics, answers and routes call it. */
  readonly name: string
  /** What counts together. */
  readonly key: (call: Call) => string
  /** `all`: every route of the surface that is not `unlimited`. `named`: the routes that have it as their `limit`. */
  readonly routes: 'all' | 'named'
}

/** Each user apart, wherever he sends from; whoever shows no good token by his address. */
export function callerKey(call: Call): string {
  return call.caller === null
    ? `address ${countedAddress(clientAddressOf(call))}`
    : `user ${call.caller.user.id}`
}
