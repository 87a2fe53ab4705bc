// What a reservation becomes: a region or a host, by what the body says of it.
import type { ConvertReservationCommand, Reservation } from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import type { Answer } from '../../route.js'
import type { ResultOf } from '../../submit.js'
import { isRegion } from './found.js'
import { type HostSaid, newHost } from './host-facts.js'
import { presentHost } from './host-presenter.js'
import { missing } from './missing.js'
import { IPAM_PATH } from './paths.js'
import { presentRegion } from './region-presenter.js'
import { factsOf } from './regions.js'
import { isRegionSized } from './reservations-found.js'

type Said = HostSaid & { readonly region_name?: string; readonly hostname?: string }

/** What is said of regions as of hosts. */
const ofBoth = ['description', 'owner', 'tags']

/** @throws ApiError 400 where the body speaks of the other kind */
export function targetOf(reservation: Reservation, body: Said): ConvertReservationCommand['to'] {
  const { region_name, hostname } = body
  if (isRegionSized(reservation)) {
    if (region_name === undefined) throw missing('region_name', 'a region has one')
    const foreign = Object.keys(body).find(
      field => field !== 'region_name' && !ofBoth.includes(field),
    )
    if (foreign !== undefined)
      throw invalid(foreign, Reflect.get(body, foreign), 'it is said of hosts, not of a region')
    return { region: factsOf({ ...body, region_name }) }
  }
  if (hostname === undefined) throw missing('hostname', 'a host has one')
  if (region_name !== undefined)
    throw invalid('region_name', region_name, 'it is said of regions, not of a host')
  return { host: { hostname, ...newHost(body) } }
}

export function convertedAnswer(
  call: Call,
  { network, allocation }: ResultOf<'conversion'>,
  headers: string[],
): Answer {
  const body = network === null ? hostMade(call, allocation) : regionMade(call, network)
  headers.push('Location', `${IPAM_PATH}/${body.resource_type}s/${body.resource_id}`)
  return { status: 201, body: JSON.stringify(body), headers }
}

function regionMade(call: Call, network: NonNullable<ResultOf<'conversion'>['network']>) {
  if (!isRegion(network)) throw new Error('The ledger converted a reservation to no region.')
  const shown = presentRegion(call, network)
  return { resource_id: shown.region_id, resource_type: 'region', allocation: shown }
}

function hostMade(call: Call, allocation: ResultOf<'conversion'>['allocation']) {
  if (allocation === null) throw new Error('The ledger converted a reservation to nothing.')
  const shown = presentHost(call, allocation)
  return { resource_id: shown.host_id, resource_type: 'host', allocation: shown }
}
