// Secrets that stand in log, state and backup are sealed with the cluster secret, which stands in none of them
// (docs/decisions/0055). AES-256-GCM (NIST SP 800-38D), its key by HKDF-SHA256 (RFC 5869).
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { isSealed, SEALED_PREFIX } from '../ledger/index.js'
import type { RandomBytes } from './random.js'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const KEY_INFO = 'ipam sealing 1'
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Nonce, and cipher text with the tag behind it. */
const PARTS = /^([\w-]{16})\.([\w-]{22,})$/

/** What is sealed for one purpose opens for no other, so that nobody who can write rows puts one in another's place. */
export const SMTP_PASSWORD = 'smtp-password'
export const WEBHOOK_SECRET = 'webhook-secret'

export function signingKeyPurpose(keyId: string): string {
  return `signing-key ${keyId}`
}

export class Sealer {
  readonly #key: Buffer | null
  readonly #random: RandomBytes

  /** @param secret the cluster's; null = there is none, and nothing is sealed. Chosen by chance: no work is put into guesses. */
  constructor(secret: string | null, random: RandomBytes) {
    this.#key = secret === null ? null : keyOf(secret)
    this.#random = random
  }

  get hasSecret(): boolean {
    return this.#key !== null
  }

  /** Other text each time. Without a secret the text as it is. */
  seal(text: string, purpose: string): string {
    if (this.#key === null) return text
    const nonce = Buffer.from(this.#random(NONCE_BYTES))
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(purpose))
    const sealed = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
    return `${SEALED_PREFIX}${nonce.toString('base64url')}.${Buffer.concat(sealed).toString('base64url')}`
  }

  /**
   * @returns null when it was sealed with another secret or for another purpose, or is damaged. What is not sealed is
   * returned as it is: older programs and nodes without a secret wrote it.
   */
  open(text: string, purpose: string): string | null {
    if (!isSealed(text)) return text
    const [, nonce, sealed] = PARTS.exec(text.slice(SEALED_PREFIX.length)) ?? []
    if (this.#key === null || nonce === undefined || sealed === undefined) return null
    const bytes = Buffer.from(sealed, 'base64url')
    const decipher = createDecipheriv(ALGORITHM, this.#key, Buffer.from(nonce, 'base64url'), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(purpose))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const clear = decipher.update(bytes.subarray(0, -TAG_BYTES))
    return isGenuine(() => decipher.final()) ? clear.toString('utf8') : null
  }
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', KEY_INFO, KEY_BYTES))
}

/** That is told by throwing, and by nothing more exact than that. */
function isGenuine(finish: () => unknown): boolean {
  try {
    finish()
    return true
  } catch {
    return false
  }
}
