// Columns that hold JSON, and those that only have a value together with another: what reading a row relies on.
import type { Database } from '../open.js'
import { type ColumnRule, notJson } from './column-rule.js'
import type { Findings } from './findings.js'
import { ipamColumns, ipamSense } from './ipam-columns.js'

const GATEWAY_BYTES = 16
const REST_FIELDS = 5
/** A list, when something is said of a host. */
const HOST_FIELDS = 5

const subnetRules: readonly ColumnRule[] = [
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

const regionRules: readonly ColumnRule[] = [
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

const detailsRules: readonly ColumnRule[] = ['claims', 'past_allocations'].flatMap(table => [
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
  addFaults(db, [...subnetRules, ...regionRules, ...detailsRules, ...ipamColumns], findings)
  return findings.list.length === 0
}

/** Of rows that can be read. */
export function checkSense(db: Database, findings: Findings): void {
  addFaults(db, ipamSense, findings)
}

function addFaults(db: Database, rules: readonly ColumnRule[], findings: Findings): void {
  for (const { table, wrong, fault, ...rule } of rules) {
    const { key = 'id', named = table === 'networks' ? 'Network' : 'Allocation' } = rule
    const select = db.prepare<[], number>(
      `SELECT ${key} FROM ${table} WHERE ${wrong} ORDER BY ${key}`,
    )
    for (const id of select.pluck().iterate()) findings.add('columns', `${named} ${id} ${fault}.`)
  }
}
