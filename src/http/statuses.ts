// The only place that knows which HTTP status a refusal or a missing outcome has. Exhaustive: a new code does not compile
// until it has its line here. A surface whose document says otherwise overrides single lines (CONTRACT.md §2).
import type { GatewayError } from '../gateway/index.js'
import type { Refusal } from '../ledger/index.js'

export type StatusTable = { readonly [Code in Refusal['code']]: number }

export const refusalStatuses: StatusTable = {
  invalid: 400,
  'vrf-not-found': 404,
  'vrf-exists': 409,
  'vrf-in-use': 409,
  'vrf-fixed': 409,
  'network-not-found': 404,
  'network-exists': 409,
  'network-in-use': 409,
  'subnet-exists': 409,
  'gateway-in-the-way': 409,
  'claim-in-the-way': 409,
  'too-many-rows': 409,
  'allocation-not-found': 404,
  'allocation-ended': 409,
  'block-in-use': 409,
  'larger-than-network': 409,
  'no-space': 409,
  'address-taken': 409,
  'address-not-usable': 409,
  'address-outside-network': 409,
  'address-in-child': 409,
  'pool-not-found': 404,
  'pool-exists': 409,
  'network-has-pool': 409,
  'pool-in-use': 409,
  'pool-exhausted': 409,
  'block-not-found': 404,
  'number-taken': 409,
  'number-not-found': 404,
  'member-exists': 409,
  'member-not-found': 404,
  'member-id-used': 409,
  'member-address-taken': 409,
  'member-change-under-way': 409,
  'member-not-leaving': 409,
  'member-other-data': 409,
  'last-member': 409,
  'too-many-members': 409,
  'user-not-found': 404,
  'user-exists': 409,
  'last-admin': 409,
  'too-many-users': 409,
  'api-token-not-found': 404,
  'too-many-api-tokens': 409,
  'too-many-revocations': 503,
  'tag-not-found': 404,
  'tag-exists': 409,
  'too-many-tags': 409,
  'custom-field-not-found': 404,
  'custom-field-exists': 409,
  'too-many-custom-fields': 409,
  'reservation-not-found': 404,
  'reservation-ended': 409,
  'reservation-not-yours': 403,
  'address-in-no-network': 404,
  'reservation-in-the-way': 409,
  'reservation-active': 409,
  'reservation-covered': 409,
  'network-in-the-way': 409,
  'range-taken': 409,
  'country-not-found': 404,
  'country-exists': 409,
  'country-range-taken': 409,
  'too-many-countries': 409,
  'region-not-found': 404,
  'region-exists': 409,
  'region-name-taken': 409,
  'country-exhausted': 409,
  'region-reserved': 409,
  'host-not-found': 404,
  'hostname-taken': 409,
  'too-many-comments': 409,
  'personal-not-found': 404,
  'resource-not-found': 404,
  'too-many-personal': 409,
  'not-signed-in': 401,
  'not-permitted': 403,
  'revision-mismatch': 412,
  'idempotency-key-reused': 422,
  /** Never asked for: a refused step has the status of its own refusal. */
  'step-refused': 409,
  'stale-request': 503,
}

/** The status of a refusal; a bulk's is that of the step that was refused. */
export function statusOf(refusal: Refusal, overrides: Partial<StatusTable>): number {
  if (refusal.code === 'step-refused') return statusOf(refusal.refusal, overrides)
  return overrides[refusal.code] ?? refusalStatuses[refusal.code]
}

/** All of them are worth another try; Retry-After says when. */
export const gatewayStatuses: {
  readonly [Code in GatewayError['code']]: {
    readonly status: number
    readonly retryAfterSeconds: number
  }
} = {
  'no-leader': { status: 503, retryAfterSeconds: 1 },
  timeout: { status: 503, retryAfterSeconds: 1 },
  overloaded: { status: 503, retryAfterSeconds: 1 },
  'not-understood': { status: 503, retryAfterSeconds: 60 },
  'version-gate': { status: 503, retryAfterSeconds: 60 },
  'disk-stalled': { status: 503, retryAfterSeconds: 1 },
  'too-stale': { status: 503, retryAfterSeconds: 1 },
  stopping: { status: 503, retryAfterSeconds: 5 },
  waiting: { status: 503, retryAfterSeconds: 5 },
  removed: { status: 503, retryAfterSeconds: 60 },
  diverged: { status: 503, retryAfterSeconds: 60 },
}
