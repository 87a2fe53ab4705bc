// How a rule of the model says no, and what every rule knows of the entry.
import type { Refusal } from '../../src/ledger/index.js'

/** Thrown by a rule of the model; caught where the command was decided. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code)
  }
}

export const refuse = (refusal: Refusal): never => {
  throw new Refused(refusal)
}

/** Log index and entry time of the command under decision, and who asks. */
export type Now = {
  revision: number
  timeMs: number
  actor: string
  /** null: nobody signed in. */
  userId: number | null
  isAdmin: boolean
}
