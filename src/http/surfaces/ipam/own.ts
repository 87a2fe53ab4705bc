// What the handlers about one's own things have in common: whose they are, and ids in paths.
import { permits } from '../../../auth/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import { idOf, type UuidKind } from './uuids.js'

/** Answers that hold a secret, or that a moment later may be wrong to show, are for nobody's cache. */
export const unstored = ['Cache-Control', 'no-store']

/** Every route of this surface that is not open has a caller. */
export function callerIdOf({ caller }: Call): number {
  if (caller === null) throw new Error('An answer to nobody was asked for on a route with a token.')
  return caller.user.id
}

type Noun = 'Share' | 'Filter' | 'Notification' | 'Rule' | 'Webhook' | 'Job'

/** The id that the path names. @param text as the path has it @throws ApiError 404 when it names nothing of the kind */
export function requireOwnId(call: Call, noun: Noun, text = call.param('id')): number {
  const id = idOf(call, noun.toLowerCase() as UuidKind, text)
  if (id === null) throw notFound(noun, text)
  return id
}

/**
 * The thing, if it is the caller's; an admin may see anybody's. The caller has awaited a read.
 * @throws ApiError 404
 */
export function requireOwn<Thing extends { readonly userId: number }>(
  call: Call,
  noun: Noun,
  thing: Thing | null,
): Thing {
  const user = call.app.store.reads.identities().user(callerIdOf(call))
  if (thing !== null && user !== null)
    if (thing.userId === user.id || permits(user.role, 'admin')) return thing
  throw notFound(noun, call.param('id'))
}

export function notFound(noun: Noun, text: string): ApiError {
  return new ApiError(404, 'personal-not-found', `${noun} not found: ${text.slice(0, 100)}.`)
}

const DEPTH_MAX = 32

/** Whether a JSON value lies within a value within a value more often than anybody needs and code that goes down into it bears. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === DEPTH_MAX) return true
  return Object.values(value).some(member => isTooDeep(member, depth + 1))
}
