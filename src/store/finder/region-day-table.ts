// Writes down what began and ended in each region on each day, as Changes tell it: with the region that each was in at that time.
import { type Change, type Image, parseAddress } from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import { regionKeyOf } from './region-bits.js'

const DAY_MS = 86_400_000
const COLUMNS = [
  'regions_created',
  'regions_retired',
  'hosts_allocated',
  'hosts_released',
  'addresses_allocated',
  'addresses_released',
] as const
type Column = (typeof COLUMNS)[number]
type Counts = Partial<Record<Column, number>>
type Counted = { readonly regionId: number; readonly x: number; readonly counts: Counts }
const IPV4 = /^10\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/

export class RegionDayTable {
  readonly #add: readonly Statement[]
  readonly #prune: readonly Statement<[number]>[]

  constructor(db: Database) {
    const sums = COLUMNS.map(column => `${column} = ${column} + excluded.${column}`).join(', ')
    this.#add = [
      ['region_days', 'region_id'],
      ['x_days', 'x'],
    ].map(([table, key]) =>
      db.prepare(
        `INSERT INTO ${table} (${key}, day, ${COLUMNS.join(', ')}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET ${sums}`,
      ),
    )
    this.#prune = ['region_days', 'x_days'].map(table =>
      db.prepare<[number]>(`DELETE FROM ${table} WHERE day < ?`),
    )
  }

  /** One that was not counted yet. */
  add(change: Change): void {
    const counted = ofRegion(change) ?? ofHost(change)
    if (counted === null) return
    const day = Math.floor(change.timeMs / DAY_MS)
    const counts = COLUMNS.map(column => counted.counts[column] ?? 0)
    const [byRegion, byX] = this.#add
    byRegion?.run(counted.regionId, day, ...counts)
    byX?.run(counted.x, day, ...counts)
  }

  prune(beforeDay: number): void {
    for (const statement of this.#prune) statement.run(beforeDay)
  }
}

/** As the events region.created and region.retired have it: what counts is whether the network has the facet. */
function ofRegion({ entity, entityId, before, after }: Change): Counted | null {
  if (entity !== 'network') return null
  const [was, is] = [isRegion(before), isRegion(after)]
  const key = regionKeyOf(after ?? before)
  if (was === is || key === null) return null
  return {
    regionId: entityId,
    x: key >> 8,
    counts: { [is ? 'regions_created' : 'regions_retired']: 1 },
  }
}

function isRegion(image: Image | null): boolean {
  return image !== null && image.region_name !== undefined
}

function ofHost({ action, regionId, before, after }: Change): Counted | null {
  const image = after ?? before
  if (regionId === undefined || image === null || image.allocated_cidr !== null) return null
  const [, x] = IPV4.exec(String(image.ip)) ?? []
  if (x === undefined) return null
  const addresses = addressesOf(image)
  if (action === 'allocation.created') {
    const counts = { hosts_allocated: 1, addresses_allocated: addresses }
    return { regionId, x: Number(x), counts }
  }
  if (action !== 'allocation.released' && action !== 'allocation.expired') return null
  const counts = { hosts_released: 1, addresses_released: addresses }
  return { regionId, x: Number(x), counts }
}

function addressesOf({ ip, end_ip }: Image): number {
  const [first, last] = [parseAddress(String(ip)), parseAddress(String(end_ip ?? ip))]
  return first === null || last === null ? 0 : Number(last.value - first.value) + 1
}
