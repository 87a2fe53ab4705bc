// From a command to its outcome, for every write of the core surface.
import type { Allocation, Command, Network, Outcome, Result, Vrf } from '../ledger/index.js'
import { originOf } from './authorize.js'
import type { Call } from './call.js'
import { Refused } from './fail.js'
import { idempotencyOf } from './request-headers.js'

export type Decided = {
  readonly result: Result
  /** Headers for the answer: IPAM-Original-Revision on a replay. */
  readonly headers: string[]
}

/** @param body as the client sent it, for its Idempotency-Key @throws Refused, GatewayError, ApiError 400 */
export async function submit(call: Call, command: Command, body: unknown): Promise<Decided> {
  const origin = originOf(call)
  const outcome: Outcome = await call.app.gateway.submit(command, {
    origin,
    idempotency: idempotencyOf(call, origin.actor, body),
    timeoutMs: call.timeoutMs,
  })
  call.revision = outcome.revision
  const headers =
    outcome.originalRevision === outcome.revision
      ? []
      : ['IPAM-Original-Revision', String(outcome.originalRevision)]
  if (!outcome.ok) throw new Refused(outcome.refusal, headers)
  return { result: outcome.result, headers }
}

/** The command and the answer to it belong together; another kind of result is a bug. */
export function expectAllocation(result: Result): Allocation {
  if (result.type === 'allocation') return result.allocation
  throw unexpected(result, 'allocation')
}

export function expectNetwork(result: Result): Network {
  if (result.type === 'network') return result.network
  throw unexpected(result, 'network')
}

export function expectVrf(result: Result): Vrf {
  if (result.type === 'vrf') return result.vrf
  throw unexpected(result, 'vrf')
}

export function unexpected(result: Result, wanted: string): Error {
  return new Error(`The ledger answered with ${result.type} where ${wanted} was due.`)
}
