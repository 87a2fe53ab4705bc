// /openapi.json, /docs (Swagger UI) and /redoc (a plain reference page); everything comes from this server.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ApiError } from '../api-error.js'
import type { Call } from '../call.js'
import type { HttpOptions } from '../options.js'
import { defineRoute, type Route } from '../route.js'
import { sendText } from '../send.js'
import type { Surface } from '../surface.js'
import { type OpenApiDocument, openApiDocument } from './openapi.js'
import { referencePage } from './reference-page.js'

const tag = 'Documentation'
const HTML = 'text/html; charset=utf-8'

const swaggerFolder = dirname(
  createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'),
)

/** The files of Swagger UI that the page needs, and what they are. */
const assets: { readonly [file: string]: string } = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

const swaggerPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>IPAM API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/initializer.js"></script>
</body>
</html>
`

const initializer = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true })
`

export function documentationRoutes(
  surfaces: readonly Surface[],
  version: string,
  auth: HttpOptions['auth'],
): Route[] {
  let made: OpenApiDocument | null = null
  const documented = () => {
    made ??= openApiDocument(surfaces, version, auth)
    return made
  }
  return [
    documentRoute('/openapi.json', 'openApi', 'The OpenAPI 3.1 document', 'application/json', () =>
      JSON.stringify(documented()),
    ),
    documentRoute('/docs', 'docs', 'Swagger UI', HTML, () => swaggerPage),
    documentRoute('/redoc', 'redoc', 'Reference on one page', HTML, () =>
      referencePage(documented()),
    ),
    assetRoute,
  ]
}

function documentRoute(
  path: string,
  id: string,
  summary: string,
  type: string,
  render: () => string,
): Route {
  return defineRoute({
    method: 'GET',
    paths: [path],
    id,
    tag,
    summary,
    permission: 'open',
    answers: { 200: { description: summary, type: type.split(';', 1)[0] ?? type } },
    handle: call => {
      sendPage(call, render(), type)
      return null
    },
  })
}

const assetRoute = defineRoute({
  method: 'GET',
  paths: ['/docs/:file'],
  id: 'docsAsset',
  tag,
  summary: 'Scripts and styles of /docs',
  permission: 'open',
  answers: { 200: { description: 'The file.', type: 'application/octet-stream' } },
  handle: async call => {
    const file = call.param('file')
    const type = Object.hasOwn(assets, file) ? assets[file] : undefined
    if (file === 'initializer.js') sendPage(call, initializer, 'text/javascript; charset=utf-8')
    else if (type === undefined)
      throw new ApiError(404, 'no-such-path', `There is no file ${file.slice(0, 100)} in /docs.`)
    else sendPage(call, await readFile(join(swaggerFolder, file)), type)
    return null
  },
})

function sendPage(call: Call, body: string | Buffer, type: string): void {
  sendText(call, 200, body, type, undefined, call.app.fixedPageHeaders)
}
