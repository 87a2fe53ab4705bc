// What the clients of the first network were told, and what was read of it, as a history for the checks of test/history.
import type { Allocation, Outcome } from '../../../src/ledger/index.js'
import { formatAddress } from '../../../src/ledger/index.js'
import type { Claim, Wish } from '../../gateway/clients.js'
import { checkLinearizable } from '../../history/linearizable.js'
import type { Operation } from '../../history/operation.js'
import { checkRevisions } from '../../history/revisions.js'

/** Usable addresses of World's network of that name. */
export const CLAIMS_CIDR = '10.0.0.0/28'
const range = { network: CLAIMS_CIDR, first: '10.0.0.1', last: '10.0.0.14' }
/** A true history takes as many steps as it has operations; a search among many unknown outcomes is given up. */
const STEPS_MAX = 2_000

export class ClaimsHistory {
  readonly counts = { linearized: 0, undecided: 0 }
  readonly #nowMs: () => number
  readonly #operations: Operation[] = []
  /** Until the client comes back with its key, if it has one. */
  readonly #unknown = new Map<Wish, Operation>()
  readonly #begun = new Map<Wish, number>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  readonly begins = (wish: Wish): void => {
    this.#begun.set(wish, this.#nowMs())
  }

  /** @param outcome null: it is not known */
  readonly ended = (wish: Wish, claim: Claim, outcome: Outcome | null): void => {
    const { allocation } = claim
    const asked =
      wish === claim.release
        ? ({ op: 'release', id: `${allocation?.id}` } as const)
        : ({ op: 'allocate', ...answerOf(outcome) } as const)
    const from = this.#begun.get(wish) ?? 0
    const common = { ...asked, network: CLAIMS_CIDR, client: 0, from }
    this.#unknown.delete(wish)
    if (outcome === null) this.#unknown.set(wish, { ...common, to: null, outcome: 'unknown' })
    else {
      const told = outcome.ok ? 'ok' : 'refused'
      const revision = outcome.originalRevision
      this.#operations.push({ ...common, to: this.#nowMs(), outcome: told, revision })
    }
  }

  /** A linearizable read. @param claims live ones of the first network */
  listed(from: number, revision: number, claims: readonly Allocation[]): void {
    this.#operations.push({
      op: 'list',
      answer: claims.map(listed),
      network: CLAIMS_CIDR,
      client: 0,
      from,
      to: this.#nowMs(),
      outcome: 'ok',
      revision,
    })
  }

  findings(): readonly string[] {
    const operations = [...this.#operations, ...this.#unknown.values()]
    const history = { networks: [range], operations }
    const byRevision = checkRevisions(history)
    const bySearch = checkLinearizable(history, STEPS_MAX)
    if (bySearch.undecided) this.counts.undecided += 1
    else this.counts.linearized += operations.length
    return [...byRevision.faults, ...bySearch.faults]
  }
}

function listed({ id, family, first }: Allocation): { readonly id: string; readonly ip: string } {
  return { id: `${id}`, ip: formatAddress(family, first) }
}

function answerOf(outcome: Outcome | null) {
  if (outcome === null || !outcome.ok || outcome.result.type !== 'allocation') return {}
  return { answer: listed(outcome.result.allocation) }
}
