// Rows of VRFs and networks.
import {
  addressToBytes,
  bytesToAddress,
  type Network,
  type PoolFacet,
  type Vrf,
} from '../../ledger/index.js'
import { familyOf } from '../codec/entity-codec.js'
import { strategies } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { type RegionRaw, regionOf, regionToRaw } from './region-columns.js'
import { type SubnetRaw, subnetOf, subnetToRaw } from './subnet-columns.js'
import { tagsToText, textToTags } from './tags-text.js'

export const VRF_COLUMNS = 'id, name, description, created_ms, revision'
export const NETWORK_COLUMNS = `id, vrf_id, family, first, prefix_length, description, tags, hold_hours,
  created_ms, updated_ms, revision, pool_id, pool_name, pool_description, pool_strategy,
  pool_strategy_revision, pool_created_ms, subnet_custom_fields, subnet_gateway, subnet_vlan_id,
  subnet_location, subnet_created_by, region_name, region_owner, region_status, region_created_by,
  region_created_by_name, region_created_ms`

type VrfRaw = [number, string, string | null, number, number]
export type NetworkRaw = [
  id: number,
  vrfId: number,
  family: number,
  first: Uint8Array,
  prefixLength: number,
  description: string | null,
  tags: string,
  holdHours: number,
  createdMs: number,
  updatedMs: number,
  revision: number,
  ...pool: PoolRaw | NoPoolRaw,
  ...subnet: SubnetRaw,
  ...region: RegionRaw,
]
type PoolRaw = [
  id: number,
  name: string,
  description: string | null,
  strategy: number,
  strategyRevision: number,
  createdMs: number,
]
type NoPoolRaw = [null, null, null, null, null, null]

const NO_POOL: NoPoolRaw = [null, null, null, null, null, null]

export function readVrfs(db: Database): Vrf[] {
  const select = db.prepare<[], VrfRaw>(`SELECT ${VRF_COLUMNS} FROM vrfs ORDER BY id`).raw()
  return select.all().map(([id, name, description, createdMs, revision]) => {
    return { id, name, description, createdMs, revision }
  })
}

export function readNetworks(db: Database): Network[] {
  const sql = `SELECT ${NETWORK_COLUMNS} FROM networks ORDER BY id`
  return db.prepare<[], NetworkRaw>(sql).raw().all().map(networkOf)
}

export function networkOf(raw: NetworkRaw): Network {
  return {
    id: raw[0],
    vrfId: raw[1],
    family: familyOf(raw[2]),
    first: bytesToAddress(raw[3]),
    prefixLength: raw[4],
    description: raw[5],
    tags: textToTags(raw[6]),
    holdHours: raw[7],
    createdMs: raw[8],
    updatedMs: raw[9],
    revision: raw[10],
    pool: poolOf(raw.slice(11, 17) as PoolRaw | NoPoolRaw),
    subnet: subnetOf(raw.slice(17, 22) as SubnetRaw),
    region: regionOf(raw.slice(22) as RegionRaw),
  }
}

function poolOf(raw: PoolRaw | NoPoolRaw): PoolFacet | null {
  const [id, name, description, strategy, strategyRevision, createdMs] = raw
  if (id === null) return null
  return {
    id,
    name,
    description,
    strategy: strategies.nameOf(strategy),
    strategyRevision,
    createdMs,
  }
}

function poolToRaw(pool: PoolFacet): PoolRaw {
  const { id, name, description, strategy, strategyRevision, createdMs } = pool
  return [id, name, description, strategies.codeOf(strategy), strategyRevision, createdMs]
}

export class NounRows {
  readonly #putVrf: Statement
  readonly #deleteVrf: Statement<[number]>
  readonly #putNetwork: Statement
  readonly #deleteNetwork: Statement<[number]>

  constructor(db: Database) {
    this.#putVrf = db.prepare(`REPLACE INTO vrfs (${VRF_COLUMNS}) VALUES (?, ?, ?, ?, ?)`)
    this.#deleteVrf = db.prepare('DELETE FROM vrfs WHERE id = ?')
    this.#putNetwork = db.prepare(
      `REPLACE INTO networks (${NETWORK_COLUMNS})
       VALUES (${NETWORK_COLUMNS.split(',')
         .map(() => '?')
         .join(', ')})`,
    )
    this.#deleteNetwork = db.prepare('DELETE FROM networks WHERE id = ?')
  }

  saveVrf(vrf: Vrf): void {
    this.#putVrf.run(vrf.id, vrf.name, vrf.description, vrf.createdMs, vrf.revision)
  }

  deleteVrf(id: number): void {
    this.#deleteVrf.run(id)
  }

  saveNetwork(network: Network): void {
    this.#putNetwork.run(
      network.id,
      network.vrfId,
      network.family,
      addressToBytes(network.first),
      network.prefixLength,
      network.description,
      tagsToText(network.tags),
      network.holdHours,
      network.createdMs,
      network.updatedMs,
      network.revision,
      ...(network.pool === null ? NO_POOL : poolToRaw(network.pool)),
      ...subnetToRaw(network.subnet),
      ...regionToRaw(network.region),
    )
  }

  deleteNetwork(id: number): void {
    this.#deleteNetwork.run(id)
  }
}
