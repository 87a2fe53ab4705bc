// Lists: a bare array, complete and streamed, or with `limit` one page and a link to the next.
import { Type } from '@sinclair/typebox'
import { ApiError, invalid } from './api-error.js'
import type { Call } from './call.js'
import type { Answer } from './route.js'
import { countAnswer, headOf } from './send.js'

/** Read at once on the main thread; only longer lists are scanned and streamed. */
const SHORT_LIST_MAX = 200

export function pageParameters(limitMax: number) {
  return {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limitMax,
        description: 'One page of at most that many; without it (and cursor) the list is complete.',
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{1,64}$',
        description: 'Where the page starts, from the Link header of the page before.',
      }),
    ),
  }
}

export type ListSource<T> = {
  /** Synchronous, in id order. */
  page(page: { afterId: number; limit: number }): readonly T[]
  scan(signal: AbortSignal): AsyncIterable<readonly T[]>
  idOf(item: T): number
  /** One element as JSON text. */
  render(item: T): string
}

/** Answers with a page, or streams the whole list. The caller has awaited the read level. */
export async function answerList<T>(
  call: Call,
  query: { readonly limit?: number; readonly cursor?: string },
  source: ListSource<T>,
): Promise<Answer | null> {
  if (query.limit !== undefined || query.cursor !== undefined)
    return pageAnswer(call, query.limit ?? call.app.options.pageLimit, query.cursor, source)
  const short = source.page({ afterId: 0, limit: SHORT_LIST_MAX + 1 })
  if (short.length <= SHORT_LIST_MAX)
    return { status: 200, body: `[${short.map(source.render).join(',')}]` }
  await streamList(call, source)
  return null
}

function pageAnswer<T>(
  call: Call,
  limit: number,
  cursor: string | undefined,
  source: ListSource<T>,
): Answer {
  const afterId = cursor === undefined ? 0 : readCursor(cursor)
  const items = source.page({ afterId, limit: limit + 1 })
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  const headers: string[] = []
  if (items.length > limit && last !== undefined)
    headers.push('Link', `<${nextUrl(call, source.idOf(last), limit)}>; rel="next"`)
  return { status: 200, body: `[${shown.map(source.render).join(',')}]`, headers }
}

/** Cursors are opaque to clients: the id after which the page starts. */
function writeCursor(afterId: number): string {
  return Buffer.from(`after:${afterId}`).toString('base64url')
}

function readCursor(cursor: string): number {
  const digits = /^after:(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1]
  if (digits === undefined)
    throw invalid('cursor', cursor, 'it must be one that a Link header of this server gave')
  return Number(digits)
}

function nextUrl(call: Call, afterId: number, limit: number): string {
  const [path = '', search = ''] = (call.request.url ?? '').split('?')
  const parameters = new URLSearchParams(search)
  parameters.set('limit', String(limit))
  parameters.set('cursor', writeCursor(afterId))
  return `${path}?${parameters}`
}

/**
 * Streams the array in pieces, no faster than the client reads. When it fails or takes too long the connection is
 * cut before the closing bracket, so that nobody takes a part for the whole.
 */
async function streamList<T>(call: Call, source: ListSource<T>): Promise<void> {
  const { app, response } = call
  if (app.lists >= app.options.listsMax)
    throw new ApiError(
      503,
      'overloaded',
      `${app.lists} long lists are being sent already; try again, or ask for pages with limit.`,
      { outcome: 'known' },
      ['Retry-After', '1'],
    )
  app.lists++
  const controller = new AbortController()
  const abort = () => controller.abort()
  const cancelTimer = app.clock.after(app.options.listTimeoutMs, () => {
    app.metrics.listsCut.inc()
    app.log.warn({ requestId: call.requestId, url: call.request.url }, 'list took too long, cut')
    controller.abort()
    response.destroy()
  })
  response.once('close', abort)
  try {
    let separator = '['
    for await (const items of source.scan(controller.signal)) {
      if (!response.headersSent) startList(call)
      if (items.length > 0) {
        const more = response.write(separator + items.map(source.render).join(','))
        separator = ','
        if (!more) await drained(call, controller.signal)
      }
      controller.signal.throwIfAborted()
    }
    if (!response.headersSent) startList(call)
    response.end(separator === '[' ? '[]' : ']')
    countAnswer(call, 200)
  } catch (error) {
    // A client that went away, or a list cut above: there is nobody left to tell.
    if (!controller.signal.aborted) throw error
    response.destroy()
  } finally {
    cancelTimer()
    response.off('close', abort)
    app.lists--
  }
}

function startList(call: Call): void {
  const head = headOf(call)
  head.push('Content-Type', 'application/json; charset=utf-8')
  call.response.writeHead(200, head)
}

/** Resolves when the client has read what was written, or the signal fires. */
function drained(call: Call, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      call.response.off('drain', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    call.response.on('drain', done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
