// What an access token says (RFC 7519, 4.1), and what of it must hold each time it is shown, however often its
// signature was found good before.
import type { SigningKey } from '../ledger/index.js'
import { verifyingKey } from './signing-key.js'

export const ISSUER = 'ipam'

export type AccessClaims = {
  readonly userId: number
  /** `jti`, a UUID: what a logout revokes. */
  readonly tokenId: string
  /** Of the user when it was issued. */
  readonly epoch: number
  readonly issuedMs: number
  /** It is over at this millisecond. */
  readonly expiresMs: number
  /** `aud`: the cluster that it was issued by and for. */
  readonly clusterUuid: string
  /** `kid` of what verified it. A key's id is made with its secret and never used again. */
  readonly keyId: string
}

/** Whom a node believes. */
export type AccessTrust = {
  readonly keys: readonly SigningKey[]
  readonly clusterUuid: string
}

export type AccessFailure = {
  readonly code:
    | 'malformed'
    | 'wrong-algorithm'
    | 'unknown-key'
    | 'bad-signature'
    | 'expired'
    | 'other-cluster'
}

/** @param payload the verified bytes, JSON in UTF-8 @returns null when they are not what `issueAccessToken` writes */
export function readClaims(payload: Uint8Array, keyId: string): AccessClaims | null {
  const claims = parseObject(payload)
  if (claims === null) return null
  const { iss, sub, jti, epoch, iat, exp, aud } = claims
  if (iss !== ISSUER || typeof jti !== 'string' || typeof aud !== 'string') return null
  if (typeof sub !== 'string' || !/^[1-9]\d{0,14}$/.test(sub)) return null
  if (!isCount(epoch) || !isCount(iat) || !isCount(exp)) return null
  return {
    userId: Number(sub),
    tokenId: jti,
    epoch,
    issuedMs: iat * 1000,
    expiresMs: exp * 1000,
    clusterUuid: aud,
    keyId,
  }
}

/**
 * What speaks against a token whose signature is good. There is no tolerance for clocks: who issues and who verifies
 * are nodes of one cluster, and `iat` is not judged, so a node whose clock is behind takes tokens of one that is ahead.
 */
export function claimsFailure(
  claims: AccessClaims,
  trust: AccessTrust,
  nowMs: number,
): AccessFailure | null {
  if (verifyingKey(trust.keys, claims.keyId, nowMs) === null) return { code: 'unknown-key' }
  // A restored cluster has the keys of the one it was saved from, and another UUID.
  if (claims.clusterUuid !== trust.clusterUuid) return { code: 'other-cluster' }
  return nowMs >= claims.expiresMs ? { code: 'expired' } : null
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null // It was signed by us all the same; whoever did that wrote something else than a token.
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
