// From the text behind `Authorization: Bearer` (RFC 6750) to whose request it is. Every surface asks here.
import type { ApiToken, Principal, SigningKey, User } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'
import type { AccessClaims, AccessFailure } from './access-claims.js'
import { isAddressAllowed } from './address-limits.js'
import { API_TOKEN_PREFIX, hashApiToken, isApiTokenText } from './api-token.js'
import type { VerifiedTokens } from './verified-tokens.js'

/** Longer than any token; what is longer is not even hashed. */
export const BEARER_CHARS_MAX = 1024

/** What a node knows of the identities, at whatever read level the caller has waited for. */
export interface IdentityView {
  readonly clusterUuid: string
  user(id: number): User | null
  apiTokenByHash(hash: string): ApiToken | null
  /** Those that this node can open, in clear. */
  signingKeys(): readonly SigningKey[]
  /** Whether an access token was logged out. @param tokenId its `jti` */
  isRevoked(tokenId: string): boolean
}

export type Bearer = {
  readonly text: string
  /** Of the client, as the socket (or a proxy that is trusted) names it; null = unknown. */
  readonly clientAddress: string | null
}

type WithoutPermission<P> = P extends Principal ? Omit<P, 'permission'> : never

/** A `Principal` before it is known what the route asks for. */
export type BarePrincipal = WithoutPermission<Principal>

export type Authenticated = {
  readonly user: User
  /** Of an access token it names the id: what a logout revokes. */
  readonly principal: BarePrincipal
  /** null = never. */
  readonly expiresMs: number | null
}

export type AuthenticationFailure =
  | {
      readonly code:
        | 'token-malformed'
        | 'token-expired'
        | 'token-revoked'
        | 'user-inactive'
        | 'address-not-allowed'
    }
  | {
      readonly code: 'token-invalid'
      /** For the log; a client is not told. */
      readonly reason:
        | 'wrong-algorithm'
        | 'unknown-key'
        | 'bad-signature'
        | 'other-cluster'
        | 'unknown-token'
    }

/**
 * Tell the two answers apart by `'code' in result`. Users are looked up only for a token that is good: nobody learns by its
 * answer or its timing which users there are. The ledger asks the same again where a command is decided.
 */
export async function authenticate(
  bearer: Bearer,
  knowledge: { readonly state: IdentityView; readonly verified: VerifiedTokens },
  nowMs: number,
): Promise<Authenticated | AuthenticationFailure> {
  const { state, verified } = knowledge
  if (bearer.text.length > BEARER_CHARS_MAX) return { code: 'token-malformed' }
  if (bearer.text.startsWith(API_TOKEN_PREFIX)) return authenticateApiToken(bearer, state, nowMs)
  const trust = { keys: state.signingKeys(), clusterUuid: state.clusterUuid }
  const claims = await verified.verify(bearer.text, trust, nowMs)
  return 'code' in claims ? accessFailure(claims) : authenticateClaims(claims, state)
}

/** A deactivated user's token says so; one from before a new password, or of a user who is gone, was revoked. */
function authenticateClaims(
  claims: AccessClaims,
  state: IdentityView,
): Authenticated | AuthenticationFailure {
  const { userId, tokenId, epoch, expiresMs } = claims
  const user = state.user(userId)
  if (user === null || state.isRevoked(tokenId)) return { code: 'token-revoked' }
  if (!user.isActive) return { code: 'user-inactive' }
  if (user.epoch !== epoch) return { code: 'token-revoked' }
  return { user, principal: { kind: 'access', userId, tokenId, epoch }, expiresMs }
}

/** The place comes first: who found a token learns elsewhere nothing more of it. */
function authenticateApiToken(
  { text, clientAddress }: Bearer,
  state: IdentityView,
  nowMs: number,
): Authenticated | AuthenticationFailure {
  if (!isApiTokenText(text)) return { code: 'token-malformed' }
  const token = state.apiTokenByHash(hashApiToken(text))
  if (token === null) return { code: 'token-invalid', reason: 'unknown-token' }
  const { id: apiTokenId, userId, addresses, expiresMs } = token
  if (!isAddressAllowed(addresses, clientAddress)) return { code: 'address-not-allowed' }
  if (expiresMs !== null && nowMs >= expiresMs) return { code: 'token-expired' }
  const user = state.user(userId)
  if (user === null) return { code: 'token-revoked' }
  if (!user.isActive) return { code: 'user-inactive' }
  return { user, principal: { kind: 'api', userId, apiTokenId }, expiresMs }
}

function accessFailure({ code }: AccessFailure): AuthenticationFailure {
  switch (code) {
    case 'malformed':
      return { code: 'token-malformed' }
    case 'expired':
      return { code: 'token-expired' }
    case 'wrong-algorithm':
    case 'unknown-key':
    case 'bad-signature':
    case 'other-cluster':
      return { code: 'token-invalid', reason: code }
    default:
      return unreachable(code, 'failure of an access token')
  }
}
