// The way to a mail server: nodemailer, loaded when the first mail goes out, as many clusters never send one.
import type { SendMailOptions, Transporter } from 'nodemailer'
import type { Mail } from './mail-text.js'

export type MailServer = {
  readonly host: string
  readonly port: number
  /** null: no login. */
  readonly user: string | null
  readonly password: string | null
}

export interface Mailer {
  /** Resolves when the server has taken it. @throws what nodemailer throws, see failureOf */
  send(mail: Mail, signal: AbortSignal): Promise<void>
  close(): void
}

/** TLS from the first byte (RFC 8314); on other ports it begins with STARTTLS, where the server offers that. */
const IMPLICIT_TLS_PORT = 465
/** For each of: the name, the connection, the greeting, and silence after that. */
const TIMEOUT_MS = 10_000
/** A server that trickles is silent never, and done never. */
const MAIL_TIMEOUT_MS = 30_000
/** Alerts come in bursts. Shorter than servers wait, so that none closes while a mail begins. */
const IDLE_MS = 5_000

/** Opens no connection yet; keeps one between mails that follow each other. */
export function openMailer(server: MailServer): Mailer {
  let transport: Promise<Transporter> | null = null
  return {
    async send(mail, signal) {
      transport ??= openTransport(server)
      const open = await transport
      await withDeadline(signal, within => open.sendMail(messageOf(mail, within)))
    },
    close() {
      void transport?.then(open => open.close())
    },
  }
}

function messageOf({ dateMs, from, to, ...rest }: Mail, signal: AbortSignal): SendMailOptions {
  return {
    ...rest,
    // As objects they are taken as they are, and not parsed for several.
    ...{ from: { name: '', address: from }, to: { name: '', address: to } },
    ...{ date: new Date(dateMs), signal },
  }
}

/** Not `AbortSignal.any` with `AbortSignal.timeout`: in Node 20 nothing holds such a timeout. */
async function withDeadline(
  signal: AbortSignal,
  send: (within: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const within = new AbortController()
  const abort = (): void => within.abort(signal.reason)
  const tooLong = new Error(`the mail did not go out within ${MAIL_TIMEOUT_MS} ms`)
  const timer = setTimeout(() => within.abort(tooLong), MAIL_TIMEOUT_MS)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    await send(within.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

async function openTransport({ host, port, user, password }: MailServer): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  const secure = port === IMPLICIT_TLS_PORT
  return createTransport({
    ...{ host, port, secure, pool: true, maxConnections: 1, idleTimeout: IDLE_MS },
    // Whatever is tried again is tried by the job, which knows what was recorded.
    maxRequeues: 0,
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    // Without a password TLS keeps out who only listens, as between mail servers (RFC 7435); with one it must be the right server.
    tls: { rejectUnauthorized: secure || user !== null },
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS },
    ...{ dnsTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
  })
}
