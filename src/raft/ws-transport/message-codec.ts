// Raft messages as compact arrays and back. Sender and receiver are facts of the connection and do not travel;
// every field that does is checked here, so that nothing behind the link meets what the types forbid.
import { unreachable } from '../../lib/index.js'
import type { Entry, Membership, Message, NodeId, SnapshotMark, Term } from '../core/index.js'
import { decodeEntries, encodeEntries } from '../entry-codec.js'
import { isCount, isNodeId } from './identity.js'
import { MEMBERS_MAX } from './limits.js'

/** First element of every message. Numbers are never reused. */
const VOTE = 1
const VOTE_RESPONSE = 2
const APPEND = 3
const APPEND_ACCEPTED = 4
const APPEND_REJECTED = 5
const HEARTBEAT = 6
const HEARTBEAT_RESPONSE = 7
const SNAPSHOT = 8
const TIMEOUT_NOW = 9
const READ_INDEX = 10
const READ_INDEX_RESPONSE = 11
const TRANSFER = 12

export type WireValue = number | boolean | null | Uint8Array | readonly WireValue[]
export type WireMessage = readonly WireValue[]
export type Sides = { readonly from: NodeId; readonly to: NodeId }

/** A frame that no peer of this protocol version sends. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame'
}

export function encodeMessage(message: Message): WireMessage {
  const { term } = message
  switch (message.type) {
    case 'vote':
      return [VOTE, term, message.pre, message.force, message.lastIndex, message.lastTerm]
    case 'vote-response': {
      const { pre, granted, commit, commitTerm, clockMs = null } = message
      return [VOTE_RESPONSE, term, pre, granted, commit, commitTerm, clockMs]
    }
    case 'append': {
      const { previousIndex, previousTerm, commit, entries, quiet } = message
      const packed = entries.length === 0 ? null : encodeEntries(entries)
      return [APPEND, term, previousIndex, previousTerm, commit, packed, quiet]
    }
    case 'append-response':
      return message.accepted
        ? [APPEND_ACCEPTED, term, message.matchIndex]
        : [APPEND_REJECTED, term, message.rejectedIndex, message.hintIndex, message.hintTerm]
    case 'heartbeat':
      return [HEARTBEAT, term, message.commit, message.round, message.compactable]
    case 'heartbeat-response':
      return [HEARTBEAT_RESPONSE, term, message.round, message.clockMs]
    case 'snapshot':
      return [SNAPSHOT, term, ...encodeMark(message.snapshot)]
    case 'timeout-now':
      return [TIMEOUT_NOW, term]
    case 'read-index':
      return [READ_INDEX, term, message.context, message.quorum]
    case 'read-index-response':
      return [READ_INDEX_RESPONSE, term, message.context, message.index]
    case 'transfer':
      return [TRANSFER, term, message.target]
    default:
      return unreachable(message, 'message')
  }
}

function encodeMark({ index, term, timeMs, membership }: SnapshotMark): WireMessage {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = membership
  return [index, term, timeMs, voters, votersOutgoing, learners, learnersNext, autoLeave]
}

/** @throws MalformedFrame */
export function decodeMessage(wire: unknown, { from, to }: Sides): Message {
  const fields = new Fields(wire)
  const type = fields.count()
  const sides = { from, to, term: fields.count() }
  const message = decodeBody(type, sides, fields)
  fields.end()
  return message
}

type Addressed = Sides & { readonly term: Term }

