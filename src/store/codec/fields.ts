// Reads a packed array field by field and checks each: what crosses a disk or a link is never believed.

export class Fields {
  readonly #values: readonly unknown[]
  readonly #what: string
  #at = 0

  /** @param what names the value in the errors. @throws when `values` is no array. */
  constructor(values: unknown, what: string) {
    if (!Array.isArray(values)) throw new Error(`${what} is damaged: it is no list of fields.`)
    this.#values = values
    this.#what = what
  }

  /** Any finite number; whether it makes sense is for the ledger to say. */
  number(): number {
    const value = this.#next()
    return Number.isFinite(value) ? (value as number) : this.#refuse('a number', value)
  }

  /** A number that counts or names something: an integer from 0 on. */
  count(): number {
    const value = this.#next()
    return Number.isSafeInteger(value) && (value as number) >= 0
      ? (value as number)
      : this.#refuse('a count', value)
  }

  text(): string {
    const value = this.#next()
    return typeof value === 'string' ? value : this.#refuse('a text', value)
  }

  bigint(): bigint {
    const value = this.#next()
    return typeof value === 'bigint' ? value : this.#refuse('a bigint', value)
  }

  bigintOrNull(): bigint | null {
    return this.skipNull() ? null : this.bigint()
  }

  boolean(): boolean {
    const value = this.#next()
    return typeof value === 'boolean' ? value : this.#refuse('true or false', value)
  }

  texts(): readonly string[] {
    const value = this.#next()
    return isTexts(value) ? value : this.#refuse('a list of texts', value)
  }

  numbers(): readonly number[] {
    const value = this.#next()
    return Array.isArray(value) && value.every(Number.isFinite)
      ? value
      : this.#refuse('a list of numbers', value)
  }

  numberOrNull(): number | null {
    return this.skipNull() ? null : this.number()
  }

  textOrNull(): string | null {
    return this.skipNull() ? null : this.text()
  }

  textsOrNull(): readonly string[] | null {
    return this.skipNull() ? null : this.texts()
  }

  /** Goes on behind the next field if it is null, and says whether it was. */
  skipNull(): boolean {
    if (this.#values[this.#at] !== null) return false
    this.#at++
    return true
  }

  /** The next field is a list of its own. */
  fields(what = this.#what): Fields {
    return new Fields(this.#next(), what)
  }

  /** The next field is a list of lists. */
  list<T>(read: (item: Fields) => T): T[] {
    const value = this.#next()
    if (!Array.isArray(value)) return this.#refuse('a list', value)
    return value.map(item => read(new Fields(item, this.#what)))
  }

  /** The next field as it is, to be checked by the caller. */
  raw(): unknown {
    return this.#next()
  }

  /** Whether a field is left: what a later program added stands at the end. */
  more(): boolean {
    return this.#at < this.#values.length
  }

  /** @throws when fields are left. */
  end(): void {
    if (this.#at !== this.#values.length) {
      throw new Error(
        `${this.#what} is damaged: it has ${this.#values.length} fields where ${this.#at} are known.`,
      )
    }
  }

  #next(): unknown {
    if (this.#at >= this.#values.length) {
      throw new Error(`${this.#what} is damaged: it ends after ${this.#at} fields.`)
    }
    return this.#values[this.#at++]
  }

  #refuse(wanted: string, found: unknown): never {
    const shown = typeof found === 'string' ? JSON.stringify(found) : String(found)
    throw new Error(
      `${this.#what} is damaged: field ${this.#at} should be ${wanted}, not ${shown}.`,
    )
  }
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
