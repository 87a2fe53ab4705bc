// What can be asked of the identities. Secrets come in hashed or made by the node that takes the request: nothing here
// is chosen by chance while it is applied.
import type { Role, User } from './nouns.js'

/** Users, and tokens of one user, at most. */
export const USERS_MAX = 10_000
export const API_TOKENS_OF_USER_MAX = 50
/** Access tokens that were logged out and have not ended by themselves. */
export const REVOCATIONS_MAX = 100_000
/** Names and addresses whose failed logins are counted; above it the oldest are forgotten. */
export const LOGIN_FAILURES_MAX = 10_000
/** Signing keys that still verify. */
export const SIGNING_KEYS_MAX = 16

/** The first admin of a cluster: nothing happens when there is, or ever was, a user (CONTRACT.md D-4). */
export type BootstrapCommand = {
  readonly type: 'user.bootstrap'
  readonly username: string
  readonly email: string
  readonly passwordHash: string
}
export type CreateUserCommand = {
  readonly type: 'user.create'
  readonly username: string
  readonly email: string
  readonly role: Role
  readonly theme: User['theme']
  readonly passwordHash: string
}
/** A new password or `isActive: false` ends what was signed in; `isActive: true` unlocks too. */
export type UpdateUserCommand = {
  readonly type: 'user.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: {
    readonly email?: string
    readonly role?: Role
    readonly theme?: User['theme']
    readonly isActive?: boolean
    readonly passwordHash?: string
  }
}
/** Its tokens go with it. Its id is never used again. */
export type DeleteUserCommand = {
  readonly type: 'user.delete'
  readonly id: number
  readonly ifRevision: number | null
}

/** The password was right. */
export type RecordLoginCommand = {
  readonly type: 'login.record'
  readonly userId: number
  /** Of `LoginFailures`: begun anew. */
  readonly failuresKey: string
  /** The same password hashed with the parameters of today, which ends nothing that is signed in; null = as it was. */
  readonly renewedHash: string | null
}
/** It was wrong, or there is no such user. The limits are the command's, so that they are the same everywhere. */
export type RecordLoginFailureCommand = {
  readonly type: 'login.fail'
  /** null: no user has that name. */
  readonly userId: number | null
  readonly failuresKey: string
  /** Failures older than that are not counted together. */
  readonly windowMs: number
  /** After so many in a row … */
  readonly lockAfter: number
  /** … the account is locked for so long. */
  readonly lockMs: number
}

export type CreateApiTokenCommand = {
  readonly type: 'api-token.create'
  readonly userId: number
  readonly description: string | null
  readonly hash: string
  readonly hint: string
  readonly addresses: readonly string[]
  /** From the entry's time; null = never. */
  readonly ttlMs: number | null
}
export type RevokeApiTokenCommand = { readonly type: 'api-token.revoke'; readonly id: number }
/** Logout. Said twice it changes nothing. */
export type RevokeAccessTokenCommand = {
  readonly type: 'access-token.revoke'
  readonly tokenId: string
  readonly expiresMs: number
}

/** The new key signs from now on; the ones before it verify for `keepMs` more. */
export type RotateSigningKeyCommand = {
  readonly type: 'signing-key.rotate'
  readonly id: string
  readonly secret: string
  readonly keepMs: number
  /** Only while there is none: what a new cluster's leader asks for. */
  readonly onlyFirst: boolean
}
/** Proposed by the leader: what is over goes (revocations, API tokens, keys, login failures), at most `rowsMax` of each. */
export type TidyIdentityCommand = {
  readonly type: 'identity.tidy'
  readonly failuresBeforeMs: number
  readonly rowsMax: number
}

export type IdentityCommand =
  | BootstrapCommand
  | CreateUserCommand
  | UpdateUserCommand
  | DeleteUserCommand
  | RecordLoginCommand
  | RecordLoginFailureCommand
  | CreateApiTokenCommand
  | RevokeApiTokenCommand
  | RevokeAccessTokenCommand
  | RotateSigningKeyCommand
  | TidyIdentityCommand