// Fields are read in the order of the object literals below, which is the order on the wire.
function decodeBody(type: number, sides: Addressed, fields: Fields): Message {
  switch (type) {
    case VOTE: {
      const [pre, force] = [fields.boolean(), fields.boolean()]
      return {
        type: 'vote',
        ...sides,
        pre,
        force,
        lastIndex: fields.count(),
        lastTerm: fields.count(),
      }
    }
    case VOTE_RESPONSE: {
      const answer = { pre: fields.boolean(), granted: fields.boolean() }
      const committed = { commit: fields.count(), commitTerm: fields.count() }
      const clockMs = fields.countOrNull()
      const clock = clockMs === null ? {} : { clockMs }
      return { type: 'vote-response', ...sides, ...answer, ...committed, ...clock }
    }
    case APPEND:
      return decodeAppend(sides, fields)
    case APPEND_ACCEPTED:
      return { type: 'append-response', ...sides, accepted: true, matchIndex: fields.count() }
    case APPEND_REJECTED: {
      const [rejectedIndex, hintIndex] = [fields.count(), fields.count()]
      const hint = { rejectedIndex, hintIndex, hintTerm: fields.count() }
      return { type: 'append-response', ...sides, accepted: false, ...hint }
    }
    case HEARTBEAT: {
      const [commit, round] = [fields.count(), fields.count()]
      return { type: 'heartbeat', ...sides, commit, round, compactable: fields.count() }
    }
    case HEARTBEAT_RESPONSE:
      return {
        type: 'heartbeat-response',
        ...sides,
        round: fields.count(),
        clockMs: fields.count(),
      }
    case SNAPSHOT:
      return { type: 'snapshot', ...sides, snapshot: decodeMark(fields) }
    case TIMEOUT_NOW:
      return { type: 'timeout-now', ...sides }
    case READ_INDEX:
      return { type: 'read-index', ...sides, context: fields.count(), quorum: fields.boolean() }
    case READ_INDEX_RESPONSE:
      return {
        type: 'read-index-response',
        ...sides,
        context: fields.count(),
        index: fields.count(),
      }
    case TRANSFER:
      return { type: 'transfer', ...sides, target: fields.nodeId() }
    default:
      throw new MalformedFrame(`there is no message type ${type}`)
  }
}

function decodeAppend(sides: Addressed, fields: Fields): Message {
  const [previousIndex, previousTerm, commit] = [fields.count(), fields.count(), fields.count()]
  const packed = fields.bytesOrNull()
  const entries = packed === null ? [] : decodeEntriesStrictly(packed)
  // Between one another the entries are in order: decodeEntries saw to that.
  const [first, last] = [entries[0], entries.at(-1)]
  if (first && (first.index !== previousIndex + 1 || first.term < previousTerm))
    throw new MalformedFrame(`entry ${first.index} does not follow entry ${previousIndex}`)
  if (last && last.term > sides.term)
    throw new MalformedFrame(`entry ${last.index} is of a later term than its message`)
  const quiet = fields.boolean()
  return { type: 'append', ...sides, previousIndex, previousTerm, entries, commit, quiet }
}

function decodeEntriesStrictly(packed: Uint8Array): readonly Entry[] {
  try {
    return decodeEntries(packed)
  } catch (cause) {
    throw new MalformedFrame('the entries of an append could not be read', { cause })
  }
}

function decodeMark(fields: Fields): SnapshotMark {
  const [index, term, timeMs] = [fields.count(), fields.count(), fields.count()]
  const [voters, votersOutgoing] = [fields.nodeIds(), fields.nodeIds()]
  const [learners, learnersNext] = [fields.nodeIds(), fields.nodeIds()]
  const autoLeave = fields.boolean()
  const lists = { voters, votersOutgoing, learners, learnersNext }
  const membership: Membership = { ...lists, autoLeave }
  return { index, term, timeMs, membership }
}

/** Takes the fields of a wire message one by one; each method throws MalformedFrame on another kind of value. */
class Fields {
  readonly #values: readonly unknown[]
  #next = 0

  constructor(wire: unknown) {
    if (!Array.isArray(wire)) throw new MalformedFrame('a message is not an array')
    this.#values = wire
  }

  count(): number {
    return this.#take(isCount, 'a whole number')
  }

  nodeId(): NodeId {
    return this.#take(isNodeId, 'a node id')
  }

  boolean(): boolean {
    return this.#take(value => typeof value === 'boolean', 'a boolean')
  }

  countOrNull(): number | null {
    return this.#take(value => value === null || isCount(value), 'a whole number or nothing')
  }

  bytesOrNull(): Uint8Array | null {
    return this.#take(value => value === null || value instanceof Uint8Array, 'bytes or nothing')
  }

  nodeIds(): readonly NodeId[] {
    return this.#take(isNodeIds, 'ascending node ids')
  }

  end(): void {
    if (this.#next !== this.#values.length) throw new MalformedFrame('a message is too long')
  }

  #take<T>(is: (value: unknown) => value is T, what: string): T {
    const value = this.#values[this.#next++]
    if (!is(value)) throw new MalformedFrame(`field ${this.#next - 1} is not ${what}`)
    return value
  }
}

function isNodeIds(value: unknown): value is readonly NodeId[] {
  if (!Array.isArray(value) || value.length > MEMBERS_MAX) return false
  return value.every((id, place) => isNodeId(id) && (place === 0 || id > value[place - 1]))
}
