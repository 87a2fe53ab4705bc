// Proofs that a node knows the cluster's secret, bound to one handshake and to one side of it.
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

const KEY_BYTES = 32
const NONCE_BYTES = 32

/** A key for this use alone, so that nothing else made with the secret can serve as a proof (RFC 5869). */
export function deriveLinkKey(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'ipam peer link', KEY_BYTES))
}

export function makeNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64')
}

/**
 * HMAC-SHA256 over the role and all that was said in the handshake so far, as sent, each part with its length.
 * Both nonces and both identities are in it: it fits no other handshake, and not the other side of this one.
 */
export function prove(
  key: Uint8Array,
  role: 'dialer' | 'acceptor',
  transcript: readonly string[],
): string {
  const hmac = createHmac('sha256', key)
  for (const part of [role, ...transcript]) {
    const bytes = Buffer.from(part)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hmac.update(length).update(bytes)
  }
  return hmac.digest('base64')
}

/** Compares in constant time. */
export function isProof(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false
  const [left, right] = [Buffer.from(expected), Buffer.from(given)]
  return left.length === right.length && timingSafeEqual(left, right)
}
