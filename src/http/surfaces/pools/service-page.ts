// GET / for a browser: where to go from here. No script, and nothing from elsewhere.
import { escaped } from '../../html.js'

const style =
  'body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem; color: #222 }'

const links: readonly (readonly [path: string, text: string])[] = [
  ['/docs', 'try the API (Swagger UI)'],
  ['/redoc', 'read the reference'],
  ['/openapi.json', 'the OpenAPI document'],
  ['/metrics', 'metrics for Prometheus'],
  ['/readyz', 'whether this node is ready, check by check'],
]

type Facts = {
  readonly service: string
  readonly version: string
  readonly status: string
  readonly reason?: string
}

export function servicePage({ service, version, status, reason }: Facts): string {
  const why = reason === undefined ? '' : ` (${escaped(reason)})`
  const items = links.map(([path, text]) => `<li><a href="${path}">${path}</a>: ${text}</li>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(service)}</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<style>${style}</style>
</head>
<body>
<h1>${escaped(service)}</h1>
<p>Version ${escaped(version)}, ${status}${why}.</p>
<ul>
${items.join('\n')}
</ul>
</body>
</html>
`
}
