// What a recovery would begin with, read without changing anything: so that operators can compare the nodes that are left.
import { resolve } from 'node:path'
import { checkDirectory } from './check-directory.js'
import { survivorIn } from './recover-directory.js'

export type RecoveryPlan = {
  readonly nodeId: number
  readonly clusterId: number
  readonly clusterUuid: string
  /** The other members: they are refused from then on. */
  readonly others: readonly number[]
  /** Entry time of the last applied entry, ms since 1970. */
  readonly appliedIndex: number
  readonly appliedTimeMs: number
  /** As far as this node was told; 0 = nothing is kept of it. */
  readonly committedIndex: number
  readonly lastIndex: number
  readonly lastTerm: number
  /** A recovery was begun here and not finished: only a recovery can go on. */
  readonly unfinished: boolean
}

/** @throws a full sentence when there is nothing to recover, or the directory is not sound */
export async function planRecovery(path: string): Promise<RecoveryPlan> {
  const directory = resolve(path)
  const { identity, standing } = await survivorIn(directory)
  const unfinished = identity.recovering !== undefined
  const { log, state, findings } = await checkDirectory(directory)
  const damage = [
    ...findings,
    ...(log.state === 'damaged' ? [log.damage.message] : []),
    ...state.findings.map(({ message }) => message),
  ]
  if (!unfinished && damage.length > 0)
    throw new Error(
      `Node ${identity.nodeId} is not sound, so nothing is made of it: ${damage[0]} Recover another node, or restore a backup.`,
    )
  const { applied, cluster } = standing
  const sound = log.state === 'sound' ? log : null
  const isAhead = (sound?.lastIndex ?? 0) > applied.index
  return {
    nodeId: identity.nodeId,
    clusterId: cluster?.clusterId ?? 0,
    clusterUuid: cluster?.clusterUuid ?? '',
    others: (cluster?.members ?? [])
      .map(member => member.nodeId)
      .filter(nodeId => nodeId !== identity.nodeId),
    appliedIndex: applied.index,
    appliedTimeMs: applied.timeMs,
    committedIndex: Math.max(applied.index, sound?.hardState.commit ?? 0),
    lastIndex: isAhead ? (sound?.lastIndex ?? 0) : applied.index,
    lastTerm: isAhead ? (sound?.lastTerm ?? 0) : applied.term,
    unfinished,
  }
}
