// Pools are named in paths: percent-encoded, any script and sign.
import type { PoolKind } from '../ledger/index.js'
import type { Call } from './call.js'
import { Refused } from './fail.js'
import { NAME_CHARS_MAX } from './schema-parts.js'

/** The name in the path, decoded. What is too long to be a name names nothing. @throws Refused */
export function poolNameOf(call: Call, kind: PoolKind): string {
  const name = call.param('name')
  if (name.length <= NAME_CHARS_MAX || [...name].length <= NAME_CHARS_MAX) return name
  throw poolNotFound(kind, `${name.slice(0, NAME_CHARS_MAX)}…`)
}

export function poolNotFound(kind: PoolKind, pool: string): Refused {
  return new Refused({ code: 'pool-not-found', kind, pool })
}

/** Where the pool is found, as `Location` says it. */
export function poolPath(collection: string, name: string): string {
  return `${collection}/${encodeURIComponent(name)}`
}
