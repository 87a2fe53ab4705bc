// What people say of regions and hosts; the routes of both ask and answer alike.
import type { Comment } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { jsonWriter } from '../../json-writer.js'
import type { Answer } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp } from '../../timestamps.js'
import { type PageAsked, paginationOf, windowOf } from './pages.js'
import * as schemas from './region-schemas.js'
import { uuidOf } from './uuids.js'

const writeComment = jsonWriter(schemas.Comment)
const writePage = jsonWriter(schemas.CommentPage)

type About = Pick<Comment, 'resourceType' | 'resourceId'>

/** The caller has awaited a read. */
export function commentsAnswer(call: Call, about: About, query: PageAsked): Answer {
  const { rows, total } = call.app.store.reads.regions.commentPage(about, windowOf(query))
  const results = rows.map(comment => presentComment(call, comment))
  return { status: 200, body: writePage({ results, pagination: paginationOf(query, total) }) }
}

export async function addComment(
  call: Call,
  about: About,
  body: { readonly text: string },
): Promise<Answer> {
  const command = { type: 'comment.create', ...about, text: body.text } as const
  const { result, headers } = await submit(call, command, body)
  const { comment } = resultOf(result, 'comment')
  return { status: 201, body: writeComment(presentComment(call, comment)), headers }
}

function presentComment(call: Call, { id, text, author, userId, createdMs }: Comment) {
  return {
    comment_id: uuidOf(call, 'comment', id),
    text,
    created_by: author,
    user_id: userIdText(userId),
    created_at: timestamp(createdMs),
  }
}

/** As documents 000 and 001 write them (CONTRACT.md C-33). */
export function userIdText(userId: number | null): string | null {
  return userId === null ? null : `user_${userId}`
}
