// What the identities ask of their rows: they are few, read once when the node opens and written through.
import type { ApiToken, LoginFailures, Revocation, SigningKey, User } from './nouns.js'

export interface IdentityRows {
  /** Adds or replaces the row of that id, token id or key. */
  saveUser(user: User): void
  deleteUser(id: number): void
  saveApiToken(token: ApiToken): void
  deleteApiToken(id: number): void
  saveSigningKey(key: SigningKey): void
  deleteSigningKey(id: string): void
  saveRevocation(revocation: Revocation): void
  deleteRevocation(tokenId: string): void
  saveLoginFailures(failures: LoginFailures): void
  deleteLoginFailures(key: string): void
}
