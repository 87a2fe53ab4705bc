// /ipam/reservations: regions and addresses kept for whoever asked, until he converts or cancels them (CONTRACT.md 3.1, D-21).
import { randomUUID } from 'node:crypto'
import {
  type ConvertReservationCommand,
  DEFAULT_VRF_NAME,
  formatAddress,
  formatCidr,
  type Reservation,
} from '../../../ledger/index.js'
import type { ReservationFilter } from '../../../store/index.js'
import { invalid } from '../../api-error.js'
import { demand } from '../../authorize.js'
import type { Call } from '../../call.js'
import { jsonWriter } from '../../json-writer.js'
import { ifMatchRevision } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import { changed, etag } from './answers.js'
import { userIdText } from './comments.js'
import { missing } from './missing.js'
import { paginationOf, windowOf } from './pages.js'
import { at, IPAM_PATH } from './paths.js'
import { octetsOf } from './region-presenter.js'
import { convertedAnswer, targetOf } from './reservation-conversion.js'
import * as schemas from './reservation-schemas.js'
import { callerOf, everReservation, findReservation, isRegionSized } from './reservations-found.js'
import { uuidOf } from './uuids.js'

const tag = 'Reservations'
const one = at('/reservations/:id')
const DAY_MS = 86_400_000

const writeReservation = jsonWriter(schemas.Reservation)
const writePage = jsonWriter(schemas.ReservationPage)

const createReservation = defineRoute({
  method: 'POST',
  paths: at('/reservations'),
  id: 'ipamCreateReservation',
  tag,
  summary: 'Reserve a region or an address',
  description: 'For whoever asks: nobody else is given it, on any surface.',
  permission: 'allocate',
  body: schemas.NewReservation,
  answers: { 201: { description: 'The reservation.', schema: schemas.Reservation } },
  handle: async (call, { body }) => {
    const { reason, expires_in_days: days } = body
    const command = {
      type: 'reservation.place',
      uid: randomUUID(),
      vrf: DEFAULT_VRF_NAME,
      cidr: cidrOf(body),
      reason: reason || null,
      ttlMs: days === undefined || days === null ? null : days * DAY_MS,
    } as const
    const decided = await submit(call, command, body)
    const { reservation } = resultOf(decided.result, 'reservation')
    const place = `${IPAM_PATH}/reservations/${reservation.uid}`
    return changed(decided, reservation, reservationText(call, reservation), place)
  },
})

type PlaceAsked = {
  readonly resource_type: string
  readonly x_octet: number
  readonly y_octet: number
  readonly z_octet?: number | null
}

/** First and last number of a host in its region. */
const Z_FIRST = 1
const Z_LAST = 254

/** @throws ApiError 400 */
function cidrOf({ resource_type, x_octet: x, y_octet: y, z_octet: z }: PlaceAsked): string {
  if (resource_type === 'region') return `10.${x}.${y}.0/24`
  if (z === undefined || z === null) throw missing('z_octet', 'a host has one')
  if (z < Z_FIRST || z > Z_LAST)
    throw invalid('z_octet', z, `it must be between ${Z_FIRST} and ${Z_LAST}`)
  return `10.${x}.${y}.${z}/32`
}

const listReservations = defineRoute({
  method: 'GET',
  paths: at('/reservations'),
  id: 'ipamListReservations',
  tag,
  summary: 'List your reservations',
  description: 'The newest first. All conditions are to hold.',
  permission: 'read',
  reads: true,
  query: schemas.Listed,
  answers: { 200: { description: 'A page of them.', schema: schemas.ReservationPage } },
  handle: async (call, { query }) => {
    if (query.all === true) await demand(call, 'admin')
    await call.awaitRead()
    const filter = {
      holderId: query.all === true ? null : callerOf(call).id,
      status: (query.status ?? null) as ReservationFilter['status'],
      kind: (query.resource_type ?? null) as ReservationFilter['kind'],
    }
    const { regions } = call.app.store.reads
    const { rows, total } = regions.reservationPage(filter, windowOf(query))
    const results = rows.map(reservation => presentReservation(call, reservation))
    return { status: 200, body: writePage({ results, pagination: paginationOf(query, total) }) }
  },
})

