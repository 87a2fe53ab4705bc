// Preferences: one JSON object of each user, which he changes by merging another into it.
import { preferencesImage } from '../changes/personal-images.js'
import { type MergePreferencesCommand, PREFERENCES_BYTES_MAX } from '../personal/commands.js'
import { type JsonObject, memberOf, mergeJson, objectOr, readJsonObject } from '../personal/json.js'
import type { Preferences } from '../personal/nouns.js'
import type { PersonalRows } from '../personal/rows.js'
import { checkBytes } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid } from './decision.js'
import { notSignedIn } from './ownership.js'

const FIELD = 'preferences'

export function mergePreferences(
  context: CommandContext,
  { patch }: MergePreferencesCommand,
): Decision {
  const { rows, origin, timeMs: updatedMs, revision } = context
  const { userId } = origin
  if (userId === undefined) return notSignedIn()
  const tooLong = checkBytes(FIELD, patch, PREFERENCES_BYTES_MAX)
  if (tooLong !== null) return tooLong
  const read = readJsonObject(patch)
  if ('reason' in read) return invalid(FIELD, '', read.reason)
  const before = rows.personal.preferences(userId)
  const document = JSON.stringify(mergeJson(documentOf(before), read.object))
  const tooMuch = checkBytes(FIELD, document, PREFERENCES_BYTES_MAX)
  if (tooMuch !== null) return tooMuch
  const after = { userId, document, updatedMs, revision }
  rows.personal.savePreferences(after)
  const images = [before && preferencesImage(before), preferencesImage(after)] as const
  context.record('preferences.updated', 'preferences', userId, ...images)
  return answer({ type: 'preferences', updatedMs })
}

/** Whether he is told within the program: unless he has said that he is not to be. */
export function wantsInApp(personal: PersonalRows, userId: number): boolean {
  const settings = memberOf(documentOf(personal.preferences(userId)), 'notification_settings')
  return memberOf(objectOr(settings, {}), 'in_app_enabled') !== false
}

function documentOf(preferences: Preferences | null): JsonObject {
  return preferences === null ? {} : JSON.parse(preferences.document)
}
