// What reports take and give (document 004, 5).
import { Type } from '@sinclair/typebox'
import { shownCustomFields } from '../../address-facts.js'
import { dayText } from '../../dates.js'
import { line, strict, stringOrNull, timestamp, timestampOrNull } from '../../schema-parts.js'

const NETWORK_CHARS_MAX = 43

const count = Type.Integer({ minimum: 0 })
const percent = Type.Number({ description: 'Allocated of total, two decimals.' })
const network = Type.String({ ...line(1, NETWORK_CHARS_MAX), examples: ['192.168.1.0/24'] })

const sums = {
  total_subnets: count,
  total_ips: count,
  allocated_ips: count,
  reserved_ips: count,
  available_ips: count,
  utilization: percent,
}
const sumsNote = 'Addresses are summed over IPv4 subnets; subnets are counted all.'

export const Dashboard = Type.Object(
  {
    summary: Type.Object(sums, { title: 'Summary', description: sumsNote, ...strict }),
    subnet_utilization: Type.Array(
      Type.Object(
        {
          subnet_id: Type.Integer(),
          network,
          utilization: percent,
          total_ips: count,
          allocated_ips: count,
        },
        { title: 'SubnetUtilization', ...strict },
      ),
      { description: 'The fullest ones.' },
    ),
    recent_activities: Type.Array(
      Type.Object(
        {
          action: Type.String({ examples: ['allocate'] }),
          ip_address: Type.String(),
          user: Type.String(),
          timestamp: Type.String(timestamp),
        },
        { title: 'Activity', ...strict },
      ),
      { description: 'What happened to addresses, the latest first.' },
    ),
  },
  { title: 'Dashboard', ...strict },
)

export const SubnetDetail = Type.Object(
  {
    subnet_id: Type.Integer(),
    network,
    total_ips: count,
    allocated_ips: count,
    reserved_ips: count,
    available_ips: count,
    utilization_rate: percent,
    allocated_in_period: count,
    released_in_period: count,
  },
  { title: 'SubnetDetail', ...strict },
)

export const UtilizationSummary = Type.Object(
  {
    ...sums,
    start_date: dayText,
    end_date: dayText,
    allocated_in_period: count,
    released_in_period: count,
  },
  { title: 'UtilizationSummary', description: sumsNote, ...strict },
)

export const Trend = Type.Object(
  { date: dayText, allocated: count, released: count },
  {
    title: 'Trend',
    description: 'Claims that began and ended on that day, whatever their size.',
    ...strict,
  },
)

export const UtilizationReport = Type.Object(
  {
    subnet_details: Type.Array(SubnetDetail),
    summary: UtilizationSummary,
    allocation_trends: Type.Array(Trend),
  },
  { title: 'UtilizationReport', ...strict },
)

export const InventoryEntry = Type.Object(
  {
    ip_address: Type.String(),
    end_ip_address: Type.String({ nullable: true, description: 'Of a run or a block.' }),
    subnet_id: Type.Integer(),
    subnet_network: network,
    status: Type.String({ enum: ['allocated', 'conflict', 'reserved'] }),
    mac_address: stringOrNull,
    hostname: stringOrNull,
    device_type: stringOrNull,
    location: stringOrNull,
    assigned_to: stringOrNull,
    description: stringOrNull,
    tags: Type.Array(Type.String()),
    custom_fields: shownCustomFields,
    allocated_at: timestampOrNull,
    created_at: Type.String(timestamp),
  },
  { title: 'InventoryEntry', ...strict },
)

export const InventoryReport = Type.Object(
  { ip_addresses: Type.Array(InventoryEntry), total_count: count },
  { title: 'InventoryReport', ...strict },
)

export type Format = 'json' | 'csv' | 'pdf'
const format = Type.Unsafe<Format>(Type.String({ enum: ['json', 'csv', 'pdf'] }))
export const formatAsked = Type.Optional(
  Type.Unsafe<Format>({ ...format, description: 'json unless said.' }),
)

const subnetId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
export type InventoryStatus = 'allocated' | 'reserved'
const status = Type.Unsafe<InventoryStatus>(
  Type.String({
    enum: ['allocated', 'reserved'],
    description: 'allocated: conflicts, too; reserved: also what is kept back after its release.',
  }),
)

export const utilizationFilters = {
  subnet_id: Type.Optional(subnetId),
  start_date: Type.Optional({ ...dayText, description: '30 days to end_date unless said.' }),
  end_date: Type.Optional({ ...dayText, description: 'Today, by UTC, unless said.' }),
}
export const inventoryFilters = {
  subnet_id: Type.Optional(subnetId),
  status: Type.Optional(status),
}

export const ExportOrder = Type.Object(
  {
    report_type: Type.Unsafe<'utilization' | 'inventory'>(
      Type.String({ enum: ['utilization', 'inventory'] }),
    ),
    format,
    filters: Type.Optional(
      Type.Object(
        { ...utilizationFilters, ...inventoryFilters },
        {
          title: 'ExportFilters',
          description: 'start_date and end_date of utilization, status of inventory.',
          ...strict,
        },
      ),
    ),
  },
  { title: 'ExportOrder', ...strict },
)
