// How far the finder's tables have come, and of which state they are: one row, moved with what it counts.
import type { Database, Statement } from '../open.js'

/** In this order; the last one lasts. */
export const PHASES = ['claims', 'reservations', 'networks', 'words', 'indexes', 'changes'] as const
export type Phase = (typeof PHASES)[number]

export type Progress = {
  /** The cluster's UUID; empty while it has none. */
  readonly cluster: string
  readonly phase: Phase
  /** Last id that the phase has seen, where it goes by ids. */
  readonly cursor: number
  /** Last Change that is in the tables, and its hash: whoever has it in its chain is the same state, later on. */
  readonly position: number
  readonly hash: Uint8Array
  /** Occupants were read when this Change was the last: those of later ones are to be looked up again. */
  readonly rowsFrom: number
  /** Changes up to here are forgotten. */
  readonly prunedTo: number
}

type Raw = [
  cluster: string,
  phase: number,
  cursor: number,
  position: number,
  hash: Uint8Array,
  rowsFrom: number,
  prunedTo: number,
]

export class ProgressRow {
  readonly #select: Statement<[], Raw>
  readonly #replace: Statement<Raw>

  constructor(db: Database) {
    this.#select = db
      .prepare('SELECT cluster, phase, cursor, position, hash, rows_from, pruned_to FROM progress')
      .raw() as Statement<[], Raw>
    this.#replace = db.prepare<Raw>('REPLACE INTO progress VALUES (1, ?, ?, ?, ?, ?, ?, ?)')
  }

  /** null: nothing was begun. */
  read(): Progress | null {
    const raw = this.#select.get()
    if (raw === undefined) return null
    const [cluster, phase, cursor, position, hash, rowsFrom, prunedTo] = raw
    const name = PHASES[phase] ?? PHASES[0]
    return { cluster, phase: name, cursor, position, hash, rowsFrom, prunedTo }
  }

  write(progress: Progress): void {
    const { cluster, phase, cursor, position, hash, rowsFrom, prunedTo } = progress
    this.#replace.run(cluster, PHASES.indexOf(phase), cursor, position, hash, rowsFrom, prunedTo)
  }
}
