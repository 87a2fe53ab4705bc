// Brings one snapshot to one follower: offered, sent in chunks from where the follower is, awaited until it is installed.
import type { SnapshotMessage } from '../core/index.js'
import type { PeerStream, SnapshotSource } from '../ports.js'
import { type Answer, decodeAnswer, encodeChunk, encodeOffer } from './frames.js'
import { CHUNK_BYTES, SILENCE_MS, WINDOW_CHUNKS } from './limits.js'

/** @throws when the stream breaks or is closed, or the follower refuses. */
export async function sendSnapshot(
  stream: PeerStream,
  source: SnapshotSource,
  message: SnapshotMessage,
  onAnswered: (bytes: number) => void = () => {},
): Promise<void> {
  const { header } = source
  stream.send(encodeOffer(message, header))
  const first = await nextAnswer(stream)
  if (first.type === 'done') return
  let answered = first.type === 'received' ? first.bytes : 0
  let sent = answered
  while (answered < header.bytes) {
    for (; sent < header.bytes && sent - answered < WINDOW_CHUNKS * CHUNK_BYTES; ) {
      const data = await source.read(sent, CHUNK_BYTES)
      stream.send(encodeChunk(sent, data))
      sent += data.length
    }
    const answer = await nextAnswer(stream)
    if (answer.type !== 'received' || answer.bytes <= answered || answer.bytes > sent) {
      throw new Error('the follower answered what was not asked')
    }
    answered = answer.bytes
    onAnswered(answered)
  }
  while ((await nextAnswer(stream)).type !== 'done');
}

async function nextAnswer(stream: PeerStream): Promise<Answer> {
  const answer = decodeAnswer(await stream.receive(SILENCE_MS))
  if (answer.type === 'refused') throw new Error(`the follower refused it: ${answer.reason}`)
  return answer
}
