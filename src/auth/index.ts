// What other rooms may use of passwords, tokens and permissions.
export type { AccessClaims, AccessFailure, AccessTrust } from './access-claims.js'
export type { AccessOrder, IssuedToken } from './access-token.js'
export { ACCESS_TTL_SECONDS, issueAccessToken, verifyAccessToken } from './access-token.js'
export { isAddressAllowed } from './address-limits.js'
export type { MadeApiToken } from './api-token.js'
export { hashApiToken, isApiTokenText, makeApiToken } from './api-token.js'
export type { Argon2, Argon2Parameters } from './argon2.js'
export { argon2Defaults, nativeArgon2 } from './argon2.js'
export type {
  Authenticated,
  AuthenticationFailure,
  BarePrincipal,
  Bearer,
  IdentityView,
} from './authenticate.js'
export { authenticate, BEARER_CHARS_MAX } from './authenticate.js'
export type { FirstAdminPassword, FirstAdminSources } from './first-admin.js'
export {
  FIRST_ADMIN_NAME,
  FIRST_ADMIN_VARIABLE,
  FirstAdminError,
  firstAdminPassword,
} from './first-admin.js'
export { KeyRing } from './key-ring.js'
export type { Timer } from './limited-work.js'
export { TooBusyError } from './limited-work.js'
export type { PasswordHasherOptions } from './password-hasher.js'
export { PasswordHasher, passwordHasherDefaults } from './password-hasher.js'
export type { PasswordReason } from './password-rules.js'
export {
  explainPassword,
  PASSWORD_CHARS_MAX,
  PASSWORD_CHARS_MIN,
  passwordSentences,
} from './password-rules.js'
export type { OfficeFunction } from './permissions.js'
export { officePermissions, permits } from './permissions.js'
export type { RandomBytes } from './random.js'
export { randomText, systemRandom } from './random.js'
export { Sealer, SMTP_PASSWORD, WEBHOOK_SECRET } from './sealer.js'
export { makeSigningKey, newestKey } from './signing-key.js'
export { VERIFIED_TOKENS_MAX, VerifiedTokens } from './verified-tokens.js'
