// Whose the things are that one has for oneself: somebody else's is not found, but by an admin, where he may do away with it.
import { rolePermissions } from '../identity/nouns.js'
import type { PersonalRefusal } from '../personal/outcomes.js'
import type { CommandContext } from './command-context.js'
import { type Decision, refuse } from './decision.js'

type Noun = Extract<PersonalRefusal, { readonly code: 'personal-not-found' }>['noun']

/** What the command is about. */
export type Subject<Thing> = {
  readonly noun: Noun
  readonly id: number
  /** null: there is none of that id. */
  readonly thing: Thing | null
}

/** A user who has signed in with a role that may administer. */
export function isAdmin({ identities, origin }: CommandContext): boolean {
  const user = origin.userId === undefined ? null : identities.user(origin.userId)
  return user !== null && rolePermissions[user.role].has('admin')
}

export function notSignedIn(): Decision {
  return refuse({ code: 'not-signed-in' })
}

/** The thing, if it is of whoever asks; else a refusal. */
export function findOwn<Thing extends { readonly userId: number }>(
  { origin }: CommandContext,
  { noun, id, thing }: Subject<Thing>,
): { readonly found: Thing } | { readonly refused: Decision } {
  if (origin.userId === undefined) return { refused: notSignedIn() }
  if (thing !== null && thing.userId === origin.userId) return { found: thing }
  return { refused: refuse({ code: 'personal-not-found', noun, id }) }
}

/** The same for who would revoke or delete it: an admin finds anybody's. */
export function findToDelete<Thing extends { readonly userId: number }>(
  context: CommandContext,
  subject: Subject<Thing>,
): { readonly found: Thing } | { readonly refused: Decision } {
  const { thing } = subject
  return thing !== null && isAdmin(context) ? { found: thing } : findOwn(context, subject)
}
