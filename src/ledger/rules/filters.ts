// Saved filters: what somebody searches for again and again, under a name. The oldest goes when there would be too many.
import { filterImage } from '../changes/personal-images.js'
import {
  CRITERIA_BYTES_MAX,
  type CreateFilterCommand,
  type DeleteFilterCommand,
  SAVED_FILTERS_MAX,
} from '../personal/commands.js'
import { readJsonObject } from '../personal/json.js'
import type { SavedFilter } from '../personal/nouns.js'
import { checkBytes, checkLine, NAME_CHARACTERS_MAX } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid } from './decision.js'
import { findToDelete, notSignedIn } from './ownership.js'

export function createFilter(context: CommandContext, command: CreateFilterCommand): Decision {
  const { rows, origin, timeMs: createdMs } = context
  const { name } = command
  const { userId } = origin
  if (userId === undefined) return notSignedIn()
  const refused =
    checkLine('name', name, NAME_CHARACTERS_MAX) ??
    checkBytes('criteria', command.criteria, CRITERIA_BYTES_MAX)
  if (refused !== null) return refused
  const read = readJsonObject(command.criteria)
  if ('reason' in read) return invalid('criteria', '', read.reason)
  // Escapes of half a character may make it longer than it came.
  const criteria = JSON.stringify(read.object)
  const tooMuch = checkBytes('criteria', criteria, CRITERIA_BYTES_MAX)
  if (tooMuch !== null) return tooMuch
  makeRoom(context, userId)
  const filter = { id: rows.nextId('filter'), userId, name, criteria, createdMs }
  rows.personal.insertFilter(filter)
  context.record('filter.created', 'filter', filter.id, null, filterImage(filter))
  return answer({ type: 'filter', filter })
}

export function deleteFilter(context: CommandContext, { id }: DeleteFilterCommand): Decision {
  const thing = context.rows.personal.filter(id)
  const sought = findToDelete(context, { noun: 'filter', id, thing })
  if ('refused' in sought) return sought.refused
  remove(context, sought.found)
  return done()
}

function makeRoom(context: CommandContext, userId: number): void {
  const [oldest, ...others] = context.rows.personal.filters(userId, SAVED_FILTERS_MAX)
  if (oldest !== undefined && others.length + 1 >= SAVED_FILTERS_MAX) remove(context, oldest)
}

function remove(context: CommandContext, filter: SavedFilter): void {
  context.rows.personal.deleteFilter(filter.id)
  context.record('filter.deleted', 'filter', filter.id, filterImage(filter), null)
}
