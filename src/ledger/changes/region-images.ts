// Countries, regions, hosts and comments as history keeps them (images.ts).
import type { AllocationDetails, Image, Network } from '../entities.js'
import type { Comment, Country } from '../regions/nouns.js'
import { isoTime } from './iso-time.js'

export function countryImage(country: Country): Image {
  return {
    id: country.id,
    code: country.code,
    name: country.name,
    continent: country.continent,
    x_first: country.xFirst,
    x_last: country.xLast,
    created_at: isoTime(country.createdMs),
    updated_at: isoTime(country.updatedMs),
    revision: country.revision,
  }
}

export function commentImage(comment: Comment): Image {
  return {
    id: comment.id,
    resource_type: comment.resourceType,
    resource_id: comment.resourceId,
    user_id: comment.userId,
    author: comment.author,
    text: comment.text,
    created_at: isoTime(comment.createdMs),
  }
}

/** Histories of networks that are no region read as they did before there were regions. */
export function regionFields({ region }: Network): Image {
  if (region === null) return {}
  return {
    region_name: region.name,
    region_owner: region.owner,
    region_status: region.status,
    region_created_by: region.createdBy,
    region_created_by_name: region.createdByName,
    region_created_at: isoTime(region.createdMs),
  }
}

/** As with regions. */
export function hostFields({ host }: AllocationDetails): Image {
  if (host === null) return {}
  return {
    os_type: host.osType,
    application: host.application,
    cost_center: host.costCenter,
    purpose: host.purpose,
    notes: host.notes,
  }
}
