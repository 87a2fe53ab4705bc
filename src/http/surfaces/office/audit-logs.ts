// GET /api/audit-logs (document 004, 8): all of history, for who may change things.
import { type Static, Type } from '@sinclair/typebox'
import type { ChangeQuery } from '../../../store/index.js'
import { invalid } from '../../api-error.js'
import { withSignal } from '../../call-signal.js'
import { beginOf, endOf, momentText } from '../../dates.js'
import { defineRoute, type Route } from '../../route.js'
import { strict, stringOrNull, timestamp } from '../../schema-parts.js'
import { presentAuditEntry } from './audit-logs-entry.js'
import { actionsCalled, actionWords, entitiesCalled, entityWords } from './audit-logs-words.js'
import { numberedPage, pageFields, paginationOf, windowOf } from './numbered-pages.js'

const WORD_CHARS_MAX = 64

const values = Type.Object(
  {},
  { additionalProperties: true, nullable: true, description: 'By the name of the field.' },
)

const AuditEntry = Type.Object(
  {
    id: Type.Integer(),
    user_id: Type.Integer({ nullable: true, description: 'null: nobody had signed in.' }),
    user_name: Type.String(),
    action: Type.String({ enum: [...actionWords] }),
    entity_type: Type.String({ enum: [...entityWords] }),
    entity_id: Type.Union([Type.Integer(), Type.String()], {
      description: 'Of a reservation its UUID.',
    }),
    old_values: values,
    new_values: values,
    ip_address: Type.String({ nullable: true, description: 'Where the request came from.' }),
    user_agent: stringOrNull,
    created_at: Type.String(timestamp),
  },
  { title: 'OfficeAuditEntry', ...strict },
)

const filters = Type.Object({
  user_id: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  action: Type.Optional(
    Type.String({
      maxLength: WORD_CHARS_MAX,
      description: `One of ${actionWords.join(', ')}, in whatever case.`,
    }),
  ),
  entity_type: Type.Optional(
    Type.String({
      maxLength: WORD_CHARS_MAX,
      description: `One of ${entityWords.join(', ')}; ip: reservations, too.`,
    }),
  ),
  start_date: Type.Optional(momentText),
  end_date: Type.Optional(momentText),
  ...numberedPage,
})

const listAuditLogs = defineRoute({
  method: 'GET',
  paths: ['/api/audit-logs'],
  id: 'listAuditLogs',
  tag: 'Audit log',
  summary: 'Who did what, the latest first',
  permission: 'update',
  reads: true,
  query: filters,
  answers: {
    200: {
      description: 'A page of it.',
      schema: Type.Object(
        { data: Type.Array(AuditEntry), ...pageFields },
        { title: 'OfficeAuditLog', ...strict },
      ),
    },
  },
  handle: async (call, { query }) => {
    const asked = questionOf(query)
    await call.awaitRead()
    const found = await withSignal(call, signal => call.app.store.finder.changes(asked, signal))
    const body = {
      data: found.rows.map(presentAuditEntry),
      ...paginationOf(query, found.total, found.totalIsExact),
    }
    return { status: 200, body: JSON.stringify(body, plainIntegers) }
  },
})

/** @throws ApiError 400 */
function questionOf(query: Static<typeof filters>): ChangeQuery {
  const { user_id = null, action, entity_type, start_date, end_date } = query
  return {
    userId: user_id,
    actions: action === undefined ? null : known('action', action, actionsCalled, actionWords),
    entities:
      entity_type === undefined
        ? null
        : known('entity_type', entity_type, entitiesCalled, entityWords),
    address: null,
    fromMs: start_date === undefined ? null : beginOf('start_date', start_date),
    beforeMs: end_date === undefined ? null : endOf('end_date', end_date),
    ...windowOf(query),
  }
}

function known<Name>(
  field: string,
  word: string,
  called: (word: string) => readonly Name[],
  words: readonly string[],
): readonly Name[] {
  const found = called(word)
  if (found.length === 0) throw invalid(field, word, `it must be one of ${words.join(', ')}`)
  return found
}

/** Pages of a history are fewer than 2^53. */
function plainIntegers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

export const auditLogRoutes: readonly Route[] = [listAuditLogs]
