// The cluster's first command: whoever leads first mints the cluster's identity.
import { randomUUID } from 'node:crypto'
import type { Gateway } from '../gateway/index.js'
import type { ClusterMember } from '../ledger/index.js'
import type { Log, Raft } from '../raft/index.js'
import type { StoreView } from '../store/index.js'

export type GenesisDependencies = {
  readonly clusterId: number
  /** The members the cluster begins with; null while that is not known. */
  readonly members: () => readonly ClusterMember[] | null
  readonly raft: Raft
  readonly store: StoreView
  readonly gateway: Gateway
  readonly log: Log
}

const TIMEOUT_MS = 10_000

/** Applied twice it changes nothing, so every first leader may try. Returns a function that stops trying. */
export function proposeGenesis(dependencies: GenesisDependencies): () => void {
  const { clusterId, members, raft, store, gateway, log } = dependencies
  let busy = false
  const attempt = async (): Promise<void> => {
    const founders = members()
    // Who leads has a state that can be read; one that failed leads nothing.
    if (busy || founders === null || raft.status().role !== 'leader') return
    if (store.reads.cluster() !== null) return
    busy = true
    try {
      await gateway.submit(
        { type: 'genesis', clusterId, clusterUuid: randomUUID(), members: founders },
        {
          origin: { actor: 'system', clientAddress: null, userAgent: null },
          idempotency: null,
          timeoutMs: TIMEOUT_MS,
        },
      )
    } catch (error) {
      log.warn(
        { error: String(error) },
        'the cluster is not founded yet; the next leader tries again',
      )
    } finally {
      busy = false
    }
  }
  const unsubscribe = raft.onStatus(() => void attempt())
  void attempt()
  return unsubscribe
}
