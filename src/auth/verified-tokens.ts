// Access tokens whose signature was found good lately, so that a client that sends its token a thousand times has it
// verified once.
import {
  type AccessClaims,
  type AccessFailure,
  type AccessTrust,
  claimsFailure,
} from './access-claims.js'
import { verifyAccessToken } from './access-token.js'
import { sha256 } from './sha256.js'

/** Some 500 bytes each. */
export const VERIFIED_TOKENS_MAX = 4_096

/**
 * Only good signatures are kept, so strangers cannot push anything out. What can change (keys, time, cluster) is judged
 * each time; revocation is not known here at all.
 */
export class VerifiedTokens {
  readonly #entriesMax: number
  /** SHA-256 of the text → claims, least recently used first: the texts themselves are not kept in memory. */
  readonly #entries = new Map<string, AccessClaims>()

  constructor(options: { readonly entriesMax: number } = { entriesMax: VERIFIED_TOKENS_MAX }) {
    this.#entriesMax = options.entriesMax
  }

  get size(): number {
    return this.#entries.size
  }

  /** As `verifyAccessToken`, and the same answer at any time. */
  async verify(
    text: string,
    trust: AccessTrust,
    nowMs: number,
  ): Promise<AccessClaims | AccessFailure> {
    const digest = sha256(text)
    const known = this.#entries.get(digest)
    const result =
      known === undefined
        ? await verifyAccessToken(text, trust, nowMs)
        : (claimsFailure(known, trust, nowMs) ?? known)
    this.#entries.delete(digest)
    if (!('code' in result)) this.#keep(digest, result)
    return result
  }

  #keep(digest: string, claims: AccessClaims): void {
    this.#entries.set(digest, claims)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#entriesMax && oldest !== undefined) this.#entries.delete(oldest)
  }
}
