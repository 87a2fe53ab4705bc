// Every bound of the peer link, in one place: nothing on it may grow without one of these.

export type LinkLimits = {
  /** Largest frame accepted or sent. */
  readonly frameBytesMax: number
  /** A batch that has grown this far is sent without waiting for the end of the turn. */
  readonly frameBytesTarget: number
  /** Bytes waiting for one peer's socket; above it messages are dropped and counted (Raft retries). */
  readonly queueBytesMax: number
  /** What may arrive on a socket before its handshake is done, and the largest frame a dialer accepts. */
  readonly handshakeBytesMax: number
  /** From an accepted (or dialed) TCP connection to a finished handshake. */
  readonly handshakeMs: number
  readonly pingMs: number
  /** Pings in a row without an answer before a link counts as dead. */
  readonly pingsMissedMax: number
  /** Accepted connections at one time, on each listening address. */
  readonly acceptedMax: number
  /** Accepted connections without a handshake; the oldest makes room for a new one. */
  readonly unauthenticatedMax: number
  readonly backoffMinMs: number
  readonly backoffMaxMs: number
  /** A link that lived this long starts its backoff anew. */
  readonly backoffResetMs: number
  /** How long a closing link may take to flush before its socket is destroyed. */
  readonly closeMs: number
  /** One refusal that keeps repeating is logged once in this time. */
  readonly refusalLogMs: number
}

const KIB = 1024
const MIB = 1024 * KIB

export const LINK_LIMITS: LinkLimits = {
  frameBytesMax: 16 * MIB,
  frameBytesTarget: MIB,
  queueBytesMax: 32 * MIB,
  handshakeBytesMax: 64 * KIB,
  handshakeMs: 5_000,
  pingMs: 5_000,
  pingsMissedMax: 4,
  acceptedMax: 256,
  unauthenticatedMax: 64,
  backoffMinMs: 20,
  backoffMaxMs: 1_000,
  backoffResetMs: 1_000,
  closeMs: 500,
  refusalLogMs: 60_000,
}

/** Bounds of a handshake's lists and texts; far above what a cluster has. */
export const LISTED_NODES_MAX = 100
export const ADDRESS_LENGTH_MAX = 300
export const PROGRAM_LENGTH_MAX = 100
export const REFUSAL_LENGTH_MAX = 600
/** Members in one snapshot's membership list. */
export const MEMBERS_MAX = 1_000
/** Messages and application frames in one frame. */
export const FRAME_ITEMS_MAX = 65_536
