// Sessions and their outcomes: gathered in memory during a batch, and written as one packed row for each session.

import type { Outcome, SessionState } from '../../ledger/index.js'
import { assert } from '../../lib/index.js'
import { decodeOutcomes, encodeOutcomes, type NumberedOutcome } from '../codec/outcome-codec.js'
import type { Database, Statement } from '../open.js'

type Session = {
  readonly start: number
  awaitedFrom: number
  /** Whether `start` is new in this batch: all that is on disk for the node is then of older ones. */
  readonly isNew: boolean
  changed: boolean
  /** Decided in this batch and not on disk yet. */
  readonly outcomes: NumberedOutcome[]
}

type SessionRaw = {
  readonly node_id: number
  readonly start: number
  readonly awaited_from: number
}
type OutcomesRaw = { readonly node_id: number; readonly packed: Uint8Array }

/** Sessions in node order with the outcomes that are still awaited, in sequence order. */
export function readSessions(db: Database): SessionState[] {
  const packed = new Map<number, NumberedOutcome[]>()
  const selectOutcomes = db.prepare<[], OutcomesRaw>(
    'SELECT node_id, packed FROM outcomes ORDER BY node_id, batch_index',
  )
  for (const row of selectOutcomes.all()) {
    const known = packed.get(row.node_id) ?? []
    packed.set(row.node_id, known.concat(decodeOutcomes(row.packed)))
  }
  const select = db.prepare<[], SessionRaw>('SELECT * FROM sessions ORDER BY node_id')
  return select.all().map(raw => {
    const awaited = (packed.get(raw.node_id) ?? [])
      .filter(([sequence]) => sequence >= raw.awaited_from)
      .sort(([a], [b]) => a - b)
    const { node_id: nodeId, start, awaited_from: awaitedFrom } = raw
    return { nodeId, start, awaitedFrom, outcomes: new Map(awaited) }
  })
}

export class SessionRows {
  #sessions = new Map<number, Session>()
  readonly #putSession: Statement<[number, number, number]>
  readonly #deleteAll: Statement<[number]>
  readonly #deleteBelow: Statement<[number, number]>
  readonly #putOutcomes: Statement<[number, number, number, Uint8Array]>

  constructor(db: Database) {
    const known = db.prepare<[], SessionRaw>('SELECT * FROM sessions').all()
    for (const { node_id, start, awaited_from: awaitedFrom } of known) {
      const session = { start, awaitedFrom, isNew: false, changed: false, outcomes: [] }
      this.#sessions.set(node_id, session)
    }
    this.#putSession = db.prepare('REPLACE INTO sessions VALUES (?, ?, ?)')
    this.#deleteAll = db.prepare('DELETE FROM outcomes WHERE node_id = ?')
    this.#deleteBelow = db.prepare('DELETE FROM outcomes WHERE node_id = ? AND last_sequence < ?')
    this.#putOutcomes = db.prepare('INSERT INTO outcomes VALUES (?, ?, ?, ?)')
  }

  saveSession(nodeId: number, start: number, awaitedFrom: number): void {
    const session = this.#sessions.get(nodeId)
    if (session?.start === start) {
      session.awaitedFrom = awaitedFrom
      session.changed = true
    } else {
      const outcomes: NumberedOutcome[] = []
      this.#sessions.set(nodeId, { start, awaitedFrom, isNew: true, changed: true, outcomes })
    }
  }

  saveOutcome(nodeId: number, start: number, sequence: number, outcome: Outcome): void {
    const session = this.#sessions.get(nodeId)
    assert(session?.start === start, `node ${nodeId} has no session ${start}`)
    session.outcomes.push([sequence, outcome])
  }

  /** Writes what the batch gathered. @param batchIndex last log index of the batch. */
  flush(batchIndex: number): void {
    for (const [nodeId, session] of this.#sessions) {
      const { start, awaitedFrom, isNew, changed } = session
      const outcomes = session.outcomes.filter(([sequence]) => sequence >= awaitedFrom)
      if (changed) {
        if (isNew) this.#deleteAll.run(nodeId)
        else this.#deleteBelow.run(nodeId, awaitedFrom)
        this.#putSession.run(nodeId, start, awaitedFrom)
      }
      if (outcomes.length > 0) {
        const last = outcomes.reduce((highest, [sequence]) => Math.max(highest, sequence), 0)
        this.#putOutcomes.run(nodeId, batchIndex, last, encodeOutcomes(outcomes))
      }
      if (changed || session.outcomes.length > 0) {
        const clean = { start, awaitedFrom, isNew: false, changed: false, outcomes: [] }
        this.#sessions.set(nodeId, clean)
      }
    }
  }

  /** @returns what brings the gathered part back to where it is now. */
  mark(): () => void {
    const copies = [...this.#sessions].map(([nodeId, session]): [number, Session] => [
      nodeId,
      { ...session, outcomes: [...session.outcomes] },
    ])
    return () => {
      this.#sessions = new Map(copies)
    }
  }
}
