// A keep-alive HTTP/1.1 client that costs as little as a client can, so that a benchmark measures the servers.
import { connect, type Socket } from 'node:net'

export type RawAnswer = { readonly status: number; readonly body: string }

export class RawClient {
  readonly #socket: Socket
  #buffered = ''
  #waiting: { resolve: (answer: RawAnswer) => void; reject: (error: Error) => void } | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.setNoDelay(true)
    socket.on('data', (text: string) => this.#onData(text))
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  static open(url: URL): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.once('connect', () => resolve(new RawClient(socket)))
      socket.once('error', reject)
    })
  }

  /** Sends one request made by `requestText`; one at a time. */
  send(text: string): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(text, 'latin1')
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #onData(text: string): void {
    this.#buffered = this.#buffered === '' ? text : this.#buffered + text
    const headEnd = this.#buffered.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const head = this.#buffered.slice(0, headEnd)
    const body = bodyOf(head, this.#buffered, headEnd + 4)
    if (body === null) return
    this.#buffered = ''
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve({ status: Number(head.slice(9, 12)), body })
  }

  #fail(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.reject(error)
  }
}

/** null while it is not all there. */
function bodyOf(head: string, text: string, start: number): string | null {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) {
    const end = start + Number(length)
    return text.length < end ? null : text.slice(start, end)
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return ''
  return text.endsWith('0\r\n\r\n') ? unchunked(text, start) : null
}

function unchunked(text: string, start: number): string {
  let body = ''
  for (let at = start; ; ) {
    const lineEnd = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    if (!(size > 0)) return body
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
  }
}

export function requestText(method: string, url: URL, body?: unknown): string {
  const payload = body === undefined ? '' : JSON.stringify(body)
  const head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n`
  return payload === ''
    ? `${head}\r\n`
    : `${head}content-type: application/json\r\ncontent-length: ${payload.length}\r\n\r\n${payload}`
}
