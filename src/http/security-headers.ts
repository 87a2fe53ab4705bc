// helmet's headers, worked out once: they are the same for every answer of a kind.
import helmet from 'helmet'

type HelmetOptions = NonNullable<Parameters<typeof helmet>[0]>

/** TLS ends before us, so that HSTS is for whoever ends it; the rest is for browsers older than the headers we send. */
const notOurs: HelmetOptions = {
  strictTransportSecurity: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
}

/** For JSON: nothing in it is to be run, framed or embedded. */
export function apiHeaders(): string[] {
  return listed({
    ...notOurs,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginOpenerPolicy: false,
  })
}

/** For the documentation pages: own scripts and styles only (Swagger UI sets styles inline), requests to this server. */
export function pageHeaders(): string[] {
  return listed({
    ...notOurs,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  })
}

function listed(options: HelmetOptions): string[] {
  const headers: string[] = []
  const response = {
    setHeader: (name: string, value: string) => headers.push(name, value),
    removeHeader: () => undefined,
  }
  type Middleware = ReturnType<typeof helmet>
  const request = {} as Parameters<Middleware>[0]
  helmet(options)(request, response as unknown as Parameters<Middleware>[1], error => {
    if (error !== undefined) throw error
  })
  return headers
}
