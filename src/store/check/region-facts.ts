// What rows of countries and comments, facets of regions and details of hosts must have in common with their images in history, in the
// images' words.
import type { AllocationDetails, Country, Network } from '../../ledger/index.js'
import type { Database } from '../open.js'
import {
  COMMENT_COLUMNS,
  type CommentRaw,
  commentOf,
  readCountries,
} from '../tables/region-rows.js'
import type { Facts, KindOfRow } from './row-facts.js'

/** All of them are undefined without a facet. */
export function regionFacts({ region }: Network): Facts {
  return {
    region_name: region?.name,
    region_owner: region?.owner,
    region_status: region?.status,
    region_created_by: region?.createdBy,
    region_created_by_name: region?.createdByName,
  }
}

/** All of them are undefined when nothing is said of a host. */
export function hostFacts(details: AllocationDetails | null): Facts {
  const host = details?.host ?? undefined
  return {
    os_type: host?.osType,
    application: host?.application,
    cost_center: host?.costCenter,
    purpose: host?.purpose,
    notes: host?.notes,
  }
}

export function countryRows(db: Database): KindOfRow {
  const byId = new Map(readCountries(db).map(country => [country.id, country]))
  return {
    facts: id => {
      const country = byId.get(id)
      return country === undefined ? null : countryFacts(country)
    },
    count: () => byId.size,
  }
}

function countryFacts({ code, name, continent, xFirst, xLast, revision }: Country): Facts {
  return { code, name, continent, x_first: xFirst, x_last: xLast, revision }
}

export function commentRows(db: Database): KindOfRow {
  const select = db
    .prepare<[number], CommentRaw>(`SELECT ${COMMENT_COLUMNS} FROM comments WHERE id = ?`)
    .raw()
  return {
    facts: id => {
      const raw = select.get(id) as unknown as CommentRaw | undefined
      return raw === undefined ? null : commentFacts(raw)
    },
    count: () => db.prepare('SELECT count(*) FROM comments').pluck().get() as number,
  }
}

function commentFacts(raw: CommentRaw): Facts {
  const { resourceType, resourceId, userId, author, text } = commentOf(raw)
  return { resource_type: resourceType, resource_id: resourceId, user_id: userId, author, text }
}
