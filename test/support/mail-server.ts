// A real SMTP server on loopback that keeps what it takes, and refuses what a test wants it to.
import type { AddressInfo } from 'node:net'
import {
  SMTPServer,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server'

export type TakenMail = {
  readonly from: string
  readonly to: readonly string[]
  readonly messageId: string
  readonly subject: string
  readonly text: string
  /** Names in small letters. */
  readonly headers: ReadonlyMap<string, string>
  readonly secure: boolean
  /** null: nobody had logged in. */
  readonly user: string | null
  readonly atMs: number
}

/** What it answers instead of 250. */
export type SmtpRefusal = { readonly code: number; readonly text: string }

export class MailServer {
  readonly taken: TakenMail[] = []
  connections = 0
  /** Asked when a mail is there whole. */
  judge: (mail: TakenMail) => Promise<SmtpRefusal | null> | SmtpRefusal | null = () => null
  /** Asked at RCPT. */
  judgeRecipient: (address: string) => SmtpRefusal | null = () => null
  readonly #options: SMTPServerOptions
  #server: SMTPServer | null = null
  #port = 0

  /** @param options on top of: no login is asked for, and no STARTTLS offered */
  constructor(options: SMTPServerOptions = {}) {
    this.#options = { authOptional: true, hideSTARTTLS: true, ...options }
  }

  get port(): number {
    return this.#port
  }

  /** At the same port as before, if it was open. */
  async open(): Promise<this> {
    const server = new SMTPServer({
      ...this.#options,
      closeTimeout: 100,
      onConnect: (_session, done) => {
        this.connections += 1
        done()
      },
      onRcptTo: ({ address }, _session, done) => done(asError(this.judgeRecipient(address))),
      // A client that is killed in the middle of a mail breaks the stream: half a mail is none.
      onData: (stream, session, done) => void this.#take(stream, session).then(done, done),
    })
    // Clients that are killed break their connections.
    server.on('error', () => {})
    await new Promise<void>(resolve => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server !== null) await new Promise<void>(resolve => server.close(() => resolve()))
  }

  async #take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
  ): Promise<(Error & { responseCode: number }) | null> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const { mailFrom, rcptTo } = session.envelope
    const mail = {
      ...read(Buffer.concat(chunks).toString('utf8')),
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      secure: session.secure,
      user: typeof session.user === 'string' ? session.user : null,
      atMs: Date.now(),
    }
    const refusal = await this.judge(mail)
    if (refusal === null) this.taken.push(mail)
    return asError(refusal)
  }
}

function asError(refusal: SmtpRefusal | null): (Error & { responseCode: number }) | null {
  if (refusal === null) return null
  return Object.assign(new Error(refusal.text), { responseCode: refusal.code })
}

function read(raw: string): Pick<TakenMail, 'messageId' | 'subject' | 'text' | 'headers'> {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map(
    raw
      .slice(0, end)
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map(line => {
        const at = line.indexOf(':')
        return [line.slice(0, at).toLowerCase(), decodeWords(line.slice(at + 1).trim())] as const
      }),
  )
  return {
    headers,
    messageId: headers.get('message-id') ?? '',
    subject: headers.get('subject') ?? '',
    text: decodeBody(raw.slice(end + 4), headers.get('content-transfer-encoding') ?? '7bit'),
  }
}

/** RFC 2047. White space between two encoded words is none. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : fromQuotedPrintable(word.replaceAll('_', ' ')),
    )
}

function decodeBody(body: string, encoding: string): string {
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? fromQuotedPrintable(body.replace(/=\r\n/g, ''))
        : body
  return text.replaceAll('\r\n', '\n')
}

function fromQuotedPrintable(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
