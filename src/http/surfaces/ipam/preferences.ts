// /ipam/preferences: one JSON document of each user, shown over what holds for whoever has said nothing.
import { type TSchema, Type } from '@sinclair/typebox'
import { type JsonObject, mergeJson, PREFERENCES_BYTES_MAX } from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import { defineRoute, type Route } from '../../route.js'
import { strict, timestamp as time } from '../../schema-parts.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp } from '../../timestamps.js'
import { presentFilter, SavedFilter } from './filters.js'
import { callerIdOf, isTooDeep } from './own.js'
import { at } from './paths.js'

const tag = 'Preferences'
const paths = at('/preferences')
const THEME_CHARS_MAX = 100

/** CONTRACT.md 3.3. */
const defaults: JsonObject = {
  dashboard_layout: {
    widgets: ['utilization', 'recent_activity', 'top_countries'],
    refresh_interval: 300,
  },
  notification_settings: {
    email_enabled: false,
    in_app_enabled: true,
    severity_threshold: 'warning',
  },
  theme_preference: 'pacific-blue',
}

/** Whatever a client keeps there. */
const freeObject = (more: object) =>
  Type.Object({}, { additionalProperties: true, ...more }) as TSchema
const own = {
  dashboard_layout: freeObject({}),
  notification_settings: freeObject({}),
  theme_preference: Type.String({ maxLength: THEME_CHARS_MAX }),
}

const Preferences = Type.Object(
  { saved_filters: Type.Array(SavedFilter), ...own },
  {
    title: 'Preferences',
    description: 'Beside these what the client has put there.',
    additionalProperties: true,
  },
)

const PreferencesChange = Type.Object(
  {
    dashboard_layout: Type.Optional(freeObject({ nullable: true })),
    notification_settings: Type.Optional(freeObject({ nullable: true })),
    theme_preference: Type.Optional({ ...own.theme_preference, nullable: true }),
  },
  { title: 'PreferencesChange', additionalProperties: true },
)

const readPreferences = defineRoute({
  method: 'GET',
  paths,
  id: 'readPreferences',
  tag,
  summary: "Read one's own preferences",
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'All of them.', schema: Preferences } },
  handle: async call => {
    await call.awaitRead()
    const { personal } = call.app.store.reads
    const userId = callerIdOf(call)
    const stored = JSON.parse(personal.preferences(userId)?.document ?? '{}') as JsonObject
    const saved_filters = personal.filtersOf(userId).map(filter => presentFilter(call, filter))
    return { status: 200, body: JSON.stringify({ saved_filters, ...mergeJson(defaults, stored) }) }
  },
})

const changePreferences = defineRoute({
  method: 'PUT',
  paths,
  id: 'changePreferences',
  tag,
  summary: "Change one's own preferences",
  description:
    'Objects are merged into objects at any depth; arrays and plain values replace; null takes away what was set. Further keys are kept as they are. At most 50 KB all in all.',
  permission: 'read',
  body: PreferencesChange,
  answers: {
    200: {
      description: 'They are kept.',
      schema: Type.Object(
        { success: Type.Literal(true), updated_at: Type.String(time) },
        { title: 'PreferencesChanged', ...strict },
      ),
    },
  },
  handle: async (call, { body }) => {
    const patch = patchOf(body)
    const { result, headers } = await submit(call, { type: 'preferences.merge', patch }, body)
    const updated_at = timestamp(resultOf(result, 'preferences').updatedMs)
    return { status: 200, body: JSON.stringify({ success: true, updated_at }), headers }
  },
})

/** @throws ApiError 400 */
function patchOf(body: object): string {
  if (Object.hasOwn(body, 'saved_filters'))
    throw invalid('saved_filters', '…', `they are made and deleted at ${paths[0]}/filters`)
  if (isTooDeep(body)) throw invalid('body', '…', 'its objects are nested too deeply')
  const patch = JSON.stringify(body)
  const bytes = Buffer.byteLength(patch)
  if (bytes <= PREFERENCES_BYTES_MAX) return patch
  throw invalid('body', '…', `it has ${bytes} bytes, and at most ${PREFERENCES_BYTES_MAX} are kept`)
}

export const preferenceRoutes: readonly Route[] = [readPreferences, changePreferences]
