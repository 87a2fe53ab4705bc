// One request to a daemon and its whole answer.

export type Answer = {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown
}

export type CallOptions = {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: { readonly [name: string]: string }
}

/** @throws when the connection breaks, or nothing is answered within 30 s */
export async function call(url: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { method = 'GET', body, headers = {} } = options
  const response = await fetch(`${url}${path}`, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  }
}

export type Network = { readonly id: string; readonly cidr: string }
export type Allocation = {
  readonly id: string
  readonly ip: string
  readonly status: string
  readonly hostname: string | null
  readonly allocated_at: string
  readonly expires_at: string | null
}

/** What a node says that has just been started: as with a broken connection, a client asks the next node. */
export function notInService(status: number, text: string): boolean {
  return status === 503 && text.includes('this node is not in service')
}

/** @throws unless the answer is 201 */
export async function createNetwork(url: string, cidr: string): Promise<Network> {
  return (await created(url, '/api/v1/networks', { cidr })) as Network
}

/** @throws unless the answer is 201 */
export async function allocate(
  url: string,
  fields: { readonly network_id: string; readonly [name: string]: unknown },
): Promise<Allocation> {
  return (await created(url, '/api/v1/allocations', fields)) as Allocation
}

async function created(url: string, path: string, body: unknown): Promise<unknown> {
  const answer = await call(url, path, { method: 'POST', body })
  if (answer.status === 201) return answer.body
  throw new Error(`${url}${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}
