// IdentityRows in plain Maps: the part of MemoryRows that keeps users, tokens, keys and failed logins.
import type {
  ApiToken,
  IdentityImage,
  IdentityRows,
  LoginFailures,
  Revocation,
  SigningKey,
  User,
} from '../../src/ledger/index.js'

export class MemoryIdentityRows implements IdentityRows {
  readonly #users = new Map<number, User>()
  readonly #apiTokens = new Map<number, ApiToken>()
  readonly #signingKeys = new Map<string, SigningKey>()
  readonly #revocations = new Map<string, Revocation>()
  readonly #loginFailures = new Map<string, LoginFailures>()

  saveUser(user: User): void {
    this.#users.set(user.id, user)
  }

  deleteUser(id: number): void {
    this.#users.delete(id)
  }

  saveApiToken(token: ApiToken): void {
    this.#apiTokens.set(token.id, token)
  }

  deleteApiToken(id: number): void {
    this.#apiTokens.delete(id)
  }

  saveSigningKey(key: SigningKey): void {
    this.#signingKeys.set(key.id, key)
  }

  deleteSigningKey(id: string): void {
    this.#signingKeys.delete(id)
  }

  saveRevocation(revocation: Revocation): void {
    this.#revocations.set(revocation.tokenId, revocation)
  }

  deleteRevocation(tokenId: string): void {
    this.#revocations.delete(tokenId)
  }

  saveLoginFailures(failures: LoginFailures): void {
    this.#loginFailures.set(failures.key, failures)
  }

  deleteLoginFailures(key: string): void {
    this.#loginFailures.delete(key)
  }

  hasUser(id: number): boolean {
    return this.#users.has(id)
  }

  /** Each list in the order of its key, as SQLite gives it. */
  identity(): IdentityImage {
    return {
      users: inOrder(this.#users),
      apiTokens: inOrder(this.#apiTokens),
      signingKeys: inOrder(this.#signingKeys),
      revocations: inOrder(this.#revocations),
      loginFailures: inOrder(this.#loginFailures),
    }
  }
}

function inOrder<Key extends string | number, Row>(rows: ReadonlyMap<Key, Row>): Row[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
