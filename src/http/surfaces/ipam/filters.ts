// /ipam/preferences/filters: searches that a user keeps for himself. With one too many the oldest goes (CONTRACT.md C-16).
import { type TSchema, Type } from '@sinclair/typebox'
import {
  CRITERIA_BYTES_MAX,
  type SavedFilter as Filter,
  SAVED_FILTERS_MAX,
} from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { strict, timestamp as time } from '../../schema-parts.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp } from '../../timestamps.js'
import { callerIdOf, isTooDeep, notFound } from './own.js'
import { nameLine } from './parts.js'
import { at } from './paths.js'
import { idOf, uuidOf } from './uuids.js'

const tag = 'Preferences'
const paths = at('/preferences/filters')
const ID_PREFIX = 'filter_'
const NAME_CHARS_MAX = 100

const criteria = Type.Object(
  {},
  { additionalProperties: true, description: "The client's own: kept and given back." },
) as TSchema
const head = {
  filter_id: Type.String({ examples: ['filter_000000000001-…'] }),
  name: Type.String(),
  created_at: Type.String(time),
}

export const SavedFilter = Type.Object({ ...head, criteria }, { title: 'SavedFilter', ...strict })
const MadeFilter = Type.Object(head, { title: 'MadeFilter', ...strict })
const NewFilter = Type.Object(
  { name: Type.String(nameLine(NAME_CHARS_MAX)), criteria },
  { title: 'NewFilter', ...strict },
)

const createFilter = defineRoute({
  method: 'POST',
  paths,
  id: 'createFilter',
  tag,
  summary: 'Save a filter',
  description: `With more than ${SAVED_FILTERS_MAX} the oldest goes.`,
  permission: 'read',
  body: NewFilter,
  answers: { 201: { description: 'The filter.', schema: MadeFilter } },
  handle: async (call, { body }) => {
    const command = { type: 'filter.create', name: body.name, criteria: textOf(body) } as const
    const { result, headers } = await submit(call, command, body)
    const { filter } = resultOf(result, 'filter')
    return { status: 201, body: JSON.stringify(presentHead(call, filter)), headers }
  },
})

const listFilters = defineRoute({
  method: 'GET',
  paths,
  id: 'listFilters',
  tag,
  summary: "List one's own filters, the newest first",
  permission: 'read',
  reads: true,
  answers: {
    200: {
      description: 'All of them.',
      schema: Type.Object(
        { filters: Type.Array(SavedFilter) },
        { title: 'SavedFilters', ...strict },
      ),
    },
  },
  handle: async call => {
    await call.awaitRead()
    const kept = call.app.store.reads.personal.filtersOf(callerIdOf(call))
    const filters = kept.map(filter => presentFilter(call, filter))
    return { status: 200, body: JSON.stringify({ filters }) }
  },
})

const deleteFilter = defineRoute({
  method: 'DELETE',
  paths: at('/preferences/filters/:id'),
  id: 'deleteFilter',
  tag,
  summary: 'Delete a filter',
  permission: 'read',
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const text = call.param('id')
    const isFilter = text.startsWith(ID_PREFIX)
    const id = isFilter ? idOf(call, 'filter', text.slice(ID_PREFIX.length)) : null
    if (id === null) throw notFound('Filter', text)
    const { headers } = await submit(call, { type: 'filter.delete', id }, null)
    return { status: 204, body: null, headers }
  },
})

/** @throws ApiError 400 */
function textOf({ criteria: given }: { readonly criteria: unknown }): string {
  if (isTooDeep(given)) throw invalid('criteria', '…', 'its objects are nested too deeply')
  const text = JSON.stringify(given)
  const bytes = Buffer.byteLength(text)
  if (bytes <= CRITERIA_BYTES_MAX) return text
  throw invalid(
    'criteria',
    '…',
    `it has ${bytes} bytes, and at most ${CRITERIA_BYTES_MAX} are kept`,
  )
}

export function presentFilter(call: Call, filter: Filter) {
  return { ...presentHead(call, filter), criteria: JSON.parse(filter.criteria) }
}

function presentHead(call: Call, { id, name, createdMs }: Filter) {
  const filter_id = `${ID_PREFIX}${uuidOf(call, 'filter', id)}`
  return { filter_id, name, created_at: timestamp(createdMs) }
}

export const filterRoutes: readonly Route[] = [createFilter, listFilters, deleteFilter]
