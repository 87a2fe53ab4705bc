// Columns that hold JSON, and those that only have a value together with another: what reading a row relies on.
import type { Database } from '../open.js'
import type { Findings } from './findings.js'

type Rule = {
  readonly table: string
  /** What is wrong with a row, as SQL. */
  readonly wrong: string
  /** The row's fault, behind its name. */
  readonly fault: string
}

const GATEWAY_BYTES = 16
const REST_FIELDS = 5
/** A list, when something is said of a host. */
const HOST_FIELDS = 5

const subnetRules: readonly Rule[] = [
  {
    table: 'networks',
    wrong: notJson('subnet_custom_fields', 'object'),
    fault: 'has custom fields that are no object',
  },
  {
    table: 'networks',
    wrong: `subnet_custom_fields IS NULL AND coalesce(
      subnet_gateway, subnet_vlan_id, subnet_location, subnet_created_by) IS NOT NULL`,
    fault: 'has a part of a subnet facet and no facet',
  },
  {
    table: 'networks',
    wrong: `length(subnet_gateway) <> ${GATEWAY_BYTES}`,
    fault: 'has a gateway that is no address',
  },
  {
    table: 'networks',
    wrong: 'subnet_vlan_id NOT BETWEEN 1 AND 4094',
    fault: 'has a VLAN id that there is not',
  },
]

const regionRules: readonly Rule[] = [
  {
    table: 'networks',
    wrong: `region_name IS NULL AND coalesce(
      region_owner, region_status, region_created_by, region_created_by_name, region_created_ms) IS NOT NULL`,
    fault: 'has a part of a region facet and no facet',
  },
  {
    table: 'networks',
    wrong: `region_name IS NOT NULL AND (
      region_created_ms IS NULL OR region_status IS NULL OR region_status NOT IN (0, 1))`,
    fault: 'has a region facet that cannot be read',
  },
  {
    table: 'networks',
    wrong: `region_name IS NOT NULL AND (vrf_id <> 1 OR family <> 4 OR prefix_length <> 24
      OR hex(substr(first, 13, 1)) <> '0A')`,
    fault: 'is a region and no 10.X.Y.0/24 of the default VRF',
  },
]

const detailsRules: readonly Rule[] = ['claims', 'past_allocations'].flatMap(table => [
  { table, wrong: notJson('former_macs', 'array'), fault: 'has former MACs that are no list' },
  {
    table,
    wrong: `${notJson('details', 'array')} OR (json_valid(details) AND (
      json_array_length(details) NOT IN (${REST_FIELDS}, ${REST_FIELDS + 1})
      OR json_type(details, '$[2]') <> 'object'
      OR coalesce(json_array_length(details, '$[5]'), ${HOST_FIELDS}) <> ${HOST_FIELDS}))`,
    fault: 'has details that cannot be read',
  },
  {
    table,
    wrong: 'details IS NULL AND coalesce(mac, former_macs) IS NOT NULL',
    fault: 'has a MAC and no details',
  },
])

/** @returns whether rows can be read. */
export function checkColumns(db: Database, findings: Findings): boolean {
  for (const { table, wrong, fault } of [...subnetRules, ...regionRules, ...detailsRules]) {
    const select = db.prepare<[], number>(`SELECT id FROM ${table} WHERE ${wrong} ORDER BY id`)
    const what = table === 'networks' ? 'Network' : 'Allocation'
    for (const id of select.pluck().iterate()) findings.add('columns', `${what} ${id} ${fault}.`)
  }
  return findings.list.length === 0
}

function notJson(column: string, type: 'object' | 'array'): string {
  return `${column} IS NOT NULL AND (NOT json_valid(${column}) OR json_type(${column}) <> '${type}')`
}
