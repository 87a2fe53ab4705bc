// The one way from a throw to an answer: a refusal, a missing outcome, a client's mistake, or a bug.
import { TooBusyError } from '../auth/index.js'
import { GatewayError } from '../gateway/index.js'
import type { ClaimHolder, Refusal } from '../ledger/index.js'
import { FinderBusyError, ScanError } from '../store/index.js'
import { ApiError, type ErrorFields } from './api-error.js'
import { ClientGone } from './body.js'
import type { Call } from './call.js'
import { type IdSpelling, refusalMessage } from './messages.js'
import { send } from './send.js'
import { gatewayStatuses, statusOf } from './statuses.js'
import type { Surface } from './surface.js'
import { wholeSeconds } from './timestamps.js'
import { challengeOf } from './token-errors.js'

/** The ledger said no. Thrown by handlers so that their main path reads straight. */
export class Refused extends Error {
  override readonly name = 'Refused'
  constructor(
    readonly refusal: Refusal,
    /** More headers: name, value … */
    readonly headers: readonly string[] = [],
  ) {
    super(refusal.code)
  }
}

/** Answers with the error; never throws, as nobody is left to catch it. */
export function fail(call: Call, error: unknown): void {
  try {
    answerError(call, error)
  } catch (second) {
    call.app.log.error({ error, second, requestId: call.requestId }, 'error could not be answered')
    call.response.destroy()
  }
}

function answerError(call: Call, error: unknown): void {
  if (error instanceof ClientGone) {
    call.response.destroy()
    return
  }
  const apiError = inSurfaceStatus(toApiError(call, error), call.surface)
  if (apiError.status === 500)
    call.app.log.error({ error, requestId: call.requestId, url: loggedUrl(call) }, 'request failed')
  if (call.response.headersSent) {
    // Cut, so that nobody takes half an answer for a whole one.
    call.response.destroy()
    return
  }
  send(call, {
    status: apiError.status,
    body: call.surface.envelope(apiError, call.language),
    headers: [...apiError.headers, ...challengeOf(apiError)],
  })
}

/** Where nobody signs in, what stands in the path may be what opens it: a share's token. */
function loggedUrl({ endpoint, request }: Call): string | undefined {
  return endpoint?.route.permission === 'open' ? endpoint.path : request.url
}

/** A request that is not valid has the status that the surface gives to what the ledger calls invalid. */
function inSurfaceStatus(error: ApiError, { statuses }: Surface): ApiError {
  const status = statuses.invalid ?? 400
  if (error.status === status || !isInvalid(error)) return error
  const { reason, message, fields, headers, clause } = error
  return new ApiError(status, reason, message, fields, headers, clause)
}

function isInvalid({ reason }: ApiError): boolean {
  return reason === 'invalid' || reason === 'body-missing'
}

/** The finder's index is made anew in seconds, or minutes where there is much. */
const FINDER_RETRY_SECONDS = 2

function toApiError(call: Call, error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof Refused) return refusalError(call, error)
  if (error instanceof GatewayError) {
    const { status, retryAfterSeconds } = gatewayStatuses[error.code]
    return new ApiError(status, error.code, gatewayMessage(error), { outcome: error.outcome }, [
      'Retry-After',
      String(retryAfterSeconds),
    ])
  }
  if (error instanceof ScanError)
    return overloaded(
      `The list cannot be read now: ${error.message}. Try again, or ask for pages with limit.`,
    )
  if (error instanceof FinderBusyError)
    return new ApiError(503, 'search-not-ready', error.message, { outcome: 'known' }, [
      'Retry-After',
      String(FINDER_RETRY_SECONDS),
    ])
  if (error instanceof TooBusyError) return overloaded(error.message)
  // Express's Router reports a path that cannot be decoded as an error with a status.
  if (error instanceof Error && 'status' in error && error.status === 400)
    return new ApiError(400, 'malformed-path', 'The path is not validly percent-encoded.')
  return new ApiError(
    500,
    'internal',
    `Something is wrong inside the server. The log has more under request id ${call.requestId}.`,
    { outcome: 'unknown' },
  )
}

function overloaded(message: string): ApiError {
  return new ApiError(503, 'overloaded', message, { outcome: 'known' }, ['Retry-After', '1'])
}

