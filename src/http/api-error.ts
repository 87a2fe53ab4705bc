// What a client is told when it does not get what it asked for, before a surface puts it into its own envelope.

export type ErrorFields = {
  readonly [name: string]: string | number | boolean | null | object
}

/** What is wrong, by the name of the field. */
export type Clauses = { readonly [field: string]: string }

export class ApiError extends Error {
  override readonly name = 'ApiError'
  #clauses: () => Clauses = () => ({})
  /**
   * @param reason the machine-readable kind, in kebab case: 'network-not-found'
   * @param message a full sentence for people, naming the value that was wrong
   * @param fields more for programs, in the surface's spelling; never named as the envelope's own (error, code, reason)
   * @param headers name, value, name, value …
   * @param clause what was wrong with the field that `fields` names: 'it must be a whole number'
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly fields: ErrorFields = {},
    readonly headers: readonly string[] = [],
    readonly clause: string | null = null,
  ) {
    super(message)
  }

  /** @param clauses of all fields that are wrong; asked for only where a surface shows more than the first */
  withClauses(clauses: () => Clauses): this {
    this.#clauses = clauses
    return this
  }

  /** The field that `fields` names, and every other one of which it is known. */
  get clauses(): Clauses {
    return this.clause === null
      ? {}
      : { [String(this.fields.field)]: this.clause, ...this.#clauses() }
  }
}

/** 400 about one named field and the value it had. */
export function invalid(field: string, value: unknown, why: string): ApiError {
  const message = `Invalid value ${quoted(value)} for ${field}: ${why}.`
  return new ApiError(400, 'invalid', message, { field, value: shown(value) }, [], why)
}

/** The same about a secret, which is not shown back. */
export function invalidSecret(field: string, why: string): ApiError {
  return new ApiError(400, 'invalid', `Invalid value for ${field}: ${why}.`, { field }, [], why)
}

const QUOTED_CHARS_MAX = 100

/** The value for programs: a text as it is, anything else as JSON. */
function shown(value: unknown): string {
  return typeof value === 'string' && value.length <= QUOTED_CHARS_MAX ? value : quoted(value)
}

/** A client's value as it may be shown back: as JSON, cut at a bounded length. */
export function quoted(value: unknown): string {
  const text = beginning(value, QUOTED_CHARS_MAX)
  return text.length <= QUOTED_CHARS_MAX ? text : `${text.slice(0, QUOTED_CHARS_MAX)}…`
}

/**
 * JSON, of which only the first `room` characters are right: what comes behind them is left out. A client's value may be nested deeper
 * than JSON.stringify goes; here each level takes a character, and so there are no more levels than room.
 */
function beginning(value: unknown, room: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value)
  const isList = Array.isArray(value)
  let text = isList ? '[' : '{'
  for (const name of Object.keys(value)) {
    if (text.length > room) break
    if (text.length > 1) text += ','
    if (!isList) text += `${JSON.stringify(name)}:`
    text += beginning((value as { readonly [name: string]: unknown })[name], room - text.length)
  }
  return text + (isList ? ']' : '}')
}
