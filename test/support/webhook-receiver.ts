// A real HTTP server on loopback that webhooks are sent to: it checks signatures as document 001 does, fails as often as a test wants, and
// can be taken down and put up again at the same port.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ReceivedEvent = {
  /** The path it was sent to. */
  readonly path: string
  readonly deliveryId: string
  readonly attempt: number
  readonly event: string
  readonly body: string
  readonly signatureIsGood: boolean
  readonly status: number
}

export class WebhookReceiver {
  readonly received: ReceivedEvent[] = []
  /** By path; an event to a path without one is badly signed. */
  readonly secrets = new Map<string, string>()
  /** What it answers to the nth that it receives. */
  statusOf: (nth: number) => number = () => 200
  #server: Server | null = null
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** At the same port as before, if it was open. */
  async open(): Promise<this> {
    const server = createServer((request, response) => this.#take(request, response))
    await new Promise<void>((ready, failed) => {
      server.once('error', failed)
      server.listen(this.#port, '127.0.0.1', ready)
    })
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  /** What is under way is broken off. */
  async close(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    await new Promise<void>(closed => {
      server.close(() => closed())
      server.closeAllConnections()
    })
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    // A leader that is killed breaks its connections: half an event is none.
    request.on('error', () => {})
    request.on('end', () => {
      const status = this.statusOf(this.received.length)
      this.received.push(this.#read(request, Buffer.concat(chunks), status))
      response.writeHead(status).end()
    })
  }

  #read({ url: path = '', headers }: IncomingMessage, body: Buffer, status: number): ReceivedEvent {
    return {
      path,
      deliveryId: String(headers['x-ipam-delivery']),
      attempt: Number(headers['x-ipam-attempt']),
      event: String(headers['x-ipam-event']),
      body: body.toString(),
      signatureIsGood: isGood(body, String(headers['x-ipam-signature']), this.secrets.get(path)),
      status,
    }
  }
}

function isGood(body: Buffer, signature: string, secret: string | undefined): boolean {
  if (secret === undefined) return false
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  const given = Buffer.from(signature)
  return expected.length === given.length && timingSafeEqual(expected, given)
}
