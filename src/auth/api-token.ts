// Permanent tokens: `ipam_`, 32 random bytes, a checksum. The prefix and the checksum are for scanners that look for
// secrets in places where they do not belong, and for people who copied one character too few (GitHub's tokens of 2021).
import { crc32 } from '@node-rs/crc32'
import type { RandomBytes } from './random.js'
import { sha256 } from './sha256.js'

export const API_TOKEN_PREFIX = 'ipam_'
const RANDOM_BYTES = 32
/** 62^43 is just above 2^256, and 62^6 above 2^32: no token is shorter than another. */
const RANDOM_CHARS = 43
const CHECKSUM_CHARS = 6
const HINT_CHARS = API_TOKEN_PREFIX.length + 4
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SHAPE = new RegExp(
  `^${API_TOKEN_PREFIX}([0-9A-Za-z]{${RANDOM_CHARS}})([0-9A-Za-z]{${CHECKSUM_CHARS}})$`,
)

export type MadeApiToken = {
  /** Shown once, kept nowhere. */
  readonly text: string
  readonly hash: string
  /** How the text begins: 24 of its 256 bits. */
  readonly hint: string
}

export function makeApiToken(random: RandomBytes): MadeApiToken {
  const bytes = Buffer.from(random(RANDOM_BYTES))
  const secret = base62(BigInt(`0x${bytes.toString('hex')}`), RANDOM_CHARS)
  const text = `${API_TOKEN_PREFIX}${secret}${checksumOf(secret)}`
  return { text, hash: hashApiToken(text), hint: text.slice(0, HINT_CHARS) }
}

/**
 * What the ledger keeps instead of the text, and finds it by. A fast hash is right here, unlike for passwords: the text has
 * 256 random bits, so there is nothing to guess, and no salt is needed as no two are alike (OWASP ASVS 5, 6.5.2).
 * Looking it up in a map tells nothing by its timing: nobody can choose how the hash of his guess begins.
 */
export function hashApiToken(text: string): string {
  return sha256(text)
}

/** Shape and checksum are right; it says nothing of whether there is such a token. */
export function isApiTokenText(text: string): boolean {
  const [, secret, checksum] = SHAPE.exec(text) ?? []
  return secret !== undefined && checksumOf(secret) === checksum
}

/** CRC-32 (ISO-HDLC, as in zip) of the random part. */
function checksumOf(secret: string): string {
  return base62(BigInt(crc32(secret)), CHECKSUM_CHARS)
}

/** Most significant digit first, zeros in front. */
function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text
  return text
}
