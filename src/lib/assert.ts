// Assertions stay on in production: a broken invariant ends the process before it can do harm.

export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws when `condition` is false. @param message a full sentence that says what was expected. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** For the end of an exhaustive switch: a case that the types say cannot be. */
export function unreachable(value: never, what: string): never {
  throw new AssertionError(`unknown ${what}: ${JSON.stringify(value)}`)
}
