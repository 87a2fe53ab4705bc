// Takes one snapshot from the leader: into a sink chunk by chunk, verified as a whole, and then handed to the core.
import type { NodeId, SnapshotMessage } from '../core/index.js'
import type { Clock, PeerStream, SnapshotStore } from '../ports.js'
import { MalformedFrame } from '../ws-transport/message-codec.js'
import { type Answer, decodeChunk, decodeOffer, encodeAnswer, type Offer } from './frames.js'
import { SILENCE_MS, WORKING_MS } from './limits.js'

export type ReceiveDependencies = {
  readonly nodeId: NodeId
  readonly store: SnapshotStore
  readonly clock: Clock
  /** Whether what the message stands for is missing here. */
  readonly isNeeded: (message: SnapshotMessage) => boolean
  /** Hands it to the core. Resolves when the verified snapshot is installed. @throws why it is not taken */
  readonly deliver: (message: SnapshotMessage) => Promise<void>
  /** How much of it is here; called after each chunk. */
  readonly onReceived?: (progress: SnapshotProgress) => void
}

export type SnapshotProgress = { readonly bytes: number; readonly bytesTotal: number }

/** @throws when the stream breaks, or the snapshot is not what was offered; the sender is told why then. */
export async function receiveSnapshot(
  from: NodeId,
  stream: PeerStream,
  dependencies: ReceiveDependencies,
): Promise<void> {
  const { nodeId, isNeeded, deliver } = dependencies
  const answer = (word: Answer) => stream.send(encodeAnswer(word))
  try {
    const offer = decodeOffer(await stream.receive(SILENCE_MS), { from, to: nodeId })
    if (isNeeded(offer.message)) await receiveOffered(offer, stream, dependencies)
    else await deliver(offer.message)
    answer({ type: 'done' })
  } catch (error) {
    answer({ type: 'refused', reason: (error as Error).message })
    throw error
  }
}

async function receiveOffered(
  { message, bytes, sha256 }: Offer,
  stream: PeerStream,
  { store, clock, deliver, onReceived }: ReceiveDependencies,
): Promise<void> {
  const sink = await store.receive({ mark: message.snapshot, bytes, sha256 })
  const answer = (word: Answer) => stream.send(encodeAnswer(word))
  const received = () => {
    onReceived?.({ bytes: sink.received, bytesTotal: bytes })
    answer({ type: 'received', bytes: sink.received })
  }
  try {
    received()
    while (sink.received < bytes) {
      const { offset, data } = decodeChunk(await stream.receive(SILENCE_MS))
      if (offset !== sink.received) throw new MalformedFrame('a chunk is out of place')
      await sink.write(data)
      received()
    }
    const rest = repeatedly(clock, () => answer({ type: 'working' }))
    try {
      await sink.finish()
      await deliver(message)
    } finally {
      rest()
    }
  } finally {
    await sink.release()
  }
}

/** @returns what ends it */
function repeatedly(clock: Clock, work: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    work()
    cancel = clock.after(WORKING_MS, again)
  }
  again()
  return () => cancel()
}
