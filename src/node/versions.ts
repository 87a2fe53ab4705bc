// Programs of different versions in one cluster: what every member can apply, as far as it is known (decision 44).
import { COMMAND_VERSION } from '../ledger/index.js'
import type { Membership } from '../raft/index.js'

/** What a node said of its program when it was last met. */
export type ProgramVersion = { readonly program: string; readonly commandVersion: number }

/** Of programs that say nothing of it, and of members that were never met. */
const FIRST_VERSION = 1

/**
 * The highest version of commands that may come into the log now. What the log holds already was within it once, and a
 * program that is older cannot come back.
 * @param view.cluster version that the state was brought to
 */
export function versionLimit(view: {
  readonly nodeId: number
  readonly membership: Membership
  readonly book: readonly { readonly nodeId: number }[]
  readonly heard: ReadonlyMap<number, ProgramVersion>
  readonly cluster: number
}): number {
  const { nodeId: self, membership, book, heard, cluster } = view
  const { voters, votersOutgoing, learners, learnersNext } = membership
  const inBook = book.map(({ nodeId }) => nodeId)
  const members = [...voters, ...votersOutgoing, ...learners, ...learnersNext, ...inBook]
  const known = members
    .filter(id => id !== self)
    .map(id => heard.get(id)?.commandVersion ?? FIRST_VERSION)
  return Math.max(cluster, Math.min(COMMAND_VERSION, ...known))
}

/** @throws one sentence for the operator */
export function assertKnownVersion(cluster: number): void {
  if (cluster <= COMMAND_VERSION) return
  throw new Error(
    `The state holds commands of version ${cluster}, and this program applies versions up to ${COMMAND_VERSION}: start this node with the newer program again.`,
  )
}
