// GET /api/reports/alerts (document 004, 5): what somebody should look at.
import { type Static, Type } from '@sinclair/typebox'
import { type Alert, type AlertSeverity, formatCidr } from '../../../ledger/index.js'
import type { Reads } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { DAY_MS } from '../../dates.js'
import { defineRoute, type Route } from '../../route.js'
import { strict, timestamp as timeText } from '../../schema-parts.js'
import { visitInSlices } from '../../slices.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import { alertMessage } from './alerts-messages.js'
import { numberedPage, pageFields, paginationOf, windowOf } from './numbered-pages.js'

/** Read in one go. */
const ROWS_AT_ONCE = 200

const severity = Type.Unsafe<AlertSeverity>(
  Type.String({ enum: ['low', 'medium', 'high', 'critical'] }),
)

const ShownAlert = Type.Object(
  {
    id: Type.Integer(),
    type: Type.String({ enum: ['utilization', 'expiry', 'conflict'] }),
    severity,
    alert_message: Type.String({ description: 'In the language of Content-Language.' }),
    subnet_id: Type.Integer(),
    network: Type.String({ nullable: true, description: 'null: it is gone.' }),
    ip_address: Type.String({
      nullable: true,
      description: 'Of expiry and conflict: one address, a run `first-last` or a block.',
    }),
    value: Type.Number({
      description:
        'utilization: percent; expiry: days that are left, as of now; conflict: how many MAC addresses.',
    }),
    is_resolved: Type.Boolean(),
    resolved_at: Type.String({ ...timeText, nullable: true }),
    created_at: Type.String(timeText),
  },
  { title: 'Alert', ...strict },
)

const filters = Type.Object({
  status: Type.Optional(
    Type.Unsafe<'open' | 'resolved' | 'all'>(
      Type.String({ enum: ['open', 'resolved', 'all'], description: 'open unless said.' }),
    ),
  ),
  severity: Type.Optional(severity),
  ...numberedPage,
})
type Filters = Static<typeof filters>

const listAlerts = defineRoute({
  method: 'GET',
  paths: ['/api/reports/alerts'],
  id: 'listAlerts',
  tag: 'Reports',
  summary: 'List alerts, the latest first',
  description: 'They are raised and resolved as the state changes; nobody resolves them by hand.',
  permission: 'read',
  reads: true,
  query: filters,
  answers: {
    200: {
      description: 'A page of them.',
      schema: Type.Object(
        { data: Type.Array(ShownAlert), ...pageFields },
        { title: 'Alerts', ...strict },
      ),
    },
  },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { alerts, total } = await pageOf(call, query)
    const { pagination } = paginationOf(query, total)
    const body = {
      data: alerts.map(alert => present(call, alert)),
      pagination: { ...pagination, pages: Number(pagination.pages) },
    }
    return { status: 200, body: JSON.stringify(body) }
  },
})

/** Pages are counted out, since alerts are read by their ids; resolved ones are forgotten after a while. */
async function pageOf(call: Call, query: Filters) {
  const { reads } = call.app.store
  const { skip, limit } = windowOf(query)
  const known = query.severity === undefined ? countOf(reads, query) : null
  const alerts: Alert[] = []
  let met = 0
  await visitInSlices(call, asked(reads, query, known === null ? null : skip + limit), alert => {
    met += 1
    if (met > skip && alerts.length < limit) alerts.push(alert)
  })
  return { alerts, total: known ?? met }
}

function countOf(reads: Reads, { status = 'open' }: Filters): number {
  const open = reads.alertCount({ open: true })
  if (status === 'open') return open
  const all = reads.alertCount({ open: false })
  return status === 'all' ? all : all - open
}

/** @param most no more than that; null: all of them */
function* asked(reads: Reads, query: Filters, most: number | null): Generator<Alert, void, void> {
  let given = 0
  for (const alert of newestFirst(reads, (query.status ?? 'open') === 'open')) {
    if (!isAsked(alert, query)) continue
    if (most !== null && given === most) return
    yield alert
    given += 1
  }
}

function* newestFirst(reads: Reads, open: boolean): Generator<Alert, void, void> {
  let afterId = 0
  for (;;) {
    const page = reads.alertPage({ open }, { afterId, limit: ROWS_AT_ONCE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < ROWS_AT_ONCE) return
    afterId = last.id
  }
}

function isAsked(alert: Alert, { status = 'open', severity: wanted }: Filters): boolean {
  if (wanted !== undefined && alert.severity !== wanted) return false
  return status === 'all' || (status === 'open') === (alert.resolvedMs === null)
}

function present(call: Call, alert: Alert) {
  const network = call.app.store.reads.network(alert.networkId)
  return {
    id: alert.id,
    type: alert.kind,
    severity: alert.severity,
    alert_message: alertMessage(alert, call.language),
    subnet_id: alert.networkId,
    network: network === null ? null : formatCidr(network),
    ip_address: alert.allocationId === null ? null : alert.subject,
    value: figureOf(call, alert),
    is_resolved: alert.resolvedMs !== null,
    resolved_at: timestampOrNull(alert.resolvedMs),
    created_at: timestamp(alert.raisedMs),
  }
}

function figureOf(call: Call, { kind, figure }: Alert): number {
  switch (kind) {
    case 'utilization':
      return figure / 100
    case 'expiry':
      return Math.max(0, Math.round(((figure - call.app.nowMs()) / DAY_MS) * 10) / 10)
    case 'conflict':
      return figure
  }
}

export const alertRoutes: readonly Route[] = [listAlerts]
