// /api/reports (document 004, 5): the dashboard, how full subnets are, who has which address, and both as files.
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { sendInventory, sendUtilization } from './reports-answers.js'
import { dashboardText } from './reports-dashboard.js'
import { periodOf } from './reports-period.js'
import * as schemas from './reports-schemas.js'

const tag = 'Reports'
const files = ['text/csv', 'application/pdf']

const dashboard = defineRoute({
  method: 'GET',
  paths: ['/api/reports/dashboard'],
  id: 'readDashboard',
  tag,
  summary: 'How full everything is, and what happened last',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'All of it.', schema: schemas.Dashboard } },
  handle: async call => {
    await call.awaitRead()
    return { status: 200, body: await dashboardText(call.app) }
  },
})

const utilization = defineRoute({
  method: 'GET',
  paths: ['/api/reports/utilization'],
  id: 'readUtilizationReport',
  tag,
  summary: 'How full each subnet is, and what began and ended in a period',
  description:
    'Subnets in the order of their addresses. CSV has all of them, PDF the first 10,000; in Chinese a CSV begins with a byte order mark.',
  permission: 'read',
  reads: true,
  query: Type.Object({ ...schemas.utilizationFilters, format: schemas.formatAsked }),
  answers: {
    200: { description: 'The report, streamed.', schema: schemas.UtilizationReport, files },
  },
  handle: async (call, { query }) => {
    const asked = utilizationAsked(call, query)
    await call.awaitRead()
    return sendUtilization(call, asked, { format: query.format ?? 'json', saved: false })
  },
})

const inventory = defineRoute({
  method: 'GET',
  paths: ['/api/reports/inventory'],
  id: 'readInventoryReport',
  tag,
  summary: 'Everything that has addresses',
  description:
    'One entry for a run or a block; free addresses have none. Subnet by subnet, each as it is when it is read. CSV has all of it, PDF the first 10,000 entries.',
  permission: 'read',
  reads: true,
  query: Type.Object({ ...schemas.inventoryFilters, format: schemas.formatAsked }),
  answers: {
    200: { description: 'The report, streamed.', schema: schemas.InventoryReport, files },
  },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { format = 'json' } = query
    return sendInventory(call, inventoryAsked(query), { format, saved: false })
  },
})

const exportReport = defineRoute({
  method: 'POST',
  paths: ['/api/reports/export'],
  id: 'exportReport',
  tag,
  summary: 'A report as a file to be saved',
  permission: 'update',
  limit: 'export',
  body: schemas.ExportOrder,
  answers: {
    200: {
      description: 'The file, streamed; its name is in Content-Disposition.',
      schema: Type.Unsafe(Type.Object({}, { additionalProperties: true })),
      files,
    },
  },
  handle: async (call, { body }) => {
    const { report_type, format, filters = {} } = body
    const sending = { format, saved: true }
    if (report_type === 'inventory') {
      refuseOthers(filters, schemas.inventoryFilters)
      await call.awaitNewest()
      return sendInventory(call, inventoryAsked(filters), sending)
    }
    refuseOthers(filters, schemas.utilizationFilters)
    const asked = utilizationAsked(call, filters)
    await call.awaitNewest()
    return sendUtilization(call, asked, sending)
  },
})

type Filters = NonNullable<Static<typeof schemas.ExportOrder>['filters']>

/** A filter that means nothing to the report would be taken for one that holds. @throws ApiError 400 */
function refuseOthers(filters: Filters, known: { readonly [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(filters))
    if (!Object.hasOwn(known, name)) throw invalid(`filters.${name}`, value, 'it is not known here')
}

/** @throws ApiError 400 */
function utilizationAsked(call: Call, filters: Filters) {
  return { subnetId: filters.subnet_id ?? null, period: periodOf(call, filters) }
}

function inventoryAsked({ subnet_id, status }: Filters) {
  return { subnetId: subnet_id ?? null, status: status ?? null }
}

export const reportRoutes: readonly Route[] = [dashboard, utilization, inventory, exportReport]
