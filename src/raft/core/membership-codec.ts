// How a MembershipChange stands in a log entry: a fixed binary form, so that every node and version reads the same change.
import { assert } from '../../lib/index.js'
import type { MemberChange, MembershipChange } from './types.js'

// Layout: format (1 byte), transition (1), change count (4, big-endian), then for each change its type (1) and
// node id (8, float64, exact for every safe integer); the rest is the context.
const format = 1
const headerBytes = 6
const changeBytes = 9

const transitions = ['auto', 'implicit', 'explicit'] as const
const changeTypes = ['voter', 'learner', 'remove', 'update'] as const

export function encodeMembershipChange(change: MembershipChange): Uint8Array {
  const contextStart = headerBytes + changeBytes * change.changes.length
  const bytes = new Uint8Array(contextStart + change.context.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, format)
  view.setUint8(1, transitions.indexOf(change.transition))
  view.setUint32(2, change.changes.length)
  change.changes.forEach(({ type, nodeId }, at) => {
    const start = headerBytes + changeBytes * at
    view.setUint8(start, changeTypes.indexOf(type))
    view.setFloat64(start + 1, nodeId)
  })
  bytes.set(change.context, contextStart)
  return bytes
}

/** @throws AssertionError when the bytes are no membership change: the log is damaged or was written by a newer version. */
export function decodeMembershipChange(bytes: Uint8Array): MembershipChange {
  assert(bytes.length >= headerBytes, 'a membership entry holds at least its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert(view.getUint8(0) === format, `membership entries have format ${format}`)
  const transition = transitions[view.getUint8(1)]
  assert(transition !== undefined, 'a membership entry names a known transition')
  const changeCount = view.getUint32(2)
  const contextStart = headerBytes + changeBytes * changeCount
  assert(bytes.length >= contextStart, 'a membership entry holds all of its changes')
  const changes: MemberChange[] = []
  for (let at = 0; at < changeCount; at++) {
    const start = headerBytes + changeBytes * at
    const type = changeTypes[view.getUint8(start)]
    const nodeId = view.getFloat64(start + 1)
    assert(type !== undefined, 'a membership entry names known types of change')
    assert(Number.isSafeInteger(nodeId) && nodeId >= 0, 'a membership entry names node ids')
    changes.push({ type, nodeId })
  }
  return { transition, changes, context: bytes.slice(contextStart) }
}
