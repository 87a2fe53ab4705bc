// The cluster's signing keys as this node can use them: what it cannot open is no key here.
import type { SigningKey } from '../ledger/index.js'
import { isSealed } from '../ledger/index.js'
import type { RandomBytes } from './random.js'
import { type Sealer, signingKeyPurpose } from './sealer.js'
import { makeSigningKey } from './signing-key.js'

export class KeyRing {
  readonly #sealer: Sealer
  readonly #random: RandomBytes
  /** By the list that the ledger holds, which is another one after each change: requests open nothing. */
  readonly #opened = new WeakMap<readonly SigningKey[], readonly SigningKey[]>()

  constructor(sealer: Sealer, random: RandomBytes) {
    this.#sealer = sealer
    this.#random = random
  }

  /** Parts of a `signing-key.rotate`. */
  make(): Pick<SigningKey, 'id' | 'secret'> {
    const { id, secret } = makeSigningKey(this.#random)
    return { id, secret: this.#sealer.seal(secret, signingKeyPurpose(id)) }
  }

  /** With their secrets in clear, in the same order; the same list, and the same keys in it, for the same list. */
  opened(keys: readonly SigningKey[]): readonly SigningKey[] {
    const known = this.#opened.get(keys)
    if (known !== undefined) return known
    const opened = keys.map(key => this.#open(key)).filter(key => key !== null)
    this.#opened.set(keys, opened)
    return opened
  }

  canOpen(key: SigningKey): boolean {
    return this.#open(key) !== null
  }

  /** It stands in clear although there is a secret to seal it with. */
  isBare({ secret }: SigningKey): boolean {
    return this.#sealer.hasSecret && !isSealed(secret)
  }

  #open(key: SigningKey): SigningKey | null {
    const secret = this.#sealer.open(key.secret, signingKeyPurpose(key.id))
    return secret === null ? null : { ...key, secret }
  }
}
