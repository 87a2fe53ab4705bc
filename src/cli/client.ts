// The HTTP client of the command line: several servers, the first that answers; every write carries an Idempotency-Key,
// so that it may be sent again to another server when a connection breaks.
import { randomUUID } from 'node:crypto'
import { parse } from 'lossless-json'

export type ClientOptions = {
  /** Base addresses, `http://127.0.0.1:8080`. Tried in order. */
  readonly servers: readonly string[]
  readonly token: string | null
  /** For one attempt, ms. */
  readonly timeoutMs: number
}

/** The server's answer was a refusal. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** No server answered. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: { readonly [name: string]: string | number | boolean | undefined }
  readonly body?: unknown
  readonly ifMatch?: string | undefined
  /** Of a write that may be asked for again; else each call has its own. */
  readonly idempotencyKey?: string
  /** How long the server is to try; its own default otherwise. */
  readonly requestTimeoutSeconds?: number
  /** For one attempt; the client's own otherwise. */
  readonly timeoutMs?: number
}

export class Client {
  readonly #options: ClientOptions
  readonly #servers: string[]

  constructor(options: ClientOptions) {
    this.#options = options
    this.#servers = [...options.servers]
  }

  /** The same servers, asked with another token. */
  with(token: string): Client {
    return new Client({ ...this.#options, servers: this.#servers, token })
  }

  /** The server that was first is asked last from now on. @returns false when there is no other */
  turn(): boolean {
    this.#servers.push(...this.#servers.splice(0, 1))
    return this.#servers.length > 1
  }

  /** @returns the parsed body; undefined for 204. @throws RefusedError, UnreachableError */
  async call<Answer>(request: ApiRequest): Promise<Answer> {
    return (await this.callAt<Answer>(request)).answer
  }

  /** As `call`, with the revision that the answer was decided at. */
  async callAt<Answer>(request: ApiRequest): Promise<{ answer: Answer; revision: number }> {
    const signal = AbortSignal.timeout(request.timeoutMs ?? this.#options.timeoutMs)
    const response = await this.#send(request, signal)
    const text = await bodyOf(response)
    if (!response.ok) throw refusal(response, text)
    const revision = Number(response.headers.get('ipam-revision') ?? 0)
    return { answer: (text === '' ? undefined : parseExactly(text)) as Answer, revision }
  }

  /** The answer as it streams in. @throws RefusedError, UnreachableError */
  async open(request: ApiRequest, signal: AbortSignal): Promise<Response> {
    const response = await this.#send(request, signal)
    if (!response.ok) throw refusal(response, await response.text())
    return response
  }

  async #send(request: ApiRequest, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (this.#options.token !== null) headers.authorization = `Bearer ${this.#options.token}`
    if (request.method !== 'GET')
      headers['idempotency-key'] = request.idempotencyKey ?? randomUUID()
    if (request.requestTimeoutSeconds !== undefined)
      headers['request-timeout'] = String(request.requestTimeoutSeconds)
    if (request.body !== undefined) headers['content-type'] = 'application/json'
    if (request.ifMatch !== undefined) headers['if-match'] = `"${request.ifMatch}"`
    const init: RequestInit = { method: request.method, headers, signal }
    if (request.body !== undefined) init.body = JSON.stringify(request.body)
    const failures: string[] = []
    for (const server of this.#servers) {
      try {
        return await fetch(urlOf(server, request), init)
      } catch (error) {
        failures.push(`${server}: ${causeOf(error)}`)
        if (signal.aborted) break
      }
    }
    throw new UnreachableError(`no server answered (${failures.join('; ')})`)
  }
}

/** Integers beyond 2^53, such as the addresses of an IPv6 pool, become bigint. */
function parseExactly(text: string): unknown {
  return parse(text, undefined, { parseNumber: exactNumber })
}

function exactNumber(text: string): number | bigint {
  const value = Number(text)
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value
}

/** @throws UnreachableError when the answer breaks off. */
async function bodyOf(response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    throw new UnreachableError(`the answer of ${response.url} broke off (${causeOf(error)})`)
  }
}

function urlOf(server: string, { path, query }: ApiRequest): URL {
  const url = new URL(path, server)
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

function refusal(response: Response, text: string): RefusedError {
  let message = text.trim()
  try {
    message = messageOf(JSON.parse(text)) ?? message
  } catch {
    // Not JSON: a proxy's page, say. Its text is all there is to show.
  }
  return new RefusedError(response.status, `${message || response.statusText} (${response.status})`)
}

/** Each surface has an envelope of its own: {error}, {detail}, {message}, {error: {message}}. */
function messageOf(body: {
  readonly error?: unknown
  readonly detail?: unknown
  readonly message?: unknown
}): string | null {
  const { error, detail, message } = body
  if (typeof error === 'object' && error !== null) return messageOf(error)
  return [message, detail, error].find(text => typeof text === 'string') ?? null
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message
}