const readReservation = defineRoute({
  method: 'GET',
  paths: one,
  id: 'ipamReadReservation',
  tag,
  summary: 'Read a reservation',
  description: "One's own; an admin's, anybody's.",
  permission: 'read',
  reads: true,
  tagged: false,
  answers: { 200: { description: 'The reservation.', schema: schemas.Reservation } },
  handle: async call => {
    await call.awaitRead()
    const reservation = findReservation(call, call.param('id'))
    return { status: 200, body: reservationText(call, reservation), headers: etag(reservation) }
  },
})

const convertReservation = defineRoute({
  method: 'POST',
  paths: at('/reservations/:id/convert'),
  id: 'ipamConvertReservation',
  tag,
  summary: 'Make what is reserved',
  description:
    'Of a region with `region_name`, of an address with `hostname`. An address needs a network that contains it, and a region reservation around it is converted first.',
  permission: 'allocate',
  conditional: true,
  body: schemas.Conversion,
  answers: { 201: { description: 'What was made.', schema: schemas.Converted } },
  handle: async (call, { body }) => {
    const ifRevision = ifMatchRevision(call)
    await call.awaitNewest()
    const found = everReservation(call, call.param('id'))
    const to: ConvertReservationCommand['to'] = targetOf(found, body)
    const command = { type: 'reservation.convert', id: found.id, ifRevision, to } as const
    const { result, headers } = await submit(call, command, body)
    return convertedAnswer(call, resultOf(result, 'conversion'), headers)
  },
})

const deleteReservation = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'ipamDeleteReservation',
  tag,
  summary: 'Cancel a reservation',
  description:
    "One's own, or as an admin anybody's. One that is over is not shown any more; what it became stays.",
  permission: 'release',
  conditional: true,
  answers: { 204: { description: 'It is gone.' } },
  handle: async (call): Promise<Answer> => {
    const ifRevision = ifMatchRevision(call)
    await call.awaitNewest()
    // With a key only the ledger knows whether this very request has done it.
    const retried = call.header('idempotency-key') !== undefined
    const find = retried ? everReservation : findReservation
    const { id, status } = find(call, call.param('id'))
    const command =
      status === 'active' || status === 'cancelled'
        ? ({ type: 'reservation.cancel', id, ifRevision, reason: null } as const)
        : ({ type: 'reservation.dismiss', id, ifRevision } as const)
    const { headers } = await submit(call, command, undefined)
    return { status: 204, body: null, headers }
  },
})

function reservationText(call: Call, reservation: Reservation): string {
  return writeReservation(presentReservation(call, reservation))
}

function presentReservation(call: Call, reservation: Reservation) {
  const { family, first, allocationId, madeNetworkId } = reservation
  const isRegion = isRegionSized(reservation)
  const { x, y, z } = octetsOf(reservation)
  const madeOf = (kind: 'region' | 'host', id: number | null) =>
    id === null ? null : uuidOf(call, kind, id)
  return {
    reservation_id: reservation.uid,
    user_id: userIdText(reservation.holderId),
    resource_type: isRegion ? 'region' : 'host',
    x_octet: x,
    y_octet: y,
    z_octet: isRegion ? null : z,
    reserved_address: isRegion ? formatCidr(reservation) : formatAddress(family, first),
    reason: reservation.reason,
    status: reservation.status,
    expires_at: timestampOrNull(reservation.expiresMs),
    created_at: timestamp(reservation.createdMs),
    created_by: reservation.holder,
    metadata: {},
    resource_id: isRegion ? madeOf('region', madeNetworkId) : madeOf('host', allocationId),
  }
}

export const reservationRoutes: readonly Route[] = [
  createReservation,
  listReservations,
  readReservation,
  convertReservation,
  deleteReservation,
]
