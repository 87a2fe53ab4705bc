// /api/tags: the catalogue that gives colours to tags (document 004, 6).
import { Type } from '@sinclair/typebox'
import type { Tag } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import type { Call } from '../../call.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp } from '../../timestamps.js'
import { changedAnswer, idOf, messageAnswer, readAnswer } from './answers.js'
import * as schemas from './catalogue-schemas.js'
import { Message } from './schemas.js'

const tag = 'Tags'
const PATH = '/api/tags'
const one: readonly [string] = [`${PATH}/:id`]

const listTags = defineRoute({
  method: 'GET',
  paths: [PATH],
  id: 'listTags',
  tag,
  summary: 'List the tags of the catalogue',
  description: 'Tags that are borne and were never put into it are not here.',
  permission: 'read',
  reads: true,
  answers: {
    200: {
      description: 'All of them, in the order in which they were made.',
      schema: Type.Object(
        { data: Type.Array(schemas.Tag) },
        { title: 'Tags', additionalProperties: false },
      ),
    },
  },
  handle: async call => {
    await call.awaitRead()
    const tags = call.app.store.reads.catalogue().tags()
    return { status: 200, body: JSON.stringify({ data: tags.map(present) }) }
  },
})

const createTag = defineRoute({
  method: 'POST',
  paths: [PATH],
  id: 'createTag',
  tag,
  summary: 'Put a tag into the catalogue',
  description: 'Whether anything bears it or not. The case of letters counts.',
  permission: 'update',
  body: schemas.NewTag,
  answers: { 201: { description: 'The tag.', schema: schemas.Tag } },
  handle: async (call, { body }) => {
    const { name, color = null, description = null } = body
    const decided = await submit(call, { type: 'tag.create', name, color, description }, body)
    const made = resultOf(decided.result, 'tag').tag
    decided.headers.push('Location', `${PATH}/${made.id}`)
    return changedAnswer(decided, made, present(made), 201)
  },
})

const readTag = defineRoute({
  method: 'GET',
  paths: one,
  id: 'readTag',
  tag,
  summary: 'Read a tag of the catalogue',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The tag.', schema: schemas.Tag } },
  handle: async call => {
    const id = idOf(call, notFound)
    await call.awaitRead()
    const found = call.app.store.reads.catalogue().tag(id)
    if (found === null) throw notFound(String(id))
    return readAnswer(call, found, present(found))
  },
})

const updateTag = defineRoute({
  method: 'PUT',
  paths: one,
  id: 'updateTag',
  tag,
  summary: 'Change a tag of the catalogue',
  description: 'What is left out stays. A new name renames the entry, not what bears the old one.',
  permission: 'update',
  conditional: true,
  body: schemas.TagChange,
  answers: { 200: { description: 'The tag as it is now.', schema: schemas.Tag } },
  handle: async (call, { body: set }) => {
    const [id, ifRevision] = [idOf(call, notFound), ifMatchRevision(call)]
    const decided = await submit(call, { type: 'tag.update', id, ifRevision, set }, set)
    const changed = resultOf(decided.result, 'tag').tag
    return changedAnswer(decided, changed, present(changed))
  },
})

const deleteTag = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'deleteTag',
  tag,
  summary: 'Take a tag out of the catalogue',
  description: 'What bears it keeps it.',
  permission: 'update',
  conditional: true,
  answers: { 200: { description: 'It is gone.', schema: Message } },
  handle: async (call: Call) => {
    const [id, ifRevision] = [idOf(call, notFound), ifMatchRevision(call)]
    const { headers } = await submit(call, { type: 'tag.delete', id, ifRevision }, null)
    return messageAnswer(call, { en: 'The tag was deleted.', zh: '标签删除成功' }, headers)
  },
})

function present({ id, name, color, description, createdMs, updatedMs }: Tag) {
  const times = { created_at: timestamp(createdMs), updated_at: timestamp(updatedMs) }
  return { id, name, color, description, ...times }
}

function notFound(text: string): ApiError {
  return new ApiError(404, 'tag-not-found', `Tag ${text} not found.`)
}

export const tagRoutes: readonly Route[] = [listTags, createTag, readTag, updateTag, deleteTag]
