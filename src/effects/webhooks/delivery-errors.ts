// Why an attempt came to nothing, as the history of deliveries says it: a clause that helps whoever runs the receiver, and no secret.

/** What the error text of an attempt may be long, in code points. */
const ERROR_LENGTH_MAX = 200

/** Nothing was sent: this server does not send there. */
export class RefusedTargetError extends Error {
  override readonly name = 'RefusedTargetError'
}

/** The receiver did what is no whole answer; the message says what. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  constructor(timeoutMs: number) {
    super(`no whole answer within ${timeoutMs / 1000} s`)
  }
}

const meanings: { readonly [code: string]: string } = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed before the answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the name does not resolve',
  EAI_AGAIN: 'the name did not resolve just now',
  ETIMEDOUT: 'the connection timed out',
  HPE_INVALID_CONSTANT: 'the answer is not HTTP',
}

/** @returns null when the status is one of success, 200 to 299 */
export function describeAnswer(statusCode: number): string | null {
  if (statusCode >= 200 && statusCode < 300) return null
  const isRedirect = statusCode >= 300 && statusCode < 400
  return `answered with status ${statusCode}${isRedirect ? '; redirects are not followed' : ''}`
}

export function describeError(error: unknown): string {
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  // Of several addresses that were tried, each with an error of its own, the message is empty.
  const text = meanings[code] ?? (message === '' ? code : message)
  return recordable(text)
}

/** What receivers may have a part in, as certificates do: the ledger takes well-formed Unicode alone. */
function recordable(text: string): string {
  return Array.from(text.replace(/\p{Surrogate}/gu, '\uFFFD'))
    .slice(0, ERROR_LENGTH_MAX)
    .join('')
}
