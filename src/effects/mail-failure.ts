// What a mail that did not go out says about the server, or about itself.

/** `refused`: this one for good, others may go; `server`: it takes nothing now, or cannot be reached. */
export type MailFailure = {
  readonly kind: 'refused' | 'server'
  /** nodemailer's, such as ECONNECTION or EENVELOPE. */
  readonly code: string
  /** The server's three digits; null when it did not get to say any. */
  readonly responseCode: number | null
  /** For the log: without secrets, and short. */
  readonly reason: string
}

const REASON_CHARACTERS_MAX = 200
/** The server's answer to MAIL and RCPT, and to the message itself. */
const ABOUT_THE_MAIL: readonly string[] = ['EENVELOPE', 'EMESSAGE']
/** What a server answers to a login can repeat what it was told. */
const ABOUT_THE_LOGIN: readonly string[] = ['EAUTH', 'ENOAUTH']

/** @param error what nodemailer rejects with. RFC 5321, 4.2.1: 4yz is to be tried again, 5yz is not. */
export function failureOf(error: unknown): MailFailure {
  const { code: thrown, responseCode: said, message = '' } = (error ?? {}) as Partial<SmtpError>
  const code = typeof thrown === 'string' ? thrown : 'EUNKNOWN'
  const responseCode = typeof said === 'number' ? said : null
  const isTransient = responseCode !== null && responseCode < 500
  const kind = ABOUT_THE_MAIL.includes(code) && !isTransient ? 'refused' : 'server'
  return { kind, code, responseCode, reason: reasonOf(code, message) }
}

type SmtpError = {
  readonly code: string
  readonly responseCode: number
  readonly message: string
}

function reasonOf(code: string, message: string): string {
  if (ABOUT_THE_LOGIN.includes(code)) return 'the server refused the user name or the password'
  return message.slice(0, REASON_CHARACTERS_MAX)
}
