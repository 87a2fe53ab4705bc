// One command that the leader proposes by itself, and what becomes of a piece of work that cannot go on.
import { GatewayError, type GatewayView, type SubmitContext } from '../gateway/index.js'
import type { Command, Origin, Outcome } from '../ledger/index.js'

export const STEP_TIMEOUT_MS = 10_000
export const systemOrigin: Origin = { actor: 'system', clientAddress: null, userAgent: null }
export const stepContext: SubmitContext = {
  ...{ origin: systemOrigin, idempotency: null },
  timeoutMs: STEP_TIMEOUT_MS,
}

/** @throws GatewayError, or a plain one for a refusal, which is a bug. */
export async function submitStep(
  gateway: Pick<GatewayView, 'submit'>,
  command: Command,
): Promise<Outcome & { readonly ok: true }> {
  const outcome = await gateway.submit(command, stepContext)
  if (outcome.ok) return outcome
  throw new Error(`${command.type} was refused: ${JSON.stringify(outcome.refusal)}`)
}

/** Does what can be done now; the rest is for the next look, and `warning` is logged unless the cluster only had no time for it. */
export async function attempt(
  work: () => Promise<unknown>,
  log: { warn(fields: object, message: string): void },
  warning: string,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    // No leader, or a member whose program is too old: nothing that a person should do.
    if (error instanceof GatewayError) return
    log.warn({ error: String(error) }, warning)
  }
}
