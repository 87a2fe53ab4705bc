// Lists of one's own things, which admins may have of everybody (CONTRACT.md D-5): these by pages, as nobody knows how long they are.
import { Type } from '@sinclair/typebox'
import { invalid } from '../../api-error.js'
import { demand } from '../../authorize.js'
import type { Call } from '../../call.js'
import { visitInSlices } from '../../slices.js'
import { Best, newestFirst } from './best.js'
import { callerIdOf } from './own.js'
import { type PageAsked, Pagination, pageQuery, paginationOf, windowOf } from './pages.js'

export const ownOrAll = Type.Object({
  all: Type.Optional(Type.Boolean({ description: 'Those of everybody, by pages; for admins.' })),
  ...pageQuery,
})

/** Of the answer, beside its list. */
export const pagedIfAll = { pagination: Type.Optional(Pagination) }

type Asked = PageAsked & { readonly all?: boolean }
type Made = { readonly id: number; readonly createdMs: number }
type Found<Thing> = {
  readonly things: readonly Thing[]
  readonly page: { readonly pagination?: ReturnType<typeof paginationOf> }
}

/** @param of what one user has, the newest first @throws ApiError 400; 403 to all but admins */
export async function listOwnOrAll<Thing extends Made>(
  call: Call,
  asked: Asked,
  of: (userId: number) => readonly Thing[],
): Promise<Found<Thing>> {
  if (asked.all === true) await demand(call, 'admin')
  else refusePages(asked)
  await call.awaitRead()
  if (asked.all !== true) return { things: of(callerIdOf(call)), page: {} }
  const { skip, limit } = windowOf(asked)
  const newest = new Best<Thing>(
    skip + limit,
    newestFirst(({ createdMs }) => createdMs),
  )
  await visitInSlices(call, ofAll(call, of), thing => {
    if (thing !== null) newest.add(thing)
  })
  return { things: newest.take(skip), page: { pagination: paginationOf(asked, newest.count) } }
}

/** One's own list is whole. @throws ApiError 400 */
function refusePages({ page, page_size: size }: Asked): void {
  if (page !== undefined) throw invalid('page', page, 'it goes with all=true only')
  if (size !== undefined) throw invalid('page_size', size, 'it goes with all=true only')
}

/** null for each user, so that many who have nothing hold nobody up either. */
function* ofAll<Thing>(
  { app }: Call,
  of: (userId: number) => readonly Thing[],
): Generator<Thing | null> {
  for (const { id } of app.store.reads.identities().users()) {
    yield null
    yield* of(id)
  }
}
