// Who may ask: users, their tokens, the keys that access tokens are signed with (document 004, 1 and 6; CONTRACT.md D-2).
// All of it is kept in memory too, as every request asks for it.

/** Highest first. What each may do is said once, in `rolePermissions`. */
export type Role = 'admin' | 'manager' | 'user'

/** What a token must allow (CONTRACT.md D-2, D-7). */
export type Permission = 'read' | 'allocate' | 'release' | 'update' | 'admin'

export const rolePermissions: { readonly [R in Role]: ReadonlySet<Permission> } = {
  admin: new Set(['read', 'allocate', 'release', 'update', 'admin']),
  manager: new Set(['read', 'allocate', 'release', 'update']),
  user: new Set(['read']),
}

export type User = {
  readonly id: number
  /** Unique; ASCII letters are compared without case. */
  readonly username: string
  readonly email: string
  readonly role: Role
  readonly theme: 'light' | 'dark'
  readonly isActive: boolean
  /** PHC string of argon2id (RFC 9106); never shown, never in Changes. */
  readonly passwordHash: string
  /**
   * Raised with every change that must end what was signed in before (password, deactivation): access tokens carry it.
   */
  readonly epoch: number
  readonly lastLoginMs: number | null
  /** Failed logins in a row. */
  readonly failedLogins: number
  /** No login before it; null = not locked. */
  readonly lockedUntilMs: number | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

/** A permanent token. Its text is shown once and not kept. */
export type ApiToken = {
  readonly id: number
  readonly userId: number
  readonly description: string | null
  /** SHA-256 of the text, base64url. */
  readonly hash: string
  /** How the text begins, so that people know it again. */
  readonly hint: string
  /** CIDRs that requests may come from; empty = from anywhere. */
  readonly addresses: readonly string[]
  readonly expiresMs: number | null
  readonly createdMs: number
  readonly revision: number
}

/** Signs access tokens (HS256, RFC 7515). The newest one signs; older ones still verify until they are dropped. */
export type SigningKey = {
  /** `kid` of the tokens that it signed. */
  readonly id: string
  /** 32 bytes, base64url; sealed where the cluster has a secret (`isSealed`). Never shown, never in Changes. */
  readonly secret: string
  readonly createdMs: number
  /** Verifies no more from then on; null while it is the newest. */
  readonly retiresMs: number | null
}

/** An access token that was logged out before its time: `jti`, and when it would have ended by itself. */
export type Revocation = { readonly tokenId: string; readonly expiresMs: number }

/** Failed logins under one name from one address, since `sinceMs` (document 004, 6.8: five a minute). */
export type LoginFailures = {
  /** SHA-256 of name (lower case) and address, base64url: names of strangers are not kept. */
  readonly key: string
  readonly count: number
  readonly sinceMs: number
}

/** Everything above as it is loaded when a node opens. */
export type IdentityImage = {
  readonly users: readonly User[]
  readonly apiTokens: readonly ApiToken[]
  readonly signingKeys: readonly SigningKey[]
  readonly revocations: readonly Revocation[]
  readonly loginFailures: readonly LoginFailures[]
}

/**
 * Whose request it is, checked again where the command is decided: a user who was deactivated, or whose token was
 * revoked, by an earlier entry is refused whatever the node that took the request knew.
 */
export type Principal = {
  readonly userId: number
  /** What the route asks for. */
  readonly permission: Permission
} & (
  | { readonly kind: 'access'; readonly tokenId: string; readonly epoch: number }
  | { readonly kind: 'api'; readonly apiTokenId: number }
)
