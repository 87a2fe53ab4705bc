// Opens what a node remembers, in the order that lets each part check the ones before it: identity, log, state.
import { join } from 'node:path'
import type { Config } from '../config/index.js'
import {
  type BootstrapMember,
  checkMarks,
  DataDirectory,
  DurableLogStore,
  LevelLogStore,
  type LoadedLog,
  type Log,
  type LogStore,
  loadedAbove,
  type Membership,
} from '../raft/index.js'
import { Store } from '../store/index.js'
import type { Closing } from './closing.js'
import { assertKnownVersion } from './versions.js'

export type NodeLog = {
  readonly directory: DataDirectory
  readonly level: LevelLogStore
  readonly loaded: LoadedLog
  /** No entry, no snapshot, no term and no vote on disk. */
  readonly empty: boolean
}

/** The lock comes first and goes last. @throws sentences for the operator: in use, damaged, another node's. */
export async function openLog(config: Config, log: Log, closing: Closing): Promise<NodeLog> {
  const directory = await DataDirectory.open(config.dataDirectory, { nodeId: config.nodeId })
  closing.add('data directory', () => directory.close())
  const { dataUuid, term } = directory.identity
  const {
    store: level,
    loaded,
    droppedBytes,
  } = await LevelLogStore.open(join(config.dataDirectory, 'raft'), { dataUuid })
  closing.add('log', () => level.close())
  if (droppedBytes > 0) {
    log.warn({ bytes: droppedBytes }, 'an unfinished write at the end of the log was dropped')
  }
  const { hardState, compacted, entries } = loaded
  const empty = term === 0 && hardState.term === 0 && compacted.index === 0 && entries.length === 0
  return { directory, level, loaded, empty }
}

export type NodeState = {
  readonly store: Store
  readonly logStore: LogStore
  readonly loaded: LoadedLog
}

/** @throws RefusalToVote when the log has forgotten what identity or state remember. */
export async function openState(
  config: Config,
  { directory, level, loaded }: NodeLog,
  members: readonly BootstrapMember[],
  {
    log,
    closing,
    fail,
  }: { readonly log: Log; readonly closing: Closing; readonly fail: (error: Error) => void },
): Promise<NodeState> {
  const store = await Store.open(
    {
      directory: config.dataDirectory,
      cachePagesBytes: config.cacheBytes,
      initialMembership: firstMembership(members),
    },
    { log, onFailure: fail },
  )
  closing.add('state', () => store.close())
  const { applied } = store
  assertKnownVersion(store.reads.cluster()?.commandVersion ?? 1)
  const clusterUuid = store.reads.cluster()?.clusterUuid ?? null
  const marks = { loaded, identity: directory.identity, applied, clusterUuid }
  const found = checkMarks(marks)
  if (found === 'finish-install') await level.compact(applied)
  await directory.recordInstalling(null)
  const logStore = await DurableLogStore.open(level, directory, loaded.hardState)
  return { store, logStore, loaded: found === 'sound' ? loaded : loadedAbove(loaded, applied) }
}

function firstMembership(members: readonly BootstrapMember[]): Membership {
  const voters = members.map(member => member.nodeId).sort((left, right) => left - right)
  return { voters, votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false }
}
