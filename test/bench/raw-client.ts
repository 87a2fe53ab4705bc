// A keep-alive HTTP/1.1 client that costs as little as a client can, so that a benchmark measures the servers.
import { connect, type Socket } from 'node:net'

export type RawAnswer = { readonly status: number; readonly head: string; readonly body: Buffer }

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')
const NOTHING = Buffer.alloc(0)

/** One connection; `onAnswer` is called for each request in turn, with an error once the connection is gone. */
export class RawClient {
  readonly #socket: Socket
  #received: Buffer = NOTHING
  onAnswer: (answer: RawAnswer | Error) => void = () => undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (data: Buffer) => this.#onData(data))
    socket.on('error', error => this.onAnswer(error))
    socket.on('end', () => this.onAnswer(new Error('the server closed the connection')))
  }

  static open(url: URL): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname)
      socket.once('connect', () => resolve(new RawClient(socket)))
      socket.once('error', reject)
    })
  }

  /** Sends what `requestBytes` made; one at a time. */
  send(request: Buffer): void {
    this.#socket.write(request)
  }

  /** Sends one request and waits for its answer. */
  ask(request: Buffer): Promise<RawAnswer | Error> {
    return new Promise(resolve => {
      this.onAnswer = resolve
      this.send(request)
    })
  }

  close(): void {
    this.onAnswer = () => undefined
    this.#socket.destroy()
  }

  #onData(data: Buffer): void {
    const received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data])
    const headEnd = received.indexOf(HEAD_END)
    const head = headEnd < 0 ? '' : received.toString('latin1', 0, headEnd)
    const end = headEnd < 0 ? -1 : bodyEnd(head, received, headEnd + HEAD_END.length)
    if (end < 0 || end > received.length) {
      this.#received = received
      return
    }
    this.#received = NOTHING
    const body = received.subarray(headEnd + HEAD_END.length, end)
    this.onAnswer({ status: Number(head.slice(9, 12)), head, body })
  }
}

/** Where the body ends, beyond what is there when that is not all of it; -1 = not known yet. */
function bodyEnd(head: string, received: Buffer, start: number): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return start + Number(length)
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return start
  return received.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) ? received.length : -1
}

export function requestBytes(
  method: string,
  url: URL,
  body?: unknown,
  headers: { readonly [name: string]: string } = {},
): Buffer {
  const payload = body === undefined ? '' : JSON.stringify(body)
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n${more.join('')}`
  const type = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n`
  return Buffer.from(payload === '' ? `${head}\r\n` : `${head}${type}\r\n${payload}`)
}
