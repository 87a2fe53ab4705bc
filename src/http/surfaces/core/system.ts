// /api/v1/health and /api/v1/audit.
import { Type } from '@sinclair/typebox'
import type { ChangePosition } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { goDuration } from '../../timestamps.js'
import { auditEntry } from './history.js'
import { AuditEntry, Health } from './system-schemas.js'

const tag = 'System'

const health = defineRoute({
  method: 'GET',
  paths: ['/api/v1/health'],
  id: 'health',
  tag,
  summary: 'Whether this node should be given requests',
  permission: 'open',
  answers: {
    200: { description: 'It should.', schema: Health },
    503: { description: 'It should not (exactly when /readyz says so).', schema: Health },
  },
  handle: ({ app }) => {
    const reason = app.notReady()
    const body = {
      status: reason === null ? 'healthy' : 'unhealthy',
      service: 'ipam',
      cluster_mode: app.cluster.mode === 'cluster',
      version: app.version,
      uptime: goDuration(app.clock.monotonicMs() - app.startedMs),
      ...(reason === null ? {} : { reason }),
    }
    return {
      status: reason === null ? 200 : 503,
      body: JSON.stringify(body),
      headers: reason === null ? [] : ['Retry-After', '1'],
    }
  },
})

const AUDIT_LIMIT = 100
const AUDIT_LIMIT_MAX = 10_000
/** Changes read in one go; the event loop turns between two. */
const AUDIT_SLICE = 250

const audit = defineRoute({
  method: 'GET',
  paths: ['/api/v1/audit'],
  id: 'audit',
  tag,
  summary: 'The latest changes, newest first',
  permission: 'read',
  reads: true,
  query: Type.Object({
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: AUDIT_LIMIT_MAX, default: AUDIT_LIMIT }),
    ),
  }),
  answers: { 200: { description: 'Newest first.', schema: Type.Array(AuditEntry) } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const entries = await latestEntries(call, query.limit ?? AUDIT_LIMIT)
    return { status: 200, body: `[${entries.join(',')}]` }
  },
})

async function latestEntries(call: Call, limit: number): Promise<string[]> {
  const entries: string[] = []
  let before: ChangePosition | null = null
  for (;;) {
    const rows = call.app.store.reads.changesBefore(before, AUDIT_SLICE)
    for (const row of rows) {
      const entry = auditEntry(row)
      if (entry !== null) entries.push(entry)
      if (entries.length === limit) return entries
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < AUDIT_SLICE || call.response.destroyed) return entries
    before = { revision: last.revision, n: last.n }
    await new Promise(resolve => setImmediate(resolve))
  }
}

export const systemRoutes: readonly Route[] = [health, audit]
