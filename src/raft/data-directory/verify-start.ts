// What a node compares before it may vote: its log against the marks that stand outside the log.
import type { Index, NodeId, Term } from '../core/index.js'
import type { LoadedLog } from '../ports.js'
import type { Identity } from './identity.js'
import { rejoinRemedy } from './remedy.js'

export type RefusalCode =
  | 'another-cluster'
  | 'term-behind'
  | 'vote-differs'
  | 'log-behind-state'
  | 'log-differs-from-state'
  | 'hole-below-log'

/** The log has forgotten something that this node promised: it must not vote, nor start. */
export class RefusalToVote extends Error {
  override readonly name = 'RefusalToVote'

  constructor(
    readonly code: RefusalCode,
    readonly detail: string,
  ) {
    super(`This node must not vote: ${detail} ${rejoinRemedy}`)
  }
}

export type Marks = {
  readonly loaded: LoadedLog
  readonly identity: Identity
  /** The state machine's last applied entry, as found at start. */
  readonly applied: { readonly index: Index; readonly term: Term }
  /** The cluster UUID in the state; null when no entry has brought it yet. */
  readonly clusterUuid: string | null
}

/**
 * Compares the log with what the identity file and the state machine remember. A fresh node (nothing anywhere) passes.
 *
 * A snapshot is installed in this order: `recordInstalling(mark)`, the state is replaced, the log is compacted to the
 * mark, `recordInstalling(null)`. 'finish-install' says that a crash came after the state and before the log: the
 * caller must `compact` the log to the applied mark, and continue with `loadedAbove(loaded, mark)`. After either
 * answer it clears the installing mark.
 * @throws RefusalToVote
 */
export function checkMarks(marks: Marks): 'sound' | 'finish-install' {
  const { loaded, identity, applied, clusterUuid } = marks
  if (
    clusterUuid !== null &&
    identity.clusterUuid !== null &&
    clusterUuid !== identity.clusterUuid
  ) {
    const detail = `its state is of cluster ${clusterUuid}, and the directory of cluster ${identity.clusterUuid}.`
    throw new RefusalToVote('another-cluster', detail)
  }
  checkVote(loaded, identity)
  return checkReach(loaded, applied, identity.installing)
}

function checkVote(
  { hardState, entries }: LoadedLog,
  identity: { readonly term: Term; readonly vote: NodeId },
): void {
  const { term, vote } = hardState
  const lastTerm = entries[entries.length - 1]?.term ?? 0
  if (term < identity.term || term < lastTerm) {
    const seen = Math.max(identity.term, lastTerm)
    const detail = `its log says term ${term}, but it has been in term ${seen}, so part of the log is lost.`
    throw new RefusalToVote('term-behind', detail)
  }
  if (term === identity.term && identity.vote !== 0 && vote !== identity.vote) {
    const now = vote === 0 ? 'no vote' : `a vote for node ${vote}`
    const detail = `in term ${term} it voted for node ${identity.vote}, but its log says ${now}.`
    throw new RefusalToVote('vote-differs', detail)
  }
}

function checkReach(
  loaded: LoadedLog,
  applied: { readonly index: Index; readonly term: Term },
  installing: Identity['installing'],
): 'sound' | 'finish-install' {
  const { compacted, entries } = loaded
  if (compacted.index > applied.index) {
    const detail = `its log begins at ${compacted.index + 1}, but its state ends at ${applied.index}: what lies between is in neither.`
    throw new RefusalToVote('hole-below-log', detail)
  }
  const lastIndex = compacted.index + entries.length
  const term = termAt(loaded, applied.index)
  if (term === applied.term) return 'sound'
  if (installing?.index === applied.index && installing.term === applied.term) {
    return 'finish-install'
  }
  if (term === null) {
    const detail = `its log ends at ${lastIndex}, but entry ${applied.index} is already in its state.`
    throw new RefusalToVote('log-behind-state', detail)
  }
  const detail = `entry ${applied.index} has term ${term} in its log and term ${applied.term} in its state.`
  throw new RefusalToVote('log-differs-from-state', detail)
}

/** What a LogStore holds after `compact(mark)`: the entries above the mark when it held the marked one, else nothing. */
export function loadedAbove(loaded: LoadedLog, mark: LoadedLog['compacted']): LoadedLog {
  const matches = termAt(loaded, mark.index) === mark.term
  const entries = matches ? loaded.entries.slice(mark.index - loaded.compacted.index) : []
  const { index, term, timeMs } = mark
  return { hardState: loaded.hardState, compacted: { index, term, timeMs }, entries }
}

function termAt({ compacted, entries }: LoadedLog, index: Index): Term | null {
  if (index === compacted.index) return compacted.term
  return entries[index - compacted.index - 1]?.term ?? null
}
