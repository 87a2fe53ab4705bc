// Definitions of custom fields: made, changed, deleted. Values that there are already are not looked at (CONTRACT.md D-24).
import {
  type CreateCustomFieldCommand,
  CUSTOM_FIELDS_MAX,
  type DeleteCustomFieldCommand,
  FIELD_OPTIONS_MAX,
  type UpdateCustomFieldCommand,
} from '../catalogue/commands.js'
import type { CustomField, FieldEntity, FieldType } from '../catalogue/nouns.js'
import { customFieldImage } from '../changes/catalogue-images.js'
import { checkLine, checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'

/** Code points. */
const NAME_CHARACTERS_MAX = 100
const OPTION_CHARACTERS_MAX = 100
const ENTITIES: readonly FieldEntity[] = ['ip', 'subnet']
const TYPES: readonly FieldType[] = ['text', 'number', 'date', 'boolean', 'select']

export function createCustomField(
  context: CommandContext,
  command: CreateCustomFieldCommand,
): Decision {
  const { catalogue, timeMs, revision } = context
  const { type: _, ...what } = command
  const field = { id: 0, ...what, createdMs: timeMs, updatedMs: timeMs, revision }
  const refused = checkField(context, field)
  if (refused !== null) return refused
  if (catalogue.customFieldCount >= CUSTOM_FIELDS_MAX)
    return refuse({ code: 'too-many-custom-fields', max: CUSTOM_FIELDS_MAX })
  const made = { ...field, id: context.rows.nextId('custom-field') }
  catalogue.saveCustomField(made)
  context.record('custom-field.created', 'custom-field', made.id, null, customFieldImage(made))
  return answer({ type: 'custom-field', field: made })
}

export function updateCustomField(
  context: CommandContext,
  command: UpdateCustomFieldCommand,
): Decision {
  const { catalogue, timeMs, revision } = context
  const { id, set } = command
  const old = catalogue.customField(id)
  if (old === null) return refuse({ code: 'custom-field-not-found', id })
  const kept = (set.fieldType ?? old.fieldType) === 'select' ? old.fieldOptions : null
  const field = { ...old, fieldOptions: kept, ...set, updatedMs: timeMs, revision }
  const refused = checkRevision(command.ifRevision, old.revision) ?? checkField(context, field)
  if (refused !== null) return refused
  catalogue.saveCustomField(field)
  const images = [customFieldImage(old), customFieldImage(field)] as const
  context.record('custom-field.updated', 'custom-field', id, ...images)
  return answer({ type: 'custom-field', field })
}

export function deleteCustomField(
  context: CommandContext,
  { id, ifRevision }: DeleteCustomFieldCommand,
): Decision {
  const old = context.catalogue.customField(id)
  if (old === null) return refuse({ code: 'custom-field-not-found', id })
  const refused = checkRevision(ifRevision, old.revision)
  if (refused !== null) return refused
  context.catalogue.deleteCustomField(old)
  context.record('custom-field.deleted', 'custom-field', id, customFieldImage(old), null)
  return done()
}

function checkField({ catalogue }: CommandContext, field: CustomField): Decision | null {
  const { id, entityType, fieldName, fieldType } = field
  if (!ENTITIES.includes(entityType))
    return invalid('entity_type', entityType, `must be one of ${ENTITIES.join(', ')}`)
  if (!TYPES.includes(fieldType))
    return invalid('field_type', fieldType, `must be one of ${TYPES.join(', ')}`)
  const refused = checkLine('field_name', fieldName, NAME_CHARACTERS_MAX) ?? checkOptions(field)
  if (refused !== null) return refused
  const holder = catalogue.customFieldNamed(entityType, fieldName)
  return holder === null || holder.id === id
    ? null
    : refuse({ code: 'custom-field-exists', entityType, fieldName, id: holder.id })
}

function checkOptions({ fieldType, fieldOptions }: CustomField): Decision | null {
  if (fieldType !== 'select')
    return fieldOptions === null
      ? null
      : invalid('field_options', fieldOptions.length, 'only a select has options')
  if (fieldOptions === null || fieldOptions.length === 0)
    return invalid('field_options', 'null', 'a select has at least one option')
  if (fieldOptions.length > FIELD_OPTIONS_MAX)
    return invalid('field_options', fieldOptions.length, `must be at most ${FIELD_OPTIONS_MAX}`)
  const twice = fieldOptions.find((option, n) => fieldOptions.indexOf(option) < n)
  if (twice !== undefined)
    return invalid('field_options', twice, 'an option may be given only once')
  for (const option of fieldOptions) {
    const refused = checkLine('field_options', option, OPTION_CHARACTERS_MAX)
    if (refused !== null) return refused
  }
  return null
}
