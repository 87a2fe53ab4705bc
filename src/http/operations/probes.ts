// /livez, /readyz, /metrics, /version.
import { Type } from '@sinclair/typebox'
import { defineRoute, type Route } from '../route.js'
import { sendText } from '../send.js'

const tag = 'Operations'
const TEXT = 'text/plain; charset=utf-8'

const livez = defineRoute({
  method: 'GET',
  paths: ['/livez'],
  id: 'livez',
  tag,
  summary: 'Whether the process runs at all',
  permission: 'open',
  answers: { 200: { description: 'It does.', type: 'text/plain' } },
  handle: call => {
    sendText(call, 200, 'ok\n', TEXT, undefined)
    return null
  },
})

const readyz = defineRoute({
  method: 'GET',
  paths: ['/readyz'],
  id: 'readyz',
  tag,
  summary: 'Whether this node should be given requests, one line a check',
  permission: 'open',
  answers: {
    200: { description: 'Every check passes.', type: 'text/plain' },
    503: { description: 'One fails; its line says why.', type: 'text/plain' },
  },
  handle: call => {
    const checks = call.app.readiness()
    const failed = checks.find(({ why }) => why !== null)
    const lines = checks.map(({ name, why }) =>
      why === null ? `[+]${name} ok` : `[-]${name} failed: ${why}`,
    )
    lines.push(failed === undefined ? 'ready' : `not ready: ${failed.name}: ${failed.why}`)
    const headers = failed === undefined ? undefined : ['Retry-After', '1']
    sendText(call, failed === undefined ? 200 : 503, `${lines.join('\n')}\n`, TEXT, headers)
    return null
  },
})

const metrics = defineRoute({
  method: 'GET',
  paths: ['/metrics'],
  id: 'metrics',
  tag,
  summary: 'Metrics for Prometheus',
  permission: 'read',
  direct: true,
  answers: { 200: { description: 'Text exposition format.', type: 'text/plain' } },
  handle: async call => {
    const { registry } = call.app
    sendText(call, 200, await registry.metrics(), registry.contentType, undefined)
    return null
  },
})

const Version = Type.Object(
  { version: Type.String(), service: Type.String(), runtime: Type.String() },
  { title: 'Version', additionalProperties: false },
)

const version = defineRoute({
  method: 'GET',
  paths: ['/version'],
  id: 'version',
  tag,
  summary: 'Which version runs here',
  permission: 'open',
  answers: { 200: { description: 'The version.', schema: Version } },
  handle: ({ app }) => {
    const body = { version: app.version, service: 'ipam', runtime: `node ${process.version}` }
    return { status: 200, body: JSON.stringify(body) }
  },
})

export const probeRoutes: readonly Route[] = [livez, readyz, metrics, version]
