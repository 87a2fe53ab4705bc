// Who a node is, as its data directory remembers it: a small file beside the log, because a lost log looks like a new one.
import { createHash } from 'node:crypto'
import type { Index, NodeId, Term } from '../core/index.js'

/** One member of the list a cluster began with. */
export type BootstrapMember = {
  readonly nodeId: NodeId
  readonly raftAddress: string
  readonly apiAddress: string
  readonly dataUuid: string
}

export type Identity = {
  readonly nodeId: NodeId
  /** Made once for each data directory; the membership binds it to the node id. */
  readonly dataUuid: string
  /** Minted by the cluster's first entry; null until this node has seen it. */
  readonly clusterUuid: string | null
  /** Starts of the daemon on this directory, this one included: the session number of its commands, no identity. */
  readonly startCount: number
  /** Copy of the log's term and vote (0 = none). The log's may be newer, never older. */
  readonly term: Term
  readonly vote: NodeId
  /** The members that the cluster began with, once that beginning was completed here. */
  readonly bootstrap: readonly BootstrapMember[] | null
  /** A snapshot whose state may have replaced ours before the log followed (see checkMarks). */
  readonly installing: { readonly index: Index; readonly term: Term } | null
  /** The state was found to differ from that of the majority at this entry: no daemon starts here any more. */
  readonly diverged?: { readonly index: Index }
  /** A recovery into a new cluster was begun: until it is finished, no daemon starts here. */
  readonly recovering?: { readonly clusterUuid: string }
}

/** Its name in the data directory. */
export const identityFile = 'identity.json'
const format = 1

/** Readable JSON; the checksum is over the identity as JSON without spaces. */
export function encodeIdentity(identity: Identity): string {
  return `${JSON.stringify({ format, checksum: checksumOf(identity), identity }, null, 2)}\n`
}

/** @returns null when the text is not what `encodeIdentity` wrote. */
export function decodeIdentity(text: string): Identity | 'unknown-format' | null {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof file !== 'object' || file === null || !('identity' in file)) return null
  if (!('checksum' in file) || file.checksum !== checksumOf(file.identity)) return null
  if (!('format' in file) || file.format !== format) return 'unknown-format'
  // The checksum says that this is what a daemon of this format wrote, so its shape needs no second look.
  return file.identity as Identity
}

function checksumOf(identity: unknown): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex')
}
