// The part of axios that document 004's client uses, on fetch: an instance with a base URL, one interceptor of requests,
// errors that carry the response.

type Config = { readonly headers: Record<string, string> }
type Options = { readonly params?: Record<string, string | number> }

export const fakeAxios = {
  create: ({ baseURL, timeout }: { readonly baseURL: string; readonly timeout: number }) => {
    let intercept = (config: Config): Config => config
    const send = async (method: string, path: string, data?: unknown, options: Options = {}) => {
      const { headers } = intercept({ headers: { 'content-type': 'application/json' } })
      const url = new URL(baseURL + path)
      for (const [name, value] of Object.entries(options.params ?? {}))
        url.searchParams.set(name, String(value))
      const signal = AbortSignal.timeout(timeout)
      const body = data === undefined ? {} : { body: JSON.stringify(data) }
      const answer = await fetch(url, { method, headers, signal, ...body })
      const response = { status: answer.status, data: await answer.json() }
      if (answer.ok) return response
      throw Object.assign(new Error(`Request failed with ${answer.status}`), { response })
    }
    return {
      interceptors: {
        request: {
          use: (interceptor: typeof intercept) => {
            intercept = interceptor
          },
        },
      },
      get: (path: string, options?: Options) => send('GET', path, undefined, options),
      post: (path: string, data: unknown) => send('POST', path, data),
    }
  },
}

/** As a browser's localStorage. */
export function fakeStorage() {
  const items = new Map<string, string>()
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => {
      items.set(name, value)
    },
  }
}
