// One request and its answer on the wire. Whatever the receiver does, it settles: node's client says nothing of some of it, and sets no
// bound to what stands before an answer.
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { LookupFunction, Socket } from 'node:net'
import { NoAnswerError } from './delivery-errors.js'

/** Of what a receiver sends, which is read and thrown away; what is longer is cut off. */
const ANSWER_BYTES_MAX = 64 * 1024
/** node's parser takes any three digits; 1xx but 101 are no answers yet (RFC 9110, 15). */
const STATUS_MIN = 100
const HALF = 'the connection was closed before the end of the answer'
const TOO_MUCH = 'more was sent than an answer may be long'

/** The client of one protocol. */
export type Way = {
  readonly agent: Agent
  readonly request: (url: URL, options: RequestOptions) => ClientRequest
}

export type Sending = {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly lookup: LookupFunction
}

/**
 * A connection that was kept open may be closed by the receiver just then: that says nothing, and it goes out on one more.
 * @returns the status, when the whole answer is there, or as much of it as is read @throws also what `signal` was aborted with
 */
export async function exchange(way: Way, sending: Sending, signal: AbortSignal): Promise<number> {
  const { url, headers, lookup, body } = sending
  for (;;) {
    signal.throwIfAborted()
    const sent = way.request(url, { method: 'POST', agent: way.agent, headers, lookup })
    try {
      return await answerOf(sent, body, signal)
    } catch (error) {
      if (!sent.reusedSocket || (error as { code?: string }).code !== 'ECONNRESET') throw error
    } finally {
      // Nothing to a connection that was handed back to the agent; any other is of no use any more.
      sent.destroy()
    }
  }
}

/** Whatever comes first settles it. */
function answerOf(sent: ClientRequest, body: Buffer, signal: AbortSignal): Promise<number> {
  return new Promise((done, fail) => {
    let status: number | null = null
    sent.on('error', fail)
    // Nobody asked for another protocol. Without a listener the connection is closed, and the request never told.
    sent.on('upgrade', ({ statusCode = 0 }: IncomingMessage, socket: Socket) => {
      socket.destroy()
      done(statusCode)
    })
    sent.on('response', answer => {
      const { statusCode = 0 } = answer
      status = statusCode
      if (statusCode < STATUS_MIN)
        fail(new NoAnswerError(`the answer has no status of HTTP: ${statusCode}`))
      answer.on('error', () => fail(new NoAnswerError(HALF)))
      answer.on('end', () => done(statusCode))
      answer.resume()
    })
    boundBytes(sent, () => (status === null ? fail(new NoAnswerError(TOO_MUCH)) : done(status)))
    signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    sent.end(body)
  })
}

/** Counts all that comes while the request is under way: also what is said before an answer, and between its parts. */
function boundBytes(sent: ClientRequest, exceeded: () => void): void {
  sent.on('socket', (socket: Socket) => {
    let bytes = 0
    const count = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > ANSWER_BYTES_MAX) exceeded()
    }
    socket.on('data', count)
    sent.on('close', () => socket.off('data', count))
  })
}
