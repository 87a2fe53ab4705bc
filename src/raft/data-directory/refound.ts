// Gives a data directory the identity and the log of a member that begins with a state: its cluster begins at that state.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { SnapshotMark } from '../core/index.js'
import { LevelLogStore } from '../level-log-store/level-log-store.js'
import { replaceFile } from './durable-file.js'
import { encodeIdentity, type Identity, identityFile } from './identity.js'

/**
 * The log first and the identity last: a crash in between leaves a directory that no daemon starts on. Done again it
 * comes to the same end.
 * @param identity as it is to be, but for term and vote
 */
export async function refoundLog(
  directory: string,
  identity: Omit<Identity, 'term' | 'vote'>,
  { index, term, timeMs }: Pick<SnapshotMark, 'index' | 'term' | 'timeMs'>,
): Promise<void> {
  const { dataUuid } = identity
  const { store } = await LevelLogStore.open(join(directory, 'raft'), { dataUuid })
  try {
    // The mark is beyond the end of every log that was here, so that nothing of it stays.
    await store.compact({ index, term, timeMs })
    await store.append({ hardState: { term, vote: 0, commit: index }, entries: [], sync: true })
  } finally {
    await store.close()
  }
  await replaceIdentity(directory, { ...identity, term, vote: 0 })
}

/** Of a directory whose lock the caller holds. */
export function replaceIdentity(directory: string, identity: Identity): Promise<void> {
  return replaceFile(join(directory, identityFile), encodeIdentity(identity))
}

/** Of a member that begins a cluster alone, in a directory of its own. */
export function freshIdentity(
  nodeId: number,
  clusterUuid: string,
): Omit<Identity, 'term' | 'vote'> {
  const dataUuid = randomUUID()
  return {
    nodeId,
    dataUuid,
    clusterUuid,
    startCount: 0,
    bootstrap: aloneWith(nodeId, dataUuid),
    installing: null,
  }
}

/** The beginning of a cluster of one; its addresses are learnt when it runs. */
export function aloneWith(nodeId: number, dataUuid: string): Identity['bootstrap'] {
  return [{ nodeId, raftAddress: '', apiAddress: '', dataUuid }]
}
