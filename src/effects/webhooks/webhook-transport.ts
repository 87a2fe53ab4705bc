// The way to a receiver: one POST, from the name to the end of the answer within one deadline, to an address that was judged. Redirects
// are not followed: what they point to nobody registered.
import { lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import {
  DeadlineError,
  describeAnswer,
  describeError,
  RefusedTargetError,
} from './delivery-errors.js'
import type { TargetPolicy } from './target-policy.js'
import { exchange, type Sending, type Way } from './webhook-exchange.js'

export type WebhookPost = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
/** `statusCode` null: there was no answer, or not all of it. `error`: a clause; null on success. */
export type WebhookAnswer = { readonly statusCode: number | null; readonly error: string | null }

export interface WebhookTransport {
  /** Resolves whatever becomes of it. @throws only when `signal` was aborted before its end */
  post(post: WebhookPost, signal: AbortSignal): Promise<WebhookAnswer>
  close(): void
}

export type WebhookTransportOptions = {
  /** Over everything: name, connection, TLS, headers and body. */
  readonly timeoutMs: number
  readonly policy: TargetPolicy
}

/** Events come in bursts; shorter than most servers wait. */
const IDLE_MS = 4_000
/** Unused connections to one receiver. */
const IDLE_SOCKETS_MAX = 4

/** Opens nothing, and loads nothing, before the first post. */
export function openWebhookTransport(options: WebhookTransportOptions): WebhookTransport {
  const ways = new Map<string, Promise<Way>>()
  const { timeoutMs, policy } = options
  const wayOf = (protocol: string): Promise<Way> => {
    const way = ways.get(protocol) ?? openWay(protocol)
    ways.set(protocol, way)
    return way
  }
  return {
    async post({ url: text, headers, body }, signal) {
      try {
        const url = checkedUrl(text, policy)
        const way = await wayOf(url.protocol)
        const request: Sending = { url, headers, body, lookup: lookupWith(policy) }
        const statusCode = await withDeadline(signal, timeoutMs, within =>
          exchange(way, request, within),
        )
        return { statusCode, error: describeAnswer(statusCode) }
      } catch (error) {
        signal.throwIfAborted()
        return { statusCode: null, error: describeError(error) }
      }
    },
    close() {
      for (const way of ways.values()) void way.then(({ agent }) => agent.destroy())
    },
  }
}

async function openWay(protocol: string): Promise<Way> {
  const { Agent, request } =
    protocol === 'https:' ? await import('node:https') : await import('node:http')
  const agent = new Agent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS_MAX, timeout: IDLE_MS })
  return { agent, request }
}

/** @throws RefusedTargetError */
function checkedUrl(text: string, policy: TargetPolicy): URL {
  if (!URL.canParse(text)) throw new RefusedTargetError('the URL cannot be read')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new RefusedTargetError('only http and https URLs are sent to')
  // Nobody looks up what is an address already.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !policy.allows(host)) throw refused(host, [host])
  return url
}

/** Resolves a name to those of its addresses that are allowed, which are then the ones that are connected to. */
function lookupWith(policy: TargetPolicy): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, [])
      const allowed = found.filter(({ address }) => policy.allows(address))
      const [first] = allowed
      if (first === undefined)
        return done(
          refused(
            hostname,
            found.map(({ address }) => address),
          ),
          [],
        )
      return options.all === true ? done(null, allowed) : done(null, first.address, first.family)
    })
  }
}

function refused(host: string, addresses: readonly string[]): RefusedTargetError {
  const [address = 'no address'] = addresses
  const named = address === host ? host : `${host} (${address})`
  return new RefusedTargetError(`webhooks are not sent to ${named}`)
}

/** Not `AbortSignal.any` with `AbortSignal.timeout`: in Node 20 nothing holds such a timeout. */
async function withDeadline<Result>(
  signal: AbortSignal,
  timeoutMs: number,
  work: (within: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted()
  const within = new AbortController()
  const abort = (): void => within.abort(signal.reason)
  const timer = setTimeout(() => within.abort(new DeadlineError(timeoutMs)), timeoutMs)
  signal.addEventListener('abort', abort)
  try {
    return await work(within.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
