// /api/ips: allocate, reserve, release (document 004, 2). What an address is now is found out by a linearizable read, and what
// is to end is named by its id: nobody who comes between loses what he has.
import { randomUUID } from 'node:crypto'
import {
  type Address,
  type Allocation,
  type Command,
  DEFAULT_VRF_ID,
  DEFAULT_VRF_NAME,
  formatAddress,
  isSingleAddress,
  type Reservation,
  reservationText,
} from '../../../ledger/index.js'
import type { Occupant } from '../../../store/index.js'
import { readNewFacts } from '../../address-facts.js'
import { ApiError, invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { Refused } from '../../fail.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { type Decided, expectAllocation, resultOf, submit } from '../../submit.js'
import {
  presentOccupant,
  presentReleased,
  presentReservation,
  presentUnreserved,
} from './address-presenter.js'
import { inNoSubnet, subnetToChange } from './address-subnets.js'
import { addressOf, canonicalOrNull, spelled } from './address-text.js'
import { changedAnswer } from './answers.js'
import { IPS_PATH, oneIp, IPS_TAG as tag } from './ips.js'
import * as schemas from './ips-schemas.js'

const changed = { schema: schemas.IpChanged }

const allocateIp = defineRoute({
  method: 'POST',
  paths: [`${IPS_PATH}/allocate`],
  id: 'allocateIp',
  tag,
  summary: 'Allocate an IP address of a subnet',
  description: 'One that whoever asks has reserved is his to allocate, by its ip_address.',
  permission: 'allocate',
  body: schemas.NewIp,
  answers: { 200: { description: 'What was allocated.', ...changed } },
  handle: async (call, { body }) => {
    const ip = canonicalOrNull('ip_address', body.ip_address)
    await subnetToChange(call, body.subnet_id)
    const command = {
      type: 'allocation.create',
      networkId: body.subnet_id,
      place: ip === null ? { count: 1 } : { ip },
      hostname: body.hostname || null,
      description: body.description ?? null,
      tags: body.tags ?? [],
      ttlMs: null,
      facts: readNewFacts(body),
    } as const
    const decided = await submit(call, command, body)
    const allocation = expectAllocation(decided.result)
    const occupant = { kind: 'allocation', allocation } as const
    const shown = presentOccupant(call.app.store.reads, occupant)
    decided.headers.push('Location', `${IPS_PATH}/${shown.ip_address}`)
    const message = say(call, 'The IP address was allocated.', 'IP地址分配成功')
    return changedAnswer(decided, allocation, { ...shown, message })
  },
})

const reserveIp = defineRoute({
  method: 'PUT',
  paths: [`${oneIp}/reserve`],
  id: 'reserveIp',
  tag,
  summary: 'Reserve a free IP address',
  description: 'For whoever asks: nobody else is given it.',
  permission: 'allocate',
  conditional: true,
  body: schemas.IpReservation,
  bodyOptional: true,
  answers: { 200: { description: 'It, as it is now.', ...changed } },
  handle: async (call, { body }) => {
    const ip = spelled(addressOf(call))
    if (ifMatchRevision(call) !== null)
      throw new ApiError(
        412,
        'revision-mismatch',
        `A free address has no entity tag: ${ip} has another or none.`,
      )
    const command = {
      type: 'reservation.create',
      uid: randomUUID(),
      vrf: DEFAULT_VRF_NAME,
      ip,
      reason: body.reason || null,
      expiresMs: endOf(body.reserved_until),
    } as const
    const decided = await submit(call, command, body)
    const { reservation } = resultOf(decided.result, 'reservation')
    const shown = presentReservation(call.app.store.reads, reservation, reservation.first)
    const message = say(call, 'The IP address was reserved.', 'IP地址保留成功')
    return changedAnswer(decided, reservation, { ...shown, message })
  },
})

/** Last that has four digits for its year. */
const TIME_MS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** @throws ApiError 422 */
function endOf(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs) || timeMs > TIME_MS_MAX)
    throw invalid('reserved_until', text, 'it must be a time like 2026-12-31T23:59:59Z')
  return Math.max(timeMs, 0)
}

