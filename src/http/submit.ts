// From a command to its outcome, for every write.
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

export type ResultOf<Type extends Result['type']> = Extract<Result, { readonly type: Type }>

/** The command and the answer to it belong together; another kind of result is a bug. */
export function resultOf<Type extends Result['type']>(result: Result, type: Type): ResultOf<Type> {
  if (result.type === type) return result as ResultOf<Type>
  throw new Error(`The ledger answered with ${result.type} where ${type} was due.`)
}

export function expectAllocation(result: Result): Allocation {
  return resultOf(result, 'allocation').allocation
}

export function expectNetwork(result: Result): Network {
  return resultOf(result, 'network').network
}

export function expectVrf(result: Result): Vrf {
  return resultOf(result, 'vrf').vrf
}
