// From a command to its outcome, for every write.
import type { Allocation, Command, Network, Outcome, Result, Vrf } from '../ledger/index.js'
import type { Call } from './call.js'
import { idempotencyScope, originOf, principalOf } from './caller.js'
import { Refused } from './fail.js'
import { idempotencyOf } from './request-headers.js'

export type Decided = {
  readonly result: Result
  /** Headers for the answer: IPAM-Original-Revision on a replay. */
  readonly headers: string[]
}

/** @param body as the client sent it, for its Idempotency-Key @throws Refused, GatewayError, ApiError 400 */
export async function submit(call: Call, command: Command, body: unknown): Promise<Decided> {
  const outcome = await call.app.gateway.submit(command, {
    origin: originOf(call),
    principal: principalOf(call),
    idempotency: idempotencyOf(call, idempotencyScope(call), body),
    timeoutMs: call.timeoutMs,
  })
  return decided(call, outcome)
}

/**
 * Of the server itself, on the way to who somebody is: nobody's right is asked, and no retry finds its answer.
 * @param actor as Changes name him; default: whoever asks
 */
export async function submitOwn(call: Call, command: Command, actor?: string): Promise<Decided> {
  const outcome = await call.app.gateway.submit(command, {
    origin: originOf(call, actor),
    principal: null,
    idempotency: null,
    timeoutMs: call.timeoutMs,
  })
  return decided(call, outcome)
}

/** @throws Refused */
function decided(call: Call, outcome: Outcome): Decided {
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
