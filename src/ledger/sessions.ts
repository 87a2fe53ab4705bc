// What was answered to requests that may come again (Ongaro's thesis, 6.3): each (session, sequence) is applied once.
import type { Request } from './commands.js'
import type { Outcome } from './outcomes.js'
import type { LedgerRows, SessionState } from './ports.js'

/** `new`: to be applied; `stale`: to be applied as nothing; else the answer that it got before. */
export type Admission = 'new' | 'stale' | Outcome

/** One start of one node's daemon. Kept so: no sequence in `outcomes` is below `awaitedFrom`, which only rises. */
type Session = {
  readonly start: number
  awaitedFrom: number
  readonly outcomes: Map<number, Outcome>
}

/** Memory is bounded by the requests in flight: one session a node, and no outcome below its mark. */
export class Sessions {
  private readonly byNode = new Map<number, Session>()

  constructor(private readonly rows: LedgerRows) {}

  load(states: readonly SessionState[]): void {
    for (const { nodeId, start, awaitedFrom, outcomes } of states) {
      this.byNode.set(nodeId, { start, awaitedFrom, outcomes: new Map(outcomes) })
    }
  }

  admit(request: Request): Admission {
    const { nodeId, start } = request.session
    const session = this.byNode.get(nodeId)
    if (session === undefined || start > session.start) {
      const { awaitedFrom } = request
      this.byNode.set(nodeId, { start, awaitedFrom, outcomes: new Map() })
      this.rows.saveSession(nodeId, start, awaitedFrom)
      return request.sequence < awaitedFrom ? 'stale' : 'new'
    }
    if (start < session.start || request.sequence < session.awaitedFrom) return 'stale'
    const known = session.outcomes.get(request.sequence)
    if (known !== undefined) return known
    if (request.awaitedFrom > session.awaitedFrom) {
      forgetBelow(session, request.awaitedFrom)
      this.rows.saveSession(nodeId, start, request.awaitedFrom)
    }
    return request.sequence < session.awaitedFrom ? 'stale' : 'new'
  }

  /** Keeps the answer to a request that was admitted as new. */
  keep(request: Request, outcome: Outcome): void {
    const { nodeId, start } = request.session
    this.byNode.get(nodeId)?.outcomes.set(request.sequence, outcome)
    this.rows.saveOutcome(nodeId, start, request.sequence, outcome)
  }
}

function forgetBelow(session: Session, awaitedFrom: number): void {
  const { outcomes } = session
  // Sequences are dense as a rule; after a leap it is less work to look at those that are there.
  if (awaitedFrom - session.awaitedFrom <= outcomes.size) {
    for (let at = session.awaitedFrom; at < awaitedFrom; at += 1) outcomes.delete(at)
  } else {
    for (const sequence of outcomes.keys()) if (sequence < awaitedFrom) outcomes.delete(sequence)
  }
  session.awaitedFrom = awaitedFrom
}
