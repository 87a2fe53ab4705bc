// GET /api/health (document 004, 10).
import { Type } from '@sinclair/typebox'
import { defineRoute, type Route } from '../../route.js'
import { strict, timestamp as timestampText } from '../../schema-parts.js'
import { timestamp } from '../../timestamps.js'
import { MachineLoad } from './machine-load.js'

const DATABASE_CHECK = 'database'
const condition = Type.String({ enum: ['healthy', 'unhealthy'] })
const percent = Type.Number({ minimum: 0, maximum: 100 })

const OfficeHealth = Type.Object(
  {
    status: condition,
    timestamp: Type.String(timestampText),
    version: Type.String(),
    reason: Type.Optional(Type.String({ description: 'Why it is unhealthy.' })),
    components: Type.Object(
      {
        database: Type.Object(
          { status: condition, response_time: Type.Number({ description: 'Milliseconds.' }) },
          strict,
        ),
        redis: Type.Object(
          { status: Type.String({ enum: ['disabled'], description: 'There is none here.' }) },
          strict,
        ),
      },
      strict,
    ),
    metrics: Type.Object(
      {
        uptime: Type.Integer({ description: 'Seconds.' }),
        memory_usage: percent,
        cpu_usage: percent,
      },
      { ...strict, description: 'Of the whole machine, in percent.' },
    ),
  },
  { title: 'OfficeHealth', ...strict },
)

const load = new MachineLoad()

const health = defineRoute({
  method: 'GET',
  paths: ['/api/health'],
  id: 'officeHealth',
  tag: 'Health',
  summary: 'Whether this node should be given requests, and how its machine is doing',
  permission: 'open',
  unlimited: true,
  answers: {
    200: { description: 'It should.', schema: OfficeHealth },
    503: { description: 'It should not (exactly when /readyz says so).', schema: OfficeHealth },
  },
  handle: ({ app }) => {
    const { clock } = app
    const checks = app.readiness()
    const failed = checks.find(({ why }) => why !== null)
    const database = checks.find(({ name }) => name === DATABASE_CHECK)?.why ?? null
    const askedMs = clock.monotonicMs()
    if (database === null) app.store.reads.changesBefore(null, 1)
    const response_time = Math.round((clock.monotonicMs() - askedMs) * 1000) / 1000
    const body = {
      status: failed === undefined ? 'healthy' : 'unhealthy',
      timestamp: timestamp(clock.wallMs()),
      version: app.version,
      ...(failed === undefined ? {} : { reason: `${failed.name}: ${failed.why}` }),
      components: {
        database: { status: database === null ? 'healthy' : 'unhealthy', response_time },
        redis: { status: 'disabled' },
      },
      metrics: { uptime: Math.floor((askedMs - app.startedMs) / 1000), ...load.percents() },
    }
    return {
      status: failed === undefined ? 200 : 503,
      body: JSON.stringify(body),
      headers: failed === undefined ? [] : ['Retry-After', '1'],
    }
  },
})

export const healthRoutes: readonly Route[] = [health]
