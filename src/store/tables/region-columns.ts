// The region facet in columns of its network's row, in the order of NETWORK_COLUMNS.
import type { RegionFacet } from '../../ledger/index.js'
import { regionStatuses } from '../codec/name-codes.js'

/** The name is there in every facet. */
export type RegionRaw =
  | [
      name: string,
      owner: string | null,
      status: number,
      createdBy: number | null,
      createdByName: string | null,
      createdMs: number,
    ]
  | [null, null, null, null, null, null]

const NO_REGION: RegionRaw = [null, null, null, null, null, null]

export function regionToRaw(region: RegionFacet | null): RegionRaw {
  if (region === null) return NO_REGION
  const { name, owner, status, createdBy, createdByName, createdMs } = region
  return [name, owner, regionStatuses.codeOf(status), createdBy, createdByName, createdMs]
}

export function regionOf(raw: RegionRaw): RegionFacet | null {
  const [name, owner, status, createdBy, createdByName, createdMs] = raw
  if (name === null) return null
  return { name, owner, status: regionStatuses.nameOf(status), createdBy, createdByName, createdMs }
}
