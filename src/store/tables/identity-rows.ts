// Rows of users, tokens, keys and failed logins: few, read whole when the node opens, written one at a time.
import type {
  ApiToken,
  IdentityImage,
  IdentityRows,
  LoginFailures,
  Revocation,
  SigningKey,
  User,
} from '../../ledger/index.js'
import { roles, themes } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { tagsToText, textToTags } from './tags-text.js'

export const USER_COLUMNS = `id, username, email, role, theme, is_active, password_hash, epoch,
  last_login_ms, failed_logins, locked_until_ms, created_ms, updated_ms, revision`
export const API_TOKEN_COLUMNS =
  'id, user_id, description, hash, hint, addresses, expires_ms, created_ms, revision'
export const SIGNING_KEY_COLUMNS = 'id, secret, created_ms, retires_ms'
export const REVOCATION_COLUMNS = 'token_id, expires_ms'
export const LOGIN_FAILURES_COLUMNS = 'key, count, since_ms'

type UserRaw = [
  id: number,
  username: string,
  email: string,
  role: number,
  theme: number,
  isActive: number,
  passwordHash: string,
  epoch: number,
  lastLoginMs: number | null,
  failedLogins: number,
  lockedUntilMs: number | null,
  createdMs: number,
  updatedMs: number,
  revision: number,
]
type ApiTokenRaw = [
  id: number,
  userId: number,
  description: string | null,
  hash: string,
  hint: string,
  addresses: string,
  expiresMs: number | null,
  createdMs: number,
  revision: number,
]
type SigningKeyRaw = [id: string, secret: string, createdMs: number, retiresMs: number | null]
type RevocationRaw = [tokenId: string, expiresMs: number]
type LoginFailuresRaw = [key: string, count: number, sinceMs: number]

export function readIdentity(db: Database): IdentityImage {
  const all = <Raw>(columns: string, table: string): Raw[] =>
    db.prepare<[], Raw>(`SELECT ${columns} FROM ${table} ORDER BY 1`).raw().all()
  return {
    users: all<UserRaw>(USER_COLUMNS, 'users').map(userOf),
    apiTokens: all<ApiTokenRaw>(API_TOKEN_COLUMNS, 'api_tokens').map(apiTokenOf),
    signingKeys: all<SigningKeyRaw>(SIGNING_KEY_COLUMNS, 'signing_keys').map(
      ([id, secret, createdMs, retiresMs]) => ({ id, secret, createdMs, retiresMs }),
    ),
    revocations: all<RevocationRaw>(REVOCATION_COLUMNS, 'revocations').map(
      ([tokenId, expiresMs]) => ({ tokenId, expiresMs }),
    ),
    loginFailures: all<LoginFailuresRaw>(LOGIN_FAILURES_COLUMNS, 'login_failures').map(
      ([key, count, sinceMs]) => ({ key, count, sinceMs }),
    ),
  }
}

function userOf(raw: UserRaw): User {
  return {
    id: raw[0],
    username: raw[1],
    email: raw[2],
    role: roles.nameOf(raw[3]),
    theme: themes.nameOf(raw[4]),
    isActive: raw[5] === 1,
    passwordHash: raw[6],
    epoch: raw[7],
    lastLoginMs: raw[8],
    failedLogins: raw[9],
    lockedUntilMs: raw[10],
    createdMs: raw[11],
    updatedMs: raw[12],
    revision: raw[13],
  }
}

function apiTokenOf(raw: ApiTokenRaw): ApiToken {
  return {
    id: raw[0],
    userId: raw[1],
    description: raw[2],
    hash: raw[3],
    hint: raw[4],
    addresses: textToTags(raw[5]),
    expiresMs: raw[6],
    createdMs: raw[7],
    revision: raw[8],
  }
}

export class SqliteIdentityRows implements IdentityRows {
  readonly #putUser: Statement<UserRaw>
  readonly #deleteUser: Statement<[number]>
  readonly #putApiToken: Statement<ApiTokenRaw>
  readonly #deleteApiToken: Statement<[number]>
  readonly #putSigningKey: Statement<SigningKeyRaw>
  readonly #deleteSigningKey: Statement<[string]>
  readonly #putRevocation: Statement<RevocationRaw>
  readonly #deleteRevocation: Statement<[string]>
  readonly #putLoginFailures: Statement<LoginFailuresRaw>
  readonly #deleteLoginFailures: Statement<[string]>

  constructor(db: Database) {
    const put = <Raw extends unknown[]>(table: string, columns: string): Statement<Raw> => {
      const marks = columns.split(',').map(() => '?')
      return db.prepare<Raw>(`REPLACE INTO ${table} (${columns}) VALUES (${marks.join(', ')})`)
    }
    this.#putUser = put('users', USER_COLUMNS)
    this.#deleteUser = db.prepare('DELETE FROM users WHERE id = ?')
    this.#putApiToken = put('api_tokens', API_TOKEN_COLUMNS)
    this.#deleteApiToken = db.prepare('DELETE FROM api_tokens WHERE id = ?')
    this.#putSigningKey = put('signing_keys', SIGNING_KEY_COLUMNS)
    this.#deleteSigningKey = db.prepare('DELETE FROM signing_keys WHERE id = ?')
    this.#putRevocation = put('revocations', REVOCATION_COLUMNS)
    this.#deleteRevocation = db.prepare('DELETE FROM revocations WHERE token_id = ?')
    this.#putLoginFailures = put('login_failures', LOGIN_FAILURES_COLUMNS)
    this.#deleteLoginFailures = db.prepare('DELETE FROM login_failures WHERE key = ?')
  }

  saveUser(user: User): void {
    this.#putUser.run(
      user.id,
      user.username,
      user.email,
      roles.codeOf(user.role),
      themes.codeOf(user.theme),
      user.isActive ? 1 : 0,
      user.passwordHash,
      user.epoch,
      user.lastLoginMs,
      user.failedLogins,
      user.lockedUntilMs,
      user.createdMs,
      user.updatedMs,
      user.revision,
    )
  }

  deleteUser(id: number): void {
    this.#deleteUser.run(id)
  }

  saveApiToken(token: ApiToken): void {
    const { id, userId, description, hash, hint, expiresMs, createdMs, revision } = token
    const addresses = tagsToText(token.addresses)
    this.#putApiToken.run(
      ...([
        id,
        userId,
        description,
        hash,
        hint,
        addresses,
        expiresMs,
        createdMs,
        revision,
      ] as ApiTokenRaw),
    )
  }

  deleteApiToken(id: number): void {
    this.#deleteApiToken.run(id)
  }

  saveSigningKey({ id, secret, createdMs, retiresMs }: SigningKey): void {
    this.#putSigningKey.run(id, secret, createdMs, retiresMs)
  }

  deleteSigningKey(id: string): void {
    this.#deleteSigningKey.run(id)
  }

  saveRevocation({ tokenId, expiresMs }: Revocation): void {
    this.#putRevocation.run(tokenId, expiresMs)
  }

  deleteRevocation(tokenId: string): void {
    this.#deleteRevocation.run(tokenId)
  }

  saveLoginFailures({ key, count, sinceMs }: LoginFailures): void {
    this.#putLoginFailures.run(key, count, sinceMs)
  }

  deleteLoginFailures(key: string): void {
    this.#deleteLoginFailures.run(key)
  }
}