function gatewayMessage(error: GatewayError): string {
  const sentence = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`
  return error.outcome === 'known'
    ? `${sentence} Nothing was changed; try again.`
    : `${sentence} Whether the change was made is unknown; try again with the same Idempotency-Key.`
}

/** What passes by itself. */
const retryLater: ReadonlySet<Refusal['code']> = new Set(['stale-request', 'too-many-revocations'])

function refusalError(call: Call, { refusal, headers }: Refused): ApiError {
  const { surface } = call
  const spell = typeof surface.spell === 'function' ? surface.spell(call) : surface.spell
  const retry = retryLater.has(refusal.code) ? ['Retry-After', '1'] : []
  return new ApiError(
    statusOf(refusal, surface.statuses),
    refusal.code,
    refusalMessage(refusal, spell),
    refusalFields(refusal, spell),
    [...headers, ...retry],
    refusal.code === 'invalid' ? refusal.reason : null,
  )
}

/** What a program needs to act on a refusal without reading the sentence. */
function refusalFields(refusal: Refusal, spell: IdSpelling): ErrorFields {
  switch (refusal.code) {
    case 'invalid':
      return { field: refusal.field, value: refusal.value }
    case 'vrf-exists':
      return { existing_id: spell.vrf(refusal.id) }
    case 'network-exists':
    case 'subnet-exists':
      return { existing_id: spell.network(refusal.id) }
    case 'network-in-use':
      return {
        allocations: refusal.allocations,
        ...(refusal.reservations === undefined ? {} : { reservations: refusal.reservations }),
      }
    case 'gateway-in-the-way':
      return { network_id: spell.network(refusal.networkId), gateway: refusal.gateway }
    case 'reservation-in-the-way':
      return { reservation_id: spell.other('reservation', refusal.reservationId) }
    case 'claim-in-the-way':
      return { allocation_id: spell.allocation(refusal.allocationId) }
    case 'block-in-use':
      return { network_ids: refusal.networkIds.map(id => spell.network(id)) }
    case 'address-taken':
      return { holder: holderFields(refusal.holder, spell) }
    case 'range-taken':
      return { taken: refusal.taken, holder: holderFields(refusal.holder, spell) }
    case 'network-in-the-way':
      return { network_id: spell.network(refusal.networkId), network: refusal.network }
    case 'reservation-covered':
      return { reservation_id: spell.other('reservation', refusal.coveringId), cidr: refusal.cidr }
    case 'region-exists':
    case 'region-name-taken':
      return { existing_id: spell.network(refusal.id) }
    case 'hostname-taken':
      return { existing_id: spell.allocation(refusal.allocationId) }
    case 'region-reserved':
      return { region_id: spell.network(refusal.id) }
    case 'country-range-taken':
      return { country: refusal.country, x_start: refusal.xFirst, x_end: refusal.xLast }
    case 'country-exhausted':
      return { country: refusal.country, regions: refusal.regions }
    case 'address-in-child':
      return { network_id: spell.network(refusal.childId) }
    case 'pool-exists':
      return { existing_id: spell.pool(refusal.kind, refusal.id) }
    case 'network-has-pool':
      return { network_id: spell.network(refusal.networkId), pool: refusal.pool }
    case 'pool-in-use':
      return { allocations: refusal.allocations }
    case 'number-taken':
      return { holder: refusal.holder }
    case 'pool-exhausted':
    case 'no-space':
      return { wanted: refusal.wanted, free: refusal.free }
    case 'larger-than-network':
      return { wanted: refusal.wanted, size: refusal.size }
    case 'too-many-rows':
      return { rows: refusal.rows, rows_max: refusal.rowsMax }
    case 'revision-mismatch':
      return { revision: refusal.actual }
    case 'step-refused':
      return {
        ...refusalFields(refusal.refusal, spell),
        step: refusal.step,
        step_reason: refusal.refusal.code,
      }
    case 'user-exists':
      return { existing_id: spell.other('user', refusal.id) }
    case 'tag-exists':
      return { existing_id: spell.other('tag', refusal.id) }
    case 'custom-field-exists':
      return { existing_id: spell.other('custom-field', refusal.id) }
    case 'not-permitted':
      return { permission: refusal.permission }
    case 'stale-request':
      return { outcome: 'known' }
    default:
      return {}
  }
}

function holderFields(holder: ClaimHolder, spell: IdSpelling) {
  const { kind, hostname: name, until } = holder
  return {
    kind,
    id: holderId(holder, spell),
    // A reservation has no host yet, but somebody who made it.
    ...(kind === 'reservation' ? { hostname: null, reserved_by: name } : { hostname: name }),
    until: until === null ? null : wholeSeconds(until),
  }
}

function holderId({ kind, id }: ClaimHolder, spell: IdSpelling): string | number {
  if (kind === 'gateway') return spell.network(id)
  return kind === 'reservation' ? spell.other('reservation', id) : spell.allocation(id)
}
