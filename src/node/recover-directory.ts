// The majority is lost for ever: what one node has left becomes a cluster of its own. Offline, and only when told to.
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { createLogger } from '../observe/index.js'
import {
  aloneWith,
  checkMarks,
  DirectoryLock,
  type Entry,
  type Identity,
  LevelLogStore,
  loadedAbove,
  type Membership,
  readIdentity,
  refoundLog,
  replaceIdentity,
} from '../raft/index.js'
import {
  adoptState,
  refoundState,
  type StandingState,
  Store,
  standingState,
} from '../store/index.js'

export type Recovered = {
  readonly nodeId: number
  readonly clusterUuid: string
  /** Where the new cluster begins. */
  readonly index: number
}

const CACHE_BYTES = 16 << 20
/** One transaction's worth. */
const SLICE_ENTRIES = 256

/**
 * First the identity says that a recovery has begun, and from then on no daemon starts here: what is applied next may
 * never have been committed. A recovery that was interrupted is gone through again, to the same end.
 * @throws a full sentence
 */
export async function recoverDirectory(path: string): Promise<Recovered> {
  const directory = resolve(path)
  const lock = await DirectoryLock.take(directory)
  try {
    const { identity, standing } = await survivorIn(directory)
    const { nodeId, dataUuid } = identity
    const begun = identity.recovering?.clusterUuid ?? null
    const clusterUuid = begun ?? randomUUID()
    const after = { ...identity, clusterUuid, bootstrap: aloneWith(nodeId, dataUuid) }
    if (standing.cluster?.clusterUuid !== clusterUuid) {
      await replaceIdentity(directory, { ...identity, recovering: { clusterUuid } })
      const termAbove = await applyWholeLog(directory, identity, standing)
      await refound(directory, after, termAbove)
    }
    const { applied } = await mustStand(directory)
    const { recovering: _, ...settled } = after
    await refoundLog(directory, { ...settled, installing: null }, applied)
    return { nodeId, clusterUuid, index: applied.index }
  } finally {
    await lock.release()
  }
}

/** What a data directory needs for a recovery to have a meaning. @throws a full sentence */
export async function survivorIn(
  directory: string,
): Promise<{ readonly identity: Identity; readonly standing: StandingState }> {
  const identity = await readIdentity(directory)
  if (identity === null) throw new Error(`${directory} holds no node.`)
  const standing = await mustStand(directory)
  const { cluster, membership } = standing
  const { nodeId, recovering } = identity
  if (cluster === null || membership === null)
    throw new Error(`Node ${nodeId} never was in a cluster: there is nothing to recover.`)
  if (recovering !== undefined) return { identity, standing }
  if (cluster.removed?.includes(nodeId))
    throw new Error(
      `Node ${nodeId} was removed from its cluster and may lack what came later: recover another node, or restore a backup.`,
    )
  const voters = new Set([...membership.voters, ...membership.votersOutgoing])
  if (voters.size === 1 && voters.has(nodeId))
    throw new Error(`Node ${nodeId} is the only voter of its cluster: it needs no other, start it.`)
  return { identity, standing }
}

async function mustStand(directory: string): Promise<StandingState> {
  const standing = standingState(directory)
  if (standing === null)
    throw new Error(`${directory} holds no state: there is nothing to recover.`)
  return standing
}

/** @returns the highest term that the node has been in. @throws RefusalToVote, or what damage is found */
async function applyWholeLog(
  directory: string,
  identity: Identity,
  standing: StandingState,
): Promise<number> {
  const { dataUuid } = identity
  const { membership, cluster } = standing
  if (membership === null) throw new Error(`${directory} holds a state that never began.`)
  const { store: level, loaded } = await LevelLogStore.open(join(directory, 'raft'), { dataUuid })
  try {
    const options = { directory, cachePagesBytes: CACHE_BYTES, initialMembership: membership }
    const store = await Store.open(options, {
      log: createLogger({ level: 'warn', nodeId: identity.nodeId }),
    })
    try {
      const { applied } = store
      const clusterUuid = cluster?.clusterUuid ?? null
      checkMarks({ loaded, identity, applied, clusterUuid })
      const { entries } = loadedAbove(loaded, applied)
      await apply(store, entries, membership)
    } finally {
      await store.close()
    }
    return Math.max(identity.term, loaded.hardState.term)
  } finally {
    await level.close()
  }
}

/** @param membership stands for whatever the entries make of it: the members are set anew afterwards */
async function apply(
  store: Store,
  entries: readonly Entry[],
  membership: Membership,
): Promise<void> {
  for (let at = 0; at < entries.length; at += SLICE_ENTRIES) {
    const slice = entries.slice(at, at + SLICE_ENTRIES)
    store.apply(
      slice.map(entry => {
        return { ...entry, membership: entry.kind === 'membership' ? membership : null }
      }),
    )
    await setImmediate()
  }
}

async function refound(
  directory: string,
  { nodeId, dataUuid, clusterUuid }: Identity & { readonly clusterUuid: string },
  termAbove: number,
): Promise<void> {
  const { databasePath, cluster } = await mustStand(directory)
  const copy = join(directory, 'recovering.db')
  await copyFile(databasePath, copy, constants.COPYFILE_FICLONE)
  const members = cluster?.members ?? []
  const own = members.find(member => member.nodeId === nodeId)
  const others = members.map(member => member.nodeId).filter(id => id !== nodeId)
  const mark = refoundState(copy, {
    action: 'cluster.recovered',
    clusterUuid,
    member: {
      nodeId,
      raftAddress: own?.raftAddress ?? '',
      apiAddress: own?.apiAddress ?? '',
      dataUuid,
    },
    removed: [...new Set([...(cluster?.removed ?? []), ...others])].sort((a, b) => a - b),
    effectsOff: false,
    termAbove,
  })
  await adoptState(directory, copy, mark)
}
