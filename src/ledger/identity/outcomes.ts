// What the ledger answers about identities.
import type { ApiToken, Permission, User } from './nouns.js'

export type IdentityRefusal =
  | { readonly code: 'user-not-found'; readonly id: number }
  | { readonly code: 'user-exists'; readonly username: string; readonly id: number }
  /** Somebody must be able to manage users. */
  | { readonly code: 'last-admin'; readonly id: number }
  | { readonly code: 'too-many-users'; readonly max: number }
  | { readonly code: 'api-token-not-found'; readonly id: number }
  | { readonly code: 'too-many-api-tokens'; readonly userId: number; readonly max: number }
  | { readonly code: 'too-many-revocations'; readonly max: number }
  /** The user is gone or inactive, or the token was revoked or is over. */
  | { readonly code: 'not-signed-in' }
  | { readonly code: 'not-permitted'; readonly permission: Permission; readonly userId: number }

export type IdentityResult =
  | { readonly type: 'user'; readonly user: User }
  | { readonly type: 'api-token'; readonly token: ApiToken }
  /** `lockedUntilMs`: of the account; null = not locked. `failures`: under that name and address in the window. */
  | { readonly type: 'login'; readonly failures: number; readonly lockedUntilMs: number | null }
