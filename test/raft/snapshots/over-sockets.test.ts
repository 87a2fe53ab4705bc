// A snapshot over real sockets: whole, bounded in memory, gone on with after a break, and never taken when it is not right.
import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import type { SnapshotMessage } from '../../../src/raft/core/index.js'
import {
  type PeerStream,
  type SnapshotHeader,
  type SnapshotSink,
  type SnapshotSource,
  type SnapshotStore,
  systemClock,
  WsSnapshotStreams,
} from '../../../src/raft/index.js'
import { encodeAnswer, encodeChunk, encodeOffer } from '../../../src/raft/snapshots/frames.js'
import { CHUNK_BYTES, WINDOW_CHUNKS } from '../../../src/raft/snapshots/limits.js'
import { receiveSnapshot } from '../../../src/raft/snapshots/receive-snapshot.js'
import { sendSnapshot } from '../../../src/raft/snapshots/send-snapshot.js'
import { startPair } from '../ws-transport/link-support.js'

const membership = {
  voters: [1, 2],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
}
const mark = { index: 40, term: 3, timeMs: 7, membership }
const message: SnapshotMessage = { type: 'snapshot', from: 1, to: 2, term: 3, snapshot: mark }

function sourceOf(bytes: Uint8Array) {
  const header = { mark, bytes: bytes.length, sha256: hashOf(bytes) }
  const reads: number[] = []
  const source: SnapshotSource = {
    header,
    read: async (offset, count) => {
      reads.push(offset)
      return bytes.slice(offset, offset + count)
    },
    release: () => {},
  }
  return { source, reads }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Keeps what it was given from stream to stream. */
class MemoryReceiver implements Pick<SnapshotStore, 'receive'> {
  bytes = new Uint8Array(0)
  delivered = 0
  finished = 0
  isNeeded = true
  beforeWrite: () => Promise<void> = () => Promise.resolve()

  async receive(header: SnapshotHeader): Promise<SnapshotSink> {
    const store = this
    return {
      get received() {
        return store.bytes.length
      },
      write: async data => {
        await store.beforeWrite()
        store.bytes = Buffer.concat([store.bytes, data])
      },
      finish: async () => {
        store.finished += 1
        if (hashOf(store.bytes) !== header.sha256) throw new Error('it is damaged')
      },
      release: async () => {},
    }
  }

  run(stream: PeerStream): Promise<void> {
    const never = () => Promise.reject(new Error('not used'))
    return receiveSnapshot(1, stream, {
      nodeId: 2,
      store: { take: never, install: never, installed: never, receive: h => this.receive(h) },
      clock: systemClock,
      isNeeded: () => this.isNeeded,
      deliver: async () => {
        this.delivered += 1
      },
    })
  }
}

async function streamsOf(t: Test) {
  const [one, two] = await startPair(t)
  const from = new WsSnapshotStreams(one.transport, systemClock)
  const to = new WsSnapshotStreams(two.transport, systemClock)
  const receiver = new MemoryReceiver()
  const ends: Promise<unknown>[] = []
  let accepted: PeerStream | null = null
  to.onStream = (nodeId, stream) => {
    t.equal(nodeId, 1)
    accepted = stream
    ends.push(
      receiver
        .run(stream)
        .catch(error => error)
        .finally(() => stream.close()),
    )
  }
  return { from, receiver, ends, breakIt: () => accepted?.close() }
}

const MANY = new Uint8Array(10 * CHUNK_BYTES + 77).map((_, at) => at % 251)

t.test('it arrives whole, and is sent when it is installed', async t => {
  const { from, receiver } = await streamsOf(t)
  const stream = await from.open(2)
  await sendSnapshot(stream, sourceOf(MANY).source, message)
  t.equal(hashOf(receiver.bytes), hashOf(MANY))
  t.equal(receiver.delivered, 1)
  stream.close()
})

t.test('a receiver that is slow makes the sender wait, not hoard', async t => {
  const { from, receiver } = await streamsOf(t)
  const { source, reads } = sourceOf(MANY)
  let ahead = 0
  receiver.beforeWrite = async () => {
    await new Promise(resolve => setTimeout(resolve, 5))
    ahead = Math.max(ahead, reads.length - Math.ceil(receiver.bytes.length / CHUNK_BYTES))
  }
  const stream = await from.open(2)
  await sendSnapshot(stream, source, message)
  t.ok(ahead <= WINDOW_CHUNKS + 1, `at most the window was ahead (${ahead})`)
  t.equal(hashOf(receiver.bytes), hashOf(MANY))
  stream.close()
})

t.test('after a break it goes on where it was', async t => {
  const { from, receiver, ends, breakIt } = await streamsOf(t)
  receiver.beforeWrite = async () => {
    if (receiver.bytes.length === 3 * CHUNK_BYTES) breakIt()
  }
  const first = await from.open(2)
  await t.rejects(sendSnapshot(first, sourceOf(MANY).source, message))
  await Promise.all(ends)
  const had = receiver.bytes.length
  t.ok(had >= 3 * CHUNK_BYTES && had < MANY.length)
  receiver.beforeWrite = () => Promise.resolve()
  const { source, reads } = sourceOf(MANY)
  const second = await from.open(2)
  await sendSnapshot(second, source, message)
  t.equal(reads[0], had)
  t.equal(hashOf(receiver.bytes), hashOf(MANY))
  second.close()
})

t.test('what is not needed is not sent', async t => {
  const { from, receiver } = await streamsOf(t)
  receiver.isNeeded = false
  const { source, reads } = sourceOf(MANY)
  const stream = await from.open(2)
  await sendSnapshot(stream, source, message)
  t.same(reads, [])
  t.equal(receiver.delivered, 1, 'the core is told of the mark all the same')
  stream.close()
})

t.test('a snapshot that is not what was offered is refused, and the sender is told', async t => {
  const { from, receiver } = await streamsOf(t)
  const { source } = sourceOf(MANY)
  const header = { ...source.header, sha256: '0'.repeat(64) }
  const stream = await from.open(2)
  await t.rejects(sendSnapshot(stream, { ...source, header }, message), /refused it: it is damaged/)
  t.equal(receiver.delivered, 0)
  stream.close()
})

const chunk = encodeChunk(0, new Uint8Array([1, 2, 3]))
const flipped = Uint8Array.from(chunk)
flipped[flipped.length - 1] = 9
const malformed: readonly { readonly what: string; readonly frames: readonly Uint8Array[] }[] = [
  { what: 'no offer', frames: [chunk] },
  { what: 'no msgpack', frames: [new Uint8Array([0xc1])] },
  { what: 'a chunk whose checksum is wrong', frames: [encodeOffer(message, headerOf()), flipped] },
  {
    what: 'a chunk out of place',
    frames: [encodeOffer(message, headerOf()), encodeChunk(5, chunk)],
  },
  { what: 'an answer', frames: [encodeOffer(message, headerOf()), encodeAnswer({ type: 'done' })] },
]

function headerOf(): SnapshotHeader {
  return { mark, bytes: 100, sha256: '0'.repeat(64) }
}

t.test('whatever else comes ends the stream', async t => {
  for (const { what, frames } of malformed) {
    const { from, receiver, ends } = await streamsOf(t)
    const stream = await from.open(2)
    for (const frame of frames) stream.send(frame)
    for (let at = 0; at < frames.length; at++) await stream.receive(5000)
    await t.rejects(stream.receive(5000), /closed/, what)
    t.type(await ends[0], Error)
    t.equal(receiver.finished, 0)
  }
})

t.test('silence ends a stream', async t => {
  const { from } = await streamsOf(t)
  const stream = await from.open(2)
  await t.rejects(stream.receive(20), /nothing came for 20 ms/)
})
