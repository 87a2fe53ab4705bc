// What a check found wrong, with a limit: a damaged file can be wrong a million times.

export type CheckArea =
  | 'file'
  | 'columns'
  | 'chain'
  | 'history'
  | 'overlap'
  | 'placement'
  | 'pools'
  | 'counters'

export type CheckFinding = { readonly area: CheckArea; readonly message: string }

const FINDINGS_MAX = 100

export class Findings {
  readonly list: CheckFinding[] = []

  /** @param message a full sentence that names the row. */
  add(area: CheckArea, message: string): void {
    if (this.list.length < FINDINGS_MAX) this.list.push({ area, message })
  }
}
