// GET / and GET /health (document 003): the service in a line, a page for browsers, and the truth about the database.
import { Type } from '@sinclair/typebox'
import { prefersHtml } from '../../accepts.js'
import { defineRoute, type Route } from '../../route.js'
import { strict } from '../../schema-parts.js'
import { sendText } from '../../send.js'
import { servicePage } from './service-page.js'

const tag = 'Service'
const SERVICE = 'Network Resource Pool Manager'
/** The readiness check that says whether the state can be read. */
const DATABASE_CHECK = 'database'

const status = Type.String({ enum: ['healthy', 'unhealthy'] })
const reason = Type.Optional(Type.String({ description: 'Why it is unhealthy.' }))

const Service = Type.Object(
  { service: Type.String({ examples: [SERVICE] }), status, version: Type.String(), reason },
  { title: 'Service', ...strict },
)

const DatabaseHealth = Type.Object(
  { status, database: Type.String({ enum: ['connected', 'disconnected'] }), reason },
  { title: 'DatabaseHealth', ...strict },
)

const root = defineRoute({
  method: 'GET',
  paths: ['/'],
  id: 'service',
  tag,
  summary: 'What runs here; a page where the client prefers HTML',
  permission: 'open',
  answers: {
    200: { description: 'It should be given requests.', schema: Service, type: 'text/html' },
    503: { description: 'It should not.', schema: Service, type: 'text/html' },
  },
  handle: call => {
    const { app } = call
    const why = app.notReady()
    const code = why === null ? 200 : 503
    const headers = ['Vary', 'Accept', ...retryAfter(why)]
    const { status, ...more } = healthOf(why)
    const facts = { service: SERVICE, status, version: app.version, ...more }
    if (prefersHtml(call.header('accept'))) {
      const type = 'text/html; charset=utf-8'
      sendText(call, code, servicePage(facts), type, headers, app.fixedPageHeaders)
      return null
    }
    return { status: code, body: JSON.stringify(facts), headers }
  },
})

const health = defineRoute({
  method: 'GET',
  paths: ['/health'],
  id: 'databaseHealth',
  tag,
  summary: 'Whether this node should be given requests, and whether its database answers',
  permission: 'open',
  answers: {
    200: { description: 'It should.', schema: DatabaseHealth },
    503: { description: 'It should not (exactly when /readyz says so).', schema: DatabaseHealth },
  },
  handle: ({ app }) => {
    const checks = app.readiness()
    const failed = checks.find(check => check.why !== null)
    const why = failed === undefined ? null : `${failed.name}: ${failed.why}`
    const isRead = checks.every(check => check.name !== DATABASE_CHECK || check.why === null)
    const { status, ...more } = healthOf(why)
    const database = isRead ? 'connected' : 'disconnected'
    const body = JSON.stringify({ status, database, ...more })
    return { status: why === null ? 200 : 503, body, headers: retryAfter(why) }
  },
})

const healthOf = (why: string | null) =>
  why === null ? { status: 'healthy' } : { status: 'unhealthy', reason: why }

const retryAfter = (why: string | null) => (why === null ? [] : ['Retry-After', '1'])

export const serviceRoutes: readonly Route[] = [root, health]
