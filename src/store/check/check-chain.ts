// The chain of Changes from its anchor to its head: nothing edited, nothing missing in between or at the end.
import type { Database } from '../open.js'
import { changeOf, nextHash, numberOf, positionOf, revisionOf } from '../tables/change-line.js'
import type { ChangeRaw } from '../tables/change-rows.js'
import type { State } from '../tables/state-row.js'
import type { Findings } from './findings.js'

/** @returns how many Changes were verified. */
export function checkChain(db: Database, state: State, findings: Findings): number {
  let hash = state.anchorHash
  let position = state.anchorPosition
  let count = 0
  const select = db.prepare<[], ChangeRaw>('SELECT * FROM changes ORDER BY position')
  for (const row of select.iterate()) {
    if (row.position <= state.anchorPosition) {
      findings.add('chain', `Change ${nameOf(row.position)} is older than the anchor.`)
    }
    if (!sameBytes(nextHash(hash, row.line), row.hash)) {
      findings.add(
        'chain',
        `Change ${nameOf(row.position)} does not follow from the one before it (${nameOf(position)}): one of them was edited, or one between them is missing.`,
      )
    }
    checkLine(row, findings)
    // Goes on with the row's own hash, so that one edited row is one finding.
    hash = row.hash
    position = row.position
    count++
  }
  if (position !== state.headPosition || !sameBytes(hash, state.headHash)) {
    findings.add(
      'chain',
      `The history ends with Change ${nameOf(position)}, and the state says ${nameOf(state.headPosition)}: Changes at the end are missing or were edited.`,
    )
  }
  if (revisionOf(state.headPosition) > state.appliedIndex) {
    findings.add(
      'counters',
      `The newest Change is ${nameOf(state.headPosition)}, beyond the applied index ${state.appliedIndex}.`,
    )
  }
  return count
}

/** As people see it: revision.n. */
export function nameOf(position: number): string {
  return `${revisionOf(position)}.${numberOf(position)}`
}

function checkLine(row: ChangeRaw, findings: Findings): void {
  try {
    if (positionOf(changeOf(row.line)) === row.position) return
    findings.add('chain', `Change ${nameOf(row.position)} says that it is another one.`)
  } catch (error) {
    findings.add(
      'chain',
      `Change ${nameOf(row.position)} cannot be read: ${(error as Error).message}.`,
    )
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}
