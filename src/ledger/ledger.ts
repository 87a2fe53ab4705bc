// The replicated state machine's rules behind one door. Pure and synchronous: no clock, no chance, no await.
// It keeps the address space (networks, their nesting and free space) in memory and everything else in rows.
import type { Request } from './commands.js'
import type { Network, NetworkStatistics, Vrf } from './entities.js'
import type { Outcome } from './outcomes.js'
import type { ClusterIdentity, LedgerImage, LedgerRows } from './ports.js'

/** Where a request stands in the log. */
export type Placement = { readonly revision: number; readonly timeMs: number }

export class Ledger {
  constructor(readonly rows: LedgerRows) {}

  /** Rebuilds the address space; yields after every slice of about a thousand claims, so that the caller can breathe. */
  *load(image: LedgerImage): Generator<void, void, void> {
    void image
    yield
  }

  /** Decides one request. Never throws on anything a client could send; a throw is a bug and stops the node. */
  execute(request: Request, at: Placement): Outcome {
    throw new Error(`not built yet ${request.version} ${at.revision}`)
  }

  cluster(): ClusterIdentity | null {
    throw new Error('not built yet')
  }

  vrfs(): readonly Vrf[] {
    throw new Error('not built yet')
  }

  network(id: number): Network | null {
    throw new Error(`not built yet ${id}`)
  }

  /** Direct children, in address order. */
  childNetworks(id: number): readonly Network[] {
    throw new Error(`not built yet ${id}`)
  }

  parentNetwork(id: number): Network | null {
    throw new Error(`not built yet ${id}`)
  }

  /** O(log n). null when there is no such network. */
  statistics(networkId: number): NetworkStatistics | null {
    throw new Error(`not built yet ${networkId}`)
  }

  /** Free ranges of usable addresses from `from` on, at most `limit`, in address order. */
  freeRanges(
    networkId: number,
    from: bigint,
    limit: number,
  ): { readonly first: bigint; readonly last: bigint }[] {
    throw new Error(`not built yet ${networkId} ${from} ${limit}`)
  }
}
