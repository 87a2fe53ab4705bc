// /api/custom-fields: definitions of fields that addresses and subnets may have (document 004, 7).
import { type Static, Type } from '@sinclair/typebox'
import type { CustomField, UpdateCustomFieldCommand } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp } from '../../timestamps.js'
import { changedAnswer, idOf, messageAnswer, readAnswer } from './answers.js'
import * as schemas from './catalogue-schemas.js'
import { Message } from './schemas.js'

const tag = 'Custom fields'
const PATH = '/api/custom-fields'
const one: readonly [string] = [`${PATH}/:id`]

const listCustomFields = defineRoute({
  method: 'GET',
  paths: [PATH],
  id: 'listCustomFields',
  tag,
  summary: 'List the custom fields that are defined',
  permission: 'read',
  reads: true,
  query: Type.Object({ entity_type: Type.Optional(schemas.entityType) }),
  answers: {
    200: {
      description:
        'All of them, or those of one entity type, in the order in which they were made.',
      schema: Type.Object(
        { data: Type.Array(schemas.CustomField) },
        { title: 'CustomFields', additionalProperties: false },
      ),
    },
  },
  handle: async (call, { query }) => {
    const { entity_type: wanted } = query
    await call.awaitRead()
    const fields = call.app.store.reads
      .catalogue()
      .customFields()
      .filter(({ entityType }) => wanted === undefined || entityType === wanted)
    return { status: 200, body: JSON.stringify({ data: fields.map(present) }) }
  },
})

const createCustomField = defineRoute({
  method: 'POST',
  paths: [PATH],
  id: 'createCustomField',
  tag,
  summary: 'Define a custom field',
  description: 'Values that there are already under its name stay as they are.',
  permission: 'update',
  body: schemas.NewCustomField,
  answers: { 201: { description: 'The field.', schema: schemas.CustomField } },
  handle: async (call, { body }) => {
    const command = {
      type: 'custom-field.create',
      entityType: body.entity_type,
      fieldName: body.field_name,
      fieldType: body.field_type,
      isRequired: body.is_required ?? false,
      fieldOptions: body.field_options ?? null,
    } as const
    const decided = await submit(call, command, body)
    const { field } = resultOf(decided.result, 'custom-field')
    decided.headers.push('Location', `${PATH}/${field.id}`)
    return changedAnswer(decided, field, present(field), 201)
  },
})

const readCustomField = defineRoute({
  method: 'GET',
  paths: one,
  id: 'readCustomField',
  tag,
  summary: 'Read the definition of a custom field',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The field.', schema: schemas.CustomField } },
  handle: async call => {
    const id = idOf(call, notFound)
    await call.awaitRead()
    const field = call.app.store.reads.catalogue().customField(id)
    if (field === null) throw notFound(String(id))
    return readAnswer(call, field, present(field))
  },
})

const updateCustomField = defineRoute({
  method: 'PUT',
  paths: one,
  id: 'updateCustomField',
  tag,
  summary: 'Change the definition of a custom field',
  description:
    'What is left out stays, but options go with the type select. Values that there are already stay as they are.',
  permission: 'update',
  conditional: true,
  body: schemas.CustomFieldChange,
  answers: { 200: { description: 'The field as it is now.', schema: schemas.CustomField } },
  handle: async (call, { body }) => {
    const [id, ifRevision] = [idOf(call, notFound), ifMatchRevision(call)]
    const command = { type: 'custom-field.update', id, ifRevision, set: setOf(body) } as const
    const decided = await submit(call, command, body)
    const { field } = resultOf(decided.result, 'custom-field')
    return changedAnswer(decided, field, present(field))
  },
})

const deleteCustomField = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'deleteCustomField',
  tag,
  summary: 'Delete the definition of a custom field',
  description: 'Values under its name stay.',
  permission: 'update',
  conditional: true,
  answers: { 200: { description: 'It is gone.', schema: Message } },
  handle: async call => {
    const [id, ifRevision] = [idOf(call, notFound), ifMatchRevision(call)]
    const { headers } = await submit(call, { type: 'custom-field.delete', id, ifRevision }, null)
    const wording = { en: 'The custom field was deleted.', zh: '自定义字段删除成功' }
    return messageAnswer(call, wording, headers)
  },
})

function setOf(body: Static<typeof schemas.CustomFieldChange>): UpdateCustomFieldCommand['set'] {
  const { field_name, field_type, is_required, field_options } = body
  return {
    ...(field_name === undefined ? {} : { fieldName: field_name }),
    ...(field_type === undefined ? {} : { fieldType: field_type }),
    ...(is_required === undefined ? {} : { isRequired: is_required }),
    ...(field_options === undefined ? {} : { fieldOptions: field_options }),
  }
}

function present(field: CustomField) {
  return {
    id: field.id,
    entity_type: field.entityType,
    field_name: field.fieldName,
    field_type: field.fieldType,
    is_required: field.isRequired,
    field_options: field.fieldOptions,
    created_at: timestamp(field.createdMs),
    updated_at: timestamp(field.updatedMs),
  }
}

function notFound(text: string): ApiError {
  return new ApiError(404, 'custom-field-not-found', `Custom field ${text} not found.`)
}

export const customFieldRoutes: readonly Route[] = [
  listCustomFields,
  createCustomField,
  readCustomField,
  updateCustomField,
  deleteCustomField,
]
