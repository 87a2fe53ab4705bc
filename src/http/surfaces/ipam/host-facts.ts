// What may be said of a host, from this surface's words to the ledger's.
import type { AllocationFacts, HostFacts } from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import { type TagMap, tagListOf } from './tag-map.js'

const deviceTypes = ['VM', 'Container', 'Physical', 'Network', 'Storage', 'Other']

export type HostSaid = {
  readonly device_type?: string | null
  readonly os_type?: string | null
  readonly application?: string | null
  readonly cost_center?: string | null
  readonly owner?: string | null
  readonly purpose?: string | null
  readonly description?: string | null
  readonly notes?: string | null
  readonly tags?: TagMap
}

/** Only what is said; an empty text says that there is none. @throws ApiError 400 */
export function hostFacts(body: HostSaid): AllocationFacts {
  const { device_type, owner } = body
  const host = {
    ...said('osType', body.os_type),
    ...said('application', body.application),
    ...said('costCenter', body.cost_center),
    ...said('purpose', body.purpose),
    ...said('notes', body.notes),
  }
  return {
    ...(device_type === undefined ? {} : { deviceType: deviceTypeOf(device_type) }),
    ...(owner === undefined ? {} : { owner: owner || null }),
    ...(Object.keys(host).length === 0 ? {} : { host }),
  }
}

/** Of a new host. @throws ApiError 400 */
export function newHost(body: HostSaid) {
  return {
    description: body.description || null,
    tags: tagListOf(body.tags ?? {}),
    facts: hostFacts(body),
  }
}

function said(name: keyof HostFacts, text: string | null | undefined): Partial<HostFacts> {
  return text === undefined ? {} : { [name]: text || null }
}

/** As the list has it. @throws ApiError 400 */
function deviceTypeOf(text: string | null): string | null {
  if (!text) return null
  const found = deviceTypes.find(type => type.toLowerCase() === text.toLowerCase())
  if (found !== undefined) return found
  throw invalid('device_type', text, `it must be one of ${deviceTypes.join(', ')}`)
}
