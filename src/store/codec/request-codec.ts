// A Request as bytes of a log entry: a format byte, then compact arrays. The layout of a format never changes; a new
// one gets a new number, and old ones stay readable as long as a log may hold them.
import { COMMAND_VERSION, type IdempotencyKey, type Request } from '../../ledger/index.js'
import { decodeCommand, encodeCommand } from './command-codec.js'
import { Fields } from './fields.js'
import { principalFields, readPrincipal } from './identity-codec.js'
import { packAs, unpackAs } from './packed.js'

const REQUEST_FORMAT = 1
/** As format 1, with its principal behind it. */
const PRINCIPAL_FORMAT = 2

/**
 * Checks as it encodes: what is in the log must be readable on every node, so a value of the wrong type is refused
 * here, where it harms one caller. @throws a full sentence then.
 */
export function encodeRequest(request: Request): Uint8Array {
  const { version, session, sequence, awaitedFrom, origin, idempotency, command } = request
  const fields = [
    version,
    session.nodeId,
    session.start,
    sequence,
    awaitedFrom,
    origin.actor,
    origin.clientAddress,
    origin.userAgent,
    idempotency === null ? null : [idempotency.scopeHash, idempotency.requestHash],
    encodeCommand(command),
  ]
  const { principal } = request
  if (principal !== null) fields.push(principalFields(principal))
  readRequest(fields)
  return packAs(principal === null ? REQUEST_FORMAT : PRINCIPAL_FORMAT, fields)
}

/** Read before they were in the log; each until it is decoded, or forgotten with its bytes. */
const readAhead = new WeakMap<Uint8Array, Request>()

/**
 * Makes sure that `decodeRequest` will not throw on these bytes, and keeps what was read for it: the work is done once.
 * @throws as `decodeRequest` does.
 */
export function readRequestAhead(bytes: Uint8Array): Request {
  const request = decodeRequest(bytes)
  readAhead.set(bytes, request)
  return request
}

/** @throws a full sentence when the bytes are damaged, or of a newer program. */
export function decodeRequest(bytes: Uint8Array): Request {
  const read = readAhead.get(bytes)
  if (read !== undefined) {
    readAhead.delete(bytes)
    return read
  }
  const format = bytes[0] === PRINCIPAL_FORMAT ? PRINCIPAL_FORMAT : REQUEST_FORMAT
  return readRequest(unpackAs(format, bytes, 'A request in the log'))
}

function readRequest(values: unknown): Request {
  const fields = new Fields(values, 'A request')
  const version = fields.count()
  if (version > COMMAND_VERSION) {
    throw new Error(
      `A request has command version ${version}, and this program knows versions up to ${COMMAND_VERSION}: upgrade this node.`,
    )
  }
  const request: Request = {
    version,
    session: { nodeId: fields.count(), start: fields.count() },
    sequence: fields.count(),
    awaitedFrom: fields.count(),
    origin: {
      actor: fields.text(),
      clientAddress: fields.textOrNull(),
      userAgent: fields.textOrNull(),
    },
    idempotency: readIdempotency(fields.raw()),
    command: decodeCommand(fields.raw()),
    principal: fields.more() ? readPrincipal(fields.fields('A principal')) : null,
  }
  fields.end()
  return request
}

function readIdempotency(value: unknown): IdempotencyKey | null {
  if (value === null) return null
  const fields = new Fields(value, 'An idempotency key')
  const key = { scopeHash: fields.text(), requestHash: fields.text() }
  fields.end()
  return key
}
