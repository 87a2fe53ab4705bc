// What travels on a snapshot's stream. The sender offers and sends chunks; the receiver answers each with how far it is.
import { crc32c } from '@node-rs/crc32'
import { Packr } from 'msgpackr'
import type { SnapshotMessage } from '../core/index.js'
import type { SnapshotHeader } from '../ports.js'
import { isCount } from '../ws-transport/identity.js'
import {
  decodeMessage,
  encodeMessage,
  MalformedFrame,
  type Sides,
} from '../ws-transport/message-codec.js'

/** First element of every frame. Numbers are never reused. */
const OFFER = 1
const CHUNK = 2
const RECEIVED = 3
const WORKING = 4
const DONE = 5
const REFUSED = 6

const SHA256 = /^[0-9a-f]{64}$/
const REASON_LENGTH_MAX = 300

/** `message.snapshot` is the mark in the header. */
export type Offer = {
  readonly type: 'offer'
  readonly message: SnapshotMessage
  readonly bytes: number
  readonly sha256: string
}
export type Chunk = { readonly type: 'chunk'; readonly offset: number; readonly data: Uint8Array }
export type Answer =
  /** Everything below `bytes` is here. */
  | { readonly type: 'received'; readonly bytes: number }
  /** It is being verified or installed. */
  | { readonly type: 'working' }
  /** It is installed, or was not needed. */
  | { readonly type: 'done' }
  | { readonly type: 'refused'; readonly reason: string }

/** As on the peer link: plain arrays only, nothing that one frame would leave behind for the next. */
const packr = new Packr({ useRecords: false })

export function encodeOffer(message: SnapshotMessage, header: SnapshotHeader): Uint8Array {
  const marked = { ...message, snapshot: header.mark }
  return packr.pack([OFFER, encodeMessage(marked), header.bytes, header.sha256])
}

/** @throws MalformedFrame */
export function decodeOffer(frame: Uint8Array, sides: Sides): Offer {
  const [type, wire, bytes, sha256] = unpack(frame)
  if (type !== OFFER) throw new MalformedFrame('a snapshot stream begins with an offer')
  const message = decodeMessage(wire, sides)
  if (message.type !== 'snapshot') throw new MalformedFrame('an offer is of a snapshot')
  if (!isCount(bytes)) throw new MalformedFrame('a snapshot has a size')
  if (typeof sha256 !== 'string' || !SHA256.test(sha256)) {
    throw new MalformedFrame('a snapshot has a SHA-256')
  }
  return { type: 'offer', message, bytes, sha256 }
}

export function encodeChunk(offset: number, data: Uint8Array): Uint8Array {
  return packr.pack([CHUNK, offset, crc32c(data), data])
}

/** @throws MalformedFrame, also when the data is not what was sent */
export function decodeChunk(frame: Uint8Array): Chunk {
  const [type, offset, crc, data] = unpack(frame)
  if (type !== CHUNK || !isCount(offset)) throw new MalformedFrame('a chunk was expected')
  if (!(data instanceof Uint8Array) || data.length === 0)
    throw new MalformedFrame('a chunk has data')
  if (crc32c(data) !== crc) throw new MalformedFrame('the checksum of a chunk is wrong')
  return { type: 'chunk', offset, data }
}

export function encodeAnswer(answer: Answer): Uint8Array {
  switch (answer.type) {
    case 'received':
      return packr.pack([RECEIVED, answer.bytes])
    case 'working':
      return packr.pack([WORKING])
    case 'done':
      return packr.pack([DONE])
    case 'refused':
      return packr.pack([REFUSED, answer.reason.slice(0, REASON_LENGTH_MAX)])
  }
}

/** @throws MalformedFrame */
export function decodeAnswer(frame: Uint8Array): Answer {
  const [type, value] = unpack(frame)
  if (type === RECEIVED && isCount(value)) return { type: 'received', bytes: value }
  if (type === WORKING) return { type: 'working' }
  if (type === DONE) return { type: 'done' }
  if (type === REFUSED && typeof value === 'string') {
    return { type: 'refused', reason: value.slice(0, REASON_LENGTH_MAX) }
  }
  throw new MalformedFrame('an answer about a snapshot was expected')
}

function unpack(frame: Uint8Array): readonly unknown[] {
  try {
    const values: unknown = packr.unpack(frame)
    if (Array.isArray(values)) return values
  } catch (cause) {
    throw new MalformedFrame('a frame of a snapshot could not be read', { cause })
  }
  throw new MalformedFrame('a frame of a snapshot is an array')
}
