// One frame: messages and application frames in the order they were handed over, as one msgpack array.
import { Packr, Unpackr } from 'msgpackr'
import type { Message } from '../core/index.js'
import { FRAME_ITEMS_MAX } from './limits.js'
import { decodeMessage, MalformedFrame, type Sides, type WireMessage } from './message-codec.js'

/** An encoded message, or the gateway's own bytes. */
export type FrameItem = WireMessage | Uint8Array

/** What arrived, in order; neighbouring messages are handed over together. */
export type FramePart =
  | { readonly type: 'messages'; readonly messages: readonly Message[] }
  | { readonly type: 'application'; readonly frame: Uint8Array }

// Records keep state for each connection and would tie a frame to those before it.
const packr = new Packr({ useRecords: false })
const unpackr = new Unpackr({ useRecords: false, structuredClone: false })

export function encodeFrame(items: readonly FrameItem[]): Uint8Array {
  return packr.pack(items)
}

/** @throws MalformedFrame on anything that `encodeFrame` does not write */
export function decodeFrame(bytes: Uint8Array, sides: Sides): FramePart[] {
  const items = unpackItems(bytes)
  const parts: FramePart[] = []
  let messages: Message[] = []
  for (const item of items) {
    if (!(item instanceof Uint8Array)) {
      if (messages.length === 0) parts.push({ type: 'messages', messages })
      messages.push(decodeMessage(item, sides))
      continue
    }
    parts.push({ type: 'application', frame: item })
    messages = []
  }
  return parts
}

function unpackItems(bytes: Uint8Array): readonly unknown[] {
  let items: unknown
  try {
    items = unpackr.unpack(bytes)
  } catch (cause) {
    throw new MalformedFrame('a frame is not msgpack', { cause })
  }
  if (!Array.isArray(items) || items.length > FRAME_ITEMS_MAX)
    throw new MalformedFrame('a frame is not an array of items')
  return items
}
