// Lists: a bare array, complete and streamed, or with `limit` one page and a link to the next.
import { Type } from '@sinclair/typebox'
import type { CountedSlice } from '../store/index.js'
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

type Source<T> = {
  /** Synchronous, in id order. */
  page(page: { afterId: number; limit: number }): readonly T[]
  idOf(item: T): number
  /** One element as JSON text; null when it is gone since it was read. */
  render(item: T): string | null
}

export type ListSource<T> = Source<T> & {
  scan(signal: AbortSignal): AsyncIterable<readonly T[]>
}

/** The list of an object: what stands before it may say how many there are. */
export type InnerListSource<T> = Source<T> & {
  /** How many `page` would give without a limit. */
  count(): number
  scan(signal: AbortSignal): AsyncIterable<CountedSlice<T>>
  /** The object up to and with the opening bracket of its list, which is its last field. */
  head(total: number): string
}

type Paging = { readonly limit?: number; readonly cursor?: string }

/** Answers with a page, or streams the whole list. The caller has awaited the read level. */
export async function answerList<T>(
  call: Call,
  query: Paging,
  source: ListSource<T>,
): Promise<Answer | null> {
  if (query.limit !== undefined || query.cursor !== undefined)
    return pageAnswer(call, query, source, body => `[${body}]`)
  const short = source.page({ afterId: 0, limit: SHORT_LIST_MAX + 1 })
  if (short.length <= SHORT_LIST_MAX) return { status: 200, body: `[${rendered(short, source)}]` }
  await stream(call, signal => listText(source, signal), [])
  return null
}

/**
 * The same for a list inside an object. Its length comes from where its items come from: from one synchronous turn, or
 * from the transaction that is scanned, so that they agree while writes go on.
 */
export async function answerInnerList<T>(
  call: Call,
  query: Paging,
  source: InnerListSource<T>,
  headers: readonly string[],
): Promise<Answer | null> {
  const framed = (body: string) => `${source.head(source.count())}${body}]}`
  if (query.limit !== undefined || query.cursor !== undefined)
    return pageAnswer(call, query, source, framed, headers)
  const short = source.page({ afterId: 0, limit: SHORT_LIST_MAX + 1 })
  if (short.length <= SHORT_LIST_MAX)
    return { status: 200, body: framed(rendered(short, source)), headers }
  await stream(call, signal => innerListText(source, signal), headers)
  return null
}

function pageAnswer<T>(
  call: Call,
  query: Paging,
  source: Source<T>,
  framed: (body: string) => string,
  more: readonly string[] = [],
): Answer {
  const { limit = call.app.options.pageLimit, cursor } = query
  const afterId = cursor === undefined ? 0 : readCursor(cursor)
  const items = source.page({ afterId, limit: limit + 1 })
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  const headers = [...more]
  if (items.length > limit && last !== undefined)
    headers.push('Link', `<${nextUrl(call, source.idOf(last), limit)}>; rel="next"`)
  return { status: 200, body: framed(rendered(shown, source)), headers }
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

function rendered<T>(items: readonly T[], source: Source<T>): string {
  let text = ''
  for (const item of items) {
    const element = source.render(item)
    if (element !== null) text += text === '' ? element : `,${element}`
  }
  return text
}

/** A counted list as one without its head. */
export async function* rowsOf<T>(slices: AsyncIterable<CountedSlice<T>>) {
  for await (const { rows } of slices) yield rows
}

async function* listText<T>(source: ListSource<T>, signal: AbortSignal) {
  let separator = '['
  for await (const items of source.scan(signal)) {
    const text = rendered(items, source)
    if (text === '') continue
    yield separator + text
    separator = ','
  }
  yield separator === '[' ? '[]' : ']'
}

async function* innerListText<T>(source: InnerListSource<T>, signal: AbortSignal) {
  let isOpen = false
  for await (const { total, rows } of source.scan(signal)) {
    const text = rendered(rows, source)
    if (text === '') continue
    yield (isOpen ? ',' : source.head(total)) + text
    isOpen = true
  }
  yield isOpen ? ']}' : `${source.head(0)}]}`
}

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Sends pieces, no faster than the client reads. When it fails or takes too long the connection is cut before the last
 * piece, so that nobody takes a part for the whole. @param type of the content
 */
export async function stream(
  call: Call,
  pieces: (signal: AbortSignal) => AsyncIterable<string | Uint8Array>,
  headers: readonly string[],
  type = JSON_TYPE,
): Promise<void> {
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
    for await (const piece of pieces(controller.signal)) {
      controller.signal.throwIfAborted()
      if (!response.headersSent) startList(call, headers, type)
      if (!response.write(piece)) await drained(call, controller.signal)
      controller.signal.throwIfAborted()
    }
    response.end()
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

function startList(call: Call, headers: readonly string[], type: string): void {
  const head = headOf(call)
  head.push(...headers, 'Content-Type', type)
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
