// Users, tokens, keys and failed logins in memory, as every request asks for them; what changes goes to the rows at once.
import type {
  ApiToken,
  IdentityImage,
  LoginFailures,
  Revocation,
  SigningKey,
  User,
} from './nouns.js'
import type { IdentityRows } from './rows.js'

/** Whoever only asks sees this much. */
export interface IdentityView {
  user(id: number): User | null
  userNamed(username: string): User | null
  /** In id order. */
  users(): readonly User[]
  readonly userCount: number
  apiToken(id: number): ApiToken | null
  apiTokenByHash(hash: string): ApiToken | null
  /** In id order. */
  apiTokensOf(userId: number): readonly ApiToken[]
  /** Oldest first; the last one signs. */
  signingKeys(): readonly SigningKey[]
  isRevoked(tokenId: string): boolean
  loginFailures(key: string): LoginFailures | null
  /** Whether `identity.tidy` would find anything at that time. */
  hasOver(times: { readonly timeMs: number; readonly failuresBeforeMs: number }): boolean
}

/** @param endMs null = never */
export function isPast(endMs: number | null, timeMs: number): boolean {
  return endMs !== null && endMs <= timeMs
}

export class Identities implements IdentityView {
  readonly #rows: IdentityRows
  readonly #users = new Map<number, User>()
  readonly #ids = new Map<string, number>()
  readonly #apiTokens = new Map<number, ApiToken>()
  readonly #apiTokenIds = new Map<string, number>()
  readonly #apiTokenIdsOf = new Map<number, Set<number>>()
  #signingKeys: readonly SigningKey[] = []
  readonly #revocations = new Map<string, Revocation>()
  readonly #loginFailures = new Map<string, LoginFailures>()

  constructor(rows: IdentityRows) {
    this.#rows = rows
  }

  load(image: IdentityImage): void {
    for (const user of image.users) this.#putUser(user)
    for (const token of image.apiTokens) this.#putApiToken(token)
    this.#signingKeys = [...image.signingKeys].sort(byAge)
    for (const revocation of image.revocations)
      this.#revocations.set(revocation.tokenId, revocation)
    for (const failures of image.loginFailures) this.#loginFailures.set(failures.key, failures)
  }

  user(id: number): User | null {
    return this.#users.get(id) ?? null
  }

  userNamed(username: string): User | null {
    const id = this.#ids.get(nameKey(username))
    return id === undefined ? null : this.user(id)
  }

  users(): readonly User[] {
    return [...this.#users.values()].sort((a, b) => a.id - b.id)
  }

  get userCount(): number {
    return this.#users.size
  }

  saveUser(user: User): void {
    this.#putUser(user)
    this.#rows.saveUser(user)
  }

  /** Its API tokens go with it. */
  deleteUser({ id, username }: User): void {
    for (const token of this.apiTokensOf(id)) this.deleteApiToken(token)
    this.#users.delete(id)
    this.#ids.delete(nameKey(username))
    this.#rows.deleteUser(id)
  }

  apiToken(id: number): ApiToken | null {
    return this.#apiTokens.get(id) ?? null
  }

  apiTokenByHash(hash: string): ApiToken | null {
    const id = this.#apiTokenIds.get(hash)
    return id === undefined ? null : this.apiToken(id)
  }

  apiTokensOf(userId: number): readonly ApiToken[] {
    const ids = [...(this.#apiTokenIdsOf.get(userId) ?? [])].sort((a, b) => a - b)
    return ids.map(id => this.#apiTokens.get(id)).filter(token => token !== undefined)
  }

  apiTokens(): Iterable<ApiToken> {
    return this.#apiTokens.values()
  }

  saveApiToken(token: ApiToken): void {
    this.#putApiToken(token)
    this.#rows.saveApiToken(token)
  }

  deleteApiToken({ id, hash, userId }: ApiToken): void {
    this.#apiTokens.delete(id)
    this.#apiTokenIdsOf.get(userId)?.delete(id)
    this.#apiTokenIds.delete(hash)
    this.#rows.deleteApiToken(id)
  }

  signingKeys(): readonly SigningKey[] {
    return this.#signingKeys
  }

  /** Adds or replaces. */
  saveSigningKey(key: SigningKey): void {
    this.#signingKeys = [...this.#signingKeys.filter(({ id }) => id !== key.id), key].sort(byAge)
    this.#rows.saveSigningKey(key)
  }

  deleteSigningKey({ id }: SigningKey): void {
    this.#signingKeys = this.#signingKeys.filter(key => key.id !== id)
    this.#rows.deleteSigningKey(id)
  }

  isRevoked(tokenId: string): boolean {
    return this.#revocations.has(tokenId)
  }

  get revocationCount(): number {
    return this.#revocations.size
  }

  revocations(): Iterable<Revocation> {
    return this.#revocations.values()
  }

  saveRevocation(revocation: Revocation): void {
    this.#revocations.set(revocation.tokenId, revocation)
    this.#rows.saveRevocation(revocation)
  }

  deleteRevocation(tokenId: string): void {
    this.#revocations.delete(tokenId)
    this.#rows.deleteRevocation(tokenId)
  }

  loginFailures(key: string): LoginFailures | null {
    return this.#loginFailures.get(key) ?? null
  }

  get loginFailureCount(): number {
    return this.#loginFailures.size
  }

  allLoginFailures(): Iterable<LoginFailures> {
    return this.#loginFailures.values()
  }

  saveLoginFailures(failures: LoginFailures): void {
    this.#loginFailures.set(failures.key, failures)
    this.#rows.saveLoginFailures(failures)
  }

  deleteLoginFailures(key: string): void {
    if (this.#loginFailures.delete(key)) this.#rows.deleteLoginFailures(key)
  }

  hasOver({ timeMs, failuresBeforeMs }: Parameters<IdentityView['hasOver']>[0]): boolean {
    const ends = (one: { readonly expiresMs: number | null }) => isPast(one.expiresMs, timeMs)
    return (
      this.#signingKeys.some(({ retiresMs }) => isPast(retiresMs, timeMs)) ||
      some(this.#loginFailures.values(), ({ sinceMs }) => sinceMs < failuresBeforeMs) ||
      some(this.#revocations.values(), ends) ||
      some(this.#apiTokens.values(), ends)
    )
  }

  #putUser(user: User): void {
    this.#users.set(user.id, user)
    this.#ids.set(nameKey(user.username), user.id)
  }

  #putApiToken(token: ApiToken): void {
    this.#apiTokens.set(token.id, token)
    this.#apiTokenIds.set(token.hash, token.id)
    const ids = this.#apiTokenIdsOf.get(token.userId)
    if (ids === undefined) this.#apiTokenIdsOf.set(token.userId, new Set([token.id]))
    else ids.add(token.id)
  }
}

function some<T>(all: Iterable<T>, holds: (one: T) => boolean): boolean {
  for (const one of all) if (holds(one)) return true
  return false
}

/** `Anna` and `anna` are one name. ASCII only: what other letters are alike changes with the Unicode of a runtime. */
function nameKey(username: string): string {
  return username.replace(/[A-Z]/g, letter => letter.toLowerCase())
}

function byAge(a: SigningKey, b: SigningKey): number {
  if (a.createdMs !== b.createdMs) return a.createdMs - b.createdMs
  return a.id < b.id ? -1 : 1
}
