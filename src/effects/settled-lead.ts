// The lead of a node that may reach out of the cluster: begun long enough ago that the leader before has recorded what it did, and with
// all applied that was decided under that one.
import type { GatewayView } from '../gateway/index.js'
import { STEP_TIMEOUT_MS } from './step.js'

export type SettledLeadDependencies = {
  readonly gateway: Pick<GatewayView, 'read'>
  /** The term in which this node leads; null while it does not. */
  readonly leadingTerm: () => number | null
  readonly clock: { monotonicMs(): number }
}

export class SettledLead {
  readonly #settleMs: number
  readonly #dependencies: SettledLeadDependencies
  #lead: { readonly term: number; readonly sinceMs: number; hasRead: boolean } | null = null

  /** @param settleMs how long a new leader lets the one before it record what it has just done */
  constructor(settleMs: number, dependencies: SettledLeadDependencies) {
    this.#settleMs = settleMs
    this.#dependencies = dependencies
  }

  /** Whether this node leads and may begin; asked before each piece of work. @throws GatewayError */
  async begins(): Promise<boolean> {
    const { gateway, leadingTerm, clock } = this.#dependencies
    const term = leadingTerm()
    if (term !== this.#lead?.term)
      this.#lead = term === null ? null : { term, sinceMs: clock.monotonicMs(), hasRead: false }
    const lead = this.#lead
    if (lead === null || clock.monotonicMs() < lead.sinceMs + this.#settleMs) return false
    if (lead.hasRead) return true
    await gateway.read({
      ...{ level: 'linearizable', freshnessMs: null },
      ...{ minRevision: 0, timeoutMs: STEP_TIMEOUT_MS },
    })
    lead.hasRead = true
    return true
  }

  /** The term of the lead that `begins` has found, while it lasts; one that was lost and won again is a new one. */
  get term(): number | null {
    const lead = this.#lead
    return lead?.hasRead && this.#dependencies.leadingTerm() === lead.term ? lead.term : null
  }
}
