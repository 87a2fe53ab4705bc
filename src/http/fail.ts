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
    call.app.log.error(
      { error, requestId: call.requestId, url: call.request.url },
      'request failed',
    )
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
  if (error instanceof Refused) return refusalError(error, call.surface)
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

function refusalError({ refusal, headers }: Refused, surface: Surface): ApiError {
  const retry = retryLater.has(refusal.code) ? ['Retry-After', '1'] : []
  return new ApiError(
    statusOf(refusal, surface.statuses),
    refusal.code,
    refusalMessage(refusal, surface.spell),
    refusalFields(refusal, surface),
    [...headers, ...retry],
    refusal.code === 'invalid' ? refusal.reason : null,
  )
}

/** What a program needs to act on a refusal without reading the sentence. */
function refusalFields(refusal: Refusal, surface: Surface): ErrorFields {
  const { spell } = surface
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
      return { reservation_id: spell.office('reservation', refusal.reservationId) }
    case 'claim-in-the-way':
      return { allocation_id: spell.allocation(refusal.allocationId) }
    case 'block-in-use':
      return { network_ids: refusal.networkIds.map(id => spell.network(id)) }
    case 'address-taken':
      return {
        holder: {
          kind: refusal.holder.kind,
          id: holderId(refusal.holder, spell),
          hostname: refusal.holder.hostname,
          until: refusal.holder.until === null ? null : wholeSeconds(refusal.holder.until),
        },
      }
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
        ...refusalFields(refusal.refusal, surface),
        step: refusal.step,
        step_reason: refusal.refusal.code,
      }
    case 'user-exists':
      return { existing_id: spell.office('user', refusal.id) }
    case 'tag-exists':
      return { existing_id: spell.office('tag', refusal.id) }
    case 'custom-field-exists':
      return { existing_id: spell.office('custom-field', refusal.id) }
    case 'not-permitted':
      return { permission: refusal.permission }
    case 'stale-request':
      return { outcome: 'known' }
    default:
      return {}
  }
}

function holderId({ kind, id }: ClaimHolder, spell: IdSpelling): string | number {
  if (kind === 'gateway') return spell.network(id)
  return kind === 'reservation' ? spell.office('reservation', id) : spell.allocation(id)
}
