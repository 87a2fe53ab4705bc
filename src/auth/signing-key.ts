// The keys of access tokens: how one is made, which one signs, which still verify.
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { SigningKey } from '../ledger/index.js'
import { assert } from '../lib/index.js'
import type { RandomBytes } from './random.js'

/** As long as the hash: RFC 7518, 3.2. */
export const SIGNING_KEY_BYTES = 32
const KEY_ID_BYTES = 8

/** In clear, not sealed yet: parts of a `signing-key.rotate`. */
export function makeSigningKey(random: RandomBytes): Pick<SigningKey, 'id' | 'secret'> {
  const text = (byteCount: number) => Buffer.from(random(byteCount)).toString('base64url')
  return { id: text(KEY_ID_BYTES), secret: text(SIGNING_KEY_BYTES) }
}

/** The key that signs: the newest of those that can be opened, while it verifies. @param keys oldest first @returns null when there is none */
export function newestKey(keys: readonly SigningKey[], nowMs: number): SigningKey | null {
  const newest = keys.at(-1)
  return newest === undefined || isOver(newest, nowMs) ? null : newest
}

/** The key of that id, if it verifies at that time; null otherwise. */
export function verifyingKey(
  keys: readonly SigningKey[],
  keyId: unknown,
  nowMs: number,
): SigningKey | null {
  const key = keys.find(({ id }) => id === keyId)
  return key === undefined || isOver(key, nowMs) ? null : key
}

function isOver({ retiresMs }: SigningKey, nowMs: number): boolean {
  return retiresMs !== null && retiresMs <= nowMs
}

const imported = new WeakMap<SigningKey, KeyObject>()

/** As jose takes it. The same object for the same key, since jose keeps what it worked out of one. */
export function keyObject(key: SigningKey): KeyObject {
  const known = imported.get(key)
  if (known !== undefined) return known
  const bytes = Buffer.from(key.secret, 'base64url')
  assert(bytes.length === SIGNING_KEY_BYTES, 'a signing key has 32 bytes')
  const made = createSecretKey(bytes)
  imported.set(key, made)
  return made
}