const releaseIp = defineRoute({
  method: 'PUT',
  paths: [`${oneIp}/release`],
  id: 'releaseIp',
  tag,
  summary: 'Release an IP address',
  description:
    "An allocation of this one address, or a reservation: one's own, or as an admin anybody's. One address of a run or block is not released alone.",
  permission: 'release',
  conditional: true,
  body: schemas.IpRelease,
  bodyOptional: true,
  answers: { 200: { description: 'It, as it is now.', ...changed } },
  handle: async (call, { body }) => {
    const [address, ifRevision] = [addressOf(call), ifMatchRevision(call)]
    const { result, headers } = await release(call, address, ifRevision, body)
    const shown =
      result.type === 'reservation'
        ? presentUnreserved(result.reservation)
        : presentReleased(expectAllocation(result))
    const message = say(call, 'The IP address was released.', 'IP地址释放成功')
    return { status: 200, body: JSON.stringify({ ...shown, message }), headers }
  },
})

type ReleaseBody = { readonly reason?: string | null }

/** No allocation's id. */
const NOBODY = 0

/** @throws Refused, ApiError 404, 422 */
async function release(
  call: Call,
  address: Address,
  ifRevision: number | null,
  body: ReleaseBody,
): Promise<Decided> {
  const retried = call.header('idempotency-key') !== undefined
  await call.awaitNewest()
  const found = releaseOf(call, address, ifRevision, body.reason || null)
  if (found instanceof ApiError && !retried) throw found
  // Only the ledger knows whether the key was answered before: a release that was is none that is possible now.
  const command = found instanceof ApiError ? releaseOfNobody : found
  try {
    return await submit(call, command, body)
  } catch (error) {
    if (!(error instanceof Refused && isNobody(error))) throw error
    throw found instanceof ApiError ? found : notAllocated(address)
  }
}

const releaseOfNobody = { type: 'allocation.release', id: NOBODY, ifRevision: null } as const

function isNobody({ refusal }: Refused): boolean {
  return refusal.code === 'allocation-not-found' && refusal.id === NOBODY
}

/** @returns the error where there is nothing that could be released. */
function releaseOf(
  call: Call,
  address: Address,
  ifRevision: number | null,
  reason: string | null,
): Command | ApiError {
  const occupant = occupantAt(call, address)
  if (occupant instanceof ApiError) return occupant
  switch (occupant?.kind) {
    case undefined:
      return notAllocated(address)
    case 'gateway':
      return refused(address, 'ip-is-gateway', `it is the gateway of subnet ${occupant.network.id}`)
    case 'hold':
      return refused(address, 'ip-held', 'it was released, and is kept back for a while')
    case 'reservation': {
      const { reservation } = occupant
      if (!isSingleAddress(reservation)) return inReservedRange(address, reservation)
      return { type: 'reservation.cancel', id: reservation.id, ifRevision, reason }
    }
    case 'allocation': {
      const { id, kind, first, last } = occupant.allocation
      if (kind === 'block' || first !== last) return inRange(address, occupant.allocation)
      const why = reason === null ? {} : { reason }
      return { type: 'allocation.release', id, ifRevision, ...why }
    }
  }
}

/** undefined: it is free. */
function occupantAt(call: Call, address: Address): Occupant | ApiError | undefined {
  const { reads } = call.app.store
  const subnet = reads.networkAt(DEFAULT_VRF_ID, address)
  if (subnet === null) return inNoSubnet(address)
  return reads.occupants(subnet.id, address.value, address.value, 1)[0]
}

function inRange(address: Address, { id, family, first, last }: Allocation): ApiError {
  const [from, to] = [formatAddress(family, first), formatAddress(family, last)]
  const why = `it is one of ${from} to ${to}, which allocation ${id} has together`
  const fields = { allocation_id: id, ip_address: from, end_ip_address: to }
  return refused(address, 'ip-in-range', why, fields)
}

function inReservedRange(address: Address, reservation: Reservation): ApiError {
  const why = `it is one of ${reservationText(reservation)}, which a reservation keeps together`
  return refused(address, 'ip-in-range', why, { reservation_id: reservation.id })
}

function notAllocated(address: Address): ApiError {
  return refused(address, 'ip-not-allocated', 'it is neither allocated nor reserved')
}

function refused(address: Address, reason: string, why: string, fields = {}): ApiError {
  return new ApiError(422, reason, `Address ${spelled(address)} is not released: ${why}.`, fields)
}

function say({ language }: Call, en: string, zh: string): string {
  return language === 'zh' ? zh : en
}

export const ipWriteRoutes: readonly Route[] = [allocateIp, reserveIp, releaseIp]
