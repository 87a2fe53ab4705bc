// The gateway's own frames on the peer link: commands on their way to the leader, and its refusals to take them.
// There is no frame for success: a command's outcome is what its own node sees when it applies it.
import { FRAME_LIST_MAX, isCount, isCounts, packr, unpackFrame } from './frame-fields.js'

/** Commands in one frame, so that a burst after an election cannot build an endless one. */
export const FORWARD_COMMANDS_MAX = FRAME_LIST_MAX
/** Bytes of commands in one frame, far below what the peer link carries; a larger command travels alone. */
export const FORWARD_BYTES_MAX = 1 << 20

const FORWARD = 1
const REFUSED = 2

export type ForwardedCommand = { readonly sequence: number; readonly bytes: Uint8Array }

/**
 * `unreadable`: the leader could not apply it, and so it must not be in the log (decision 31). `too-new`: the leader
 * could, and not every member is known to (decision 44).
 */
const refusalReasons = ['not-leader', 'overloaded', 'unreadable', 'too-new'] as const
export type RefusalReason = (typeof refusalReasons)[number]

export type ForwardFrame =
  | {
      readonly type: 'forward'
      readonly start: number
      readonly commands: readonly ForwardedCommand[]
    }
  | {
      readonly type: 'refused'
      readonly start: number
      readonly reason: RefusalReason
      readonly sequences: readonly number[]
    }

/** Splits what is to be handed over, in order, into the commands of one frame each. */
export function frameParts<C extends ForwardedCommand>(commands: readonly C[]): C[][] {
  const parts: C[][] = []
  let part: C[] = []
  let bytes = 0
  for (const command of commands) {
    const isFull = bytes + command.bytes.length > FORWARD_BYTES_MAX
    if (part.length === FORWARD_COMMANDS_MAX || (isFull && part.length > 0)) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(command)
    bytes += command.bytes.length
  }
  if (part.length > 0) parts.push(part)
  return parts
}

/** `start` is the sender's session, so that an answer to an earlier life of it is not taken for its own. */
export function encodeForwardFrame(frame: ForwardFrame): Uint8Array {
  return frame.type === 'forward'
    ? packr.pack([
        FORWARD,
        frame.start,
        frame.commands.map(command => command.sequence),
        frame.commands.map(command => command.bytes),
      ])
    : packr.pack([REFUSED, frame.start, frame.reason, frame.sequences])
}

/** @returns null when the bytes are no such frame. */
export function decodeForwardFrame(bytes: Uint8Array): ForwardFrame | null {
  const fields = unpackFrame(bytes)
  if (fields === null) return null
  const [type, start, third, fourth] = fields
  if (!isCount(start)) return null
  if (type === FORWARD) return decodeForward(start, third, fourth)
  if (type !== REFUSED || !isCounts(fourth)) return null
  const reason = refusalReasons.find(each => each === third)
  return reason === undefined ? null : { type: 'refused', start, reason, sequences: fourth }
}

function decodeForward(start: number, sequences: unknown, payloads: unknown): ForwardFrame | null {
  if (!isCounts(sequences) || !Array.isArray(payloads)) return null
  if (payloads.length !== sequences.length) return null
  const commands: ForwardedCommand[] = []
  for (const [position, sequence] of sequences.entries()) {
    const bytes: unknown = payloads[position]
    if (!(bytes instanceof Uint8Array)) return null
    commands.push({ sequence, bytes })
  }
  return { type: 'forward', start, commands }
}
