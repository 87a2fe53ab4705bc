// What the handlers of the office surface have in common: its messages, tagged users, and users named by a path.
import type { User } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import type { Caller } from '../../caller.js'
import type { Wording } from '../../language.js'
import { isNotModified } from '../../request-headers.js'
import type { Answer } from '../../route.js'
import { type Decided, resultOf } from '../../submit.js'

/** Answers that hold a token are for nobody's cache (RFC 6749, 5.1). */
export const unstored = ['Cache-Control', 'no-store']

export function messageAnswer(call: Call, wording: Wording, headers: readonly string[]): Answer {
  return { status: 200, body: JSON.stringify({ message: wording[call.language] }), headers }
}

type Revised = { readonly revision: number }

/** An entity with its ETag, or 304 when the client has it. */
export function readAnswer(call: Call, { revision }: Revised, shown: object): Answer {
  const headers = ['ETag', `"${revision}"`]
  if (isNotModified(call, revision)) return { status: 304, body: null, headers }
  return { status: 200, body: JSON.stringify(shown), headers }
}

/** A user as a command has left him. */
export function changedUserAnswer(
  decided: Decided,
  show: (user: User) => object,
  status = 200,
): Answer {
  const { user } = resultOf(decided.result, 'user')
  return changedAnswer(decided, user, show(user), status)
}

/** An entity as a command has left it. */
export function changedAnswer(
  { headers }: Decided,
  { revision }: Revised,
  shown: object,
  status = 200,
): Answer {
  headers.push('ETag', `"${revision}"`)
  return { status, body: JSON.stringify(shown), headers }
}

/** Every route of this surface that is not open has one. */
export function callerOf({ caller }: Call): Caller {
  if (caller === null) throw new Error('An answer to nobody was asked for on a route with a token.')
  return caller
}

/** The caller as the state has him now. The caller has awaited a read. */
export function callerNow(call: Call): User {
  return findUser(call, callerOf(call).user.id)
}

/** @throws ApiError 404 */
export function findUser(call: Call, id: number): User {
  const user = call.app.store.reads.identities().user(id)
  if (user === null) throw noSuchUser(String(id))
  return user
}

/** The id in the path. @throws ApiError 404 */
export function userIdOf(call: Call): number {
  return idOf(call, noSuchUser)
}

/** The id in the path. @param notFound of the text there @throws what `notFound` makes when it can be no id */
export function idOf(call: Call, notFound: (text: string) => ApiError): number {
  const text = call.param('id')
  if (!/^[1-9]\d{0,14}$/.test(text)) throw notFound(text.slice(0, 100))
  return Number(text)
}

function noSuchUser(text: string): ApiError {
  return new ApiError(404, 'user-not-found', `User ${text} not found.`)
}
