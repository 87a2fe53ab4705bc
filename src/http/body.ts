// Reads a request's JSON body: bounded, and only what says it is JSON.
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { ApiError } from './api-error.js'
import { jsonErrorPosition } from './json-position.js'

/** A body that is too large is read on and thrown away up to this many times the limit, so that the client hears why. */
const DISCARD_FACTOR = 16

/** The client went away before its request was whole; there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** @returns the parsed body, undefined when there is none. @throws ApiError 400, 413, 415; ClientGone */
export function readJson(request: IncomingMessage, bytesMax: number): Promise<unknown> | undefined {
  const length = request.headers['content-length']
  if (length === undefined) {
    if (request.headers['transfer-encoding'] === undefined) return undefined
  } else if (length === '0') return undefined
  checkType(request)
  // Gone while it was found out who asks: no event will say so any more.
  if (request.destroyed) throw new ClientGone('The client closed the connection.')
  return readBytes(request, bytesMax).then(parse)
}

function checkType(request: IncomingMessage): void {
  const type = request.headers['content-type']
  if (type !== 'application/json' && !isJsonType(type ?? ''))
    throw new ApiError(
      415,
      'unsupported-media-type',
      `The body must be JSON (Content-Type: application/json), not ${type === undefined ? 'of unstated type' : type.slice(0, 100)}.`,
    )
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw new ApiError(
      415,
      'unsupported-content-encoding',
      `The body must not be compressed (Content-Encoding: ${encoding.slice(0, 100)}).`,
    )
}

function isJsonType(type: string): boolean {
  const [essence, ...parameters] = type.toLowerCase().split(';')
  if (essence?.trim() !== 'application/json') return false
  return parameters.every(parameter => {
    const [name, value] = parameter.split('=')
    if (name?.trim() !== 'charset') return true
    return /^"?utf-?8"?$/.test(value?.trim() ?? '')
  })
}

function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let size = 0
    const tooLarge = (headers: string[]) =>
      reject(
        new ApiError(
          413,
          'body-too-large',
          `The body is larger than ${bytesMax} bytes; send it in smaller pieces.`,
          { limit_bytes: bytesMax },
          headers,
        ),
      )
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= bytesMax) chunks.push(chunk)
      else if (size <= bytesMax * DISCARD_FACTOR) chunks = []
      else {
        request.pause()
        tooLarge(['Connection', 'close'])
      }
    })
    request.on('end', () => {
      if (size > bytesMax) tooLarge([])
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
    // Without a listener for it no 'error' is emitted, and 'close' comes after it anyway.
    request.on('close', () => {
      // After the whole body this is only the connection's end; an error, with its stack, would be made for nothing.
      if (!request.complete) reject(new ClientGone('The client closed the connection.'))
    })
  })
}

function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes))
    throw new ApiError(400, 'malformed-json', 'The body is not valid JSON: it is not UTF-8 text.')
  const text = bytes.toString('utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    const position = jsonErrorPosition(text)
    const found = text[position]
    throw new ApiError(
      400,
      'malformed-json',
      found === undefined
        ? `The body is not valid JSON: it ends too early, at position ${position}.`
        : `The body is not valid JSON: unexpected ${JSON.stringify(found)} at position ${position}.`,
      { position, cause: error instanceof Error ? error.message.slice(0, 200) : '' },
    )
  }
}
