// Access tokens: JWTs (RFC 7519) signed with HS256 by keys that every node of the cluster has.
import { compactVerify, decodeProtectedHeader, errors, SignJWT } from 'jose'
import type { SigningKey, User } from '../ledger/index.js'
import {
  type AccessClaims,
  type AccessFailure,
  type AccessTrust,
  claimsFailure,
  ISSUER,
  readClaims,
} from './access-claims.js'
import { type RandomBytes, randomUuid } from './random.js'
import { keyObject, verifyingKey } from './signing-key.js'

export const ACCESS_TTL_SECONDS = 3600
/** Ours have some 340; nothing is worked out about longer ones. */
export const ACCESS_TOKEN_CHARS_MAX = 1024
const ALGORITHM = 'HS256'
const TYPE = 'JWT'
/** Three parts in base64url without padding, the last perhaps empty. Stricter than jose, which skips white space. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]*$/
/** 32 bytes in base64url, the two bits left over being zero: a signature has one spelling (RFC 4648, 3.5). */
const SIGNATURE = /\.[\w-]{42}[AEIMQUYcgkosw048]$/

export type AccessOrder = {
  readonly user: Pick<User, 'id' | 'epoch'>
  readonly key: SigningKey
  readonly clusterUuid: string
  readonly nowMs: number
  readonly ttlSeconds?: number
}

export type IssuedToken = {
  readonly text: string
  readonly tokenId: string
  /** `exp`, in whole seconds: up to a second earlier than `nowMs` and the TTL. */
  readonly expiresMs: number
  readonly ttlSeconds: number
}

export async function issueAccessToken(
  order: AccessOrder,
  random: RandomBytes,
): Promise<IssuedToken> {
  const { user, key, clusterUuid, nowMs, ttlSeconds = ACCESS_TTL_SECONDS } = order
  const issued = Math.floor(nowMs / 1000)
  const tokenId = randomUuid(random)
  const text = await new SignJWT({ epoch: user.epoch })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.id })
    .setIssuer(ISSUER)
    .setAudience(clusterUuid)
    .setSubject(String(user.id))
    .setJti(tokenId)
    .setIssuedAt(issued)
    .setExpirationTime(issued + ttlSeconds)
    .sign(keyObject(key))
  return { text, tokenId, expiresMs: (issued + ttlSeconds) * 1000, ttlSeconds }
}

/**
 * The claims of a token that holds now; tell the two answers apart by `'code' in result`. The algorithm is ours, whatever
 * the token says (RFC 8725, 3.1). Whether it was revoked, and what became of its user, is not asked here.
 */
export async function verifyAccessToken(
  text: string,
  trust: AccessTrust,
  nowMs: number,
): Promise<AccessClaims | AccessFailure> {
  const header = readHeader(text)
  if (header === null) return { code: 'malformed' }
  if (header.alg !== ALGORITHM) return { code: 'wrong-algorithm' }
  if (header.typ !== TYPE || !SIGNATURE.test(text)) return { code: 'malformed' }
  const key = verifyingKey(trust.keys, header.kid, nowMs)
  if (key === null) return { code: 'unknown-key' }
  const claims = await verifySignature(text, key)
  return 'code' in claims ? claims : (claimsFailure(claims, trust, nowMs) ?? claims)
}

function readHeader(text: string): ReturnType<typeof decodeProtectedHeader> | null {
  if (text.length > ACCESS_TOKEN_CHARS_MAX || !SHAPE.test(text)) return null
  try {
    return decodeProtectedHeader(text)
  } catch {
    return null // jose says only that it is no header.
  }
}

async function verifySignature(
  text: string,
  key: SigningKey,
): Promise<AccessClaims | AccessFailure> {
  try {
    const { payload } = await compactVerify(text, keyObject(key), { algorithms: [ALGORITHM] })
    return readClaims(payload, key.id) ?? { code: 'malformed' }
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return { code: 'bad-signature' }
    if (error instanceof errors.JOSEError) return { code: 'malformed' }
    throw error
  }
}
