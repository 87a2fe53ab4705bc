// Values of custom fields as a command carries them, against what the catalogue says of their names (CONTRACT.md D-24).
import type { CustomField, FieldEntity } from '../catalogue/nouns.js'
import type { CustomFields } from '../entities.js'
import { checkLine, checkText } from './checks.js'
import type { CommandContext } from './command-context.js'
import { type Decision, invalid } from './decision.js'

/** Of one allocation or network. */
const FIELDS_MAX = 50
/** Code points, as in a definition. */
const NAME_CHARACTERS_MAX = 100
const VALUE_CHARACTERS_MAX = 1000
/** In JavaScript an object's own member of that name is lost by half of what copies it. */
const NAME_NEVER_TAKEN = '__proto__'

type Value = CustomFields[string]

/**
 * For a command that carries them; what an entity has already is not looked at. A name without a definition may have any
 * text, number or boolean. @returns null when all is well; else `custom_fields.<name>` is refused.
 */
export function checkCustomFields(
  context: CommandContext,
  entityType: FieldEntity,
  customFields: CustomFields,
): Decision | null {
  const given = Object.entries(customFields)
  if (given.length > FIELDS_MAX)
    return invalid('custom_fields', given.length, `must be at most ${FIELDS_MAX}`)
  const definitions = definitionsOf(context, entityType)
  for (const [name, value] of given) {
    const refused = checkFieldName(name) ?? checkValue(name, value, definitions.get(name) ?? null)
    if (refused !== null) return refused
  }
  for (const { fieldName, isRequired } of definitions.values())
    if (isRequired && !Object.hasOwn(customFields, fieldName))
      return invalid(`custom_fields.${fieldName}`, '', 'is required')
  return null
}

/** In id order: of several that are missing every node names the same one. */
function definitionsOf(
  { catalogue }: CommandContext,
  entityType: FieldEntity,
): ReadonlyMap<string, CustomField> {
  const own = catalogue.customFields().filter(field => field.entityType === entityType)
  return new Map(own.map(field => [field.fieldName, field]))
}

function checkFieldName(name: string): Decision | null {
  if (name === NAME_NEVER_TAKEN) return invalid('custom_fields', name, 'is no name of a field')
  return checkLine('custom_fields', name, NAME_CHARACTERS_MAX)
}

function checkValue(
  name: string,
  value: Value,
  definition: Pick<CustomField, 'fieldType' | 'fieldOptions'> | null,
): Decision | null {
  const field = `custom_fields.${name}`
  const refused = checkAnyValue(field, value)
  if (refused !== null || definition === null) return refused
  switch (definition.fieldType) {
    case 'text':
      return typeof value === 'string' ? null : invalid(field, value, 'must be a text')
    case 'number':
      return typeof value === 'number' ? null : invalid(field, value, 'must be a number')
    case 'boolean':
      return typeof value === 'boolean' ? null : invalid(field, value, 'must be true or false')
    case 'date':
      return isDay(value) ? null : invalid(field, value, 'must be a day as YYYY-MM-DD')
    case 'select':
      return checkOption(field, value, definition.fieldOptions ?? [])
  }
}

function checkAnyValue(field: string, value: Value): Decision | null {
  if (typeof value === 'string') return checkText(field, value, VALUE_CHARACTERS_MAX)
  if (typeof value === 'boolean' || Number.isFinite(value)) return null
  return invalid(field, value, 'must be a text, a finite number, true or false')
}

function checkOption(field: string, value: Value, options: readonly string[]): Decision | null {
  return options.some(option => option === value)
    ? null
    : invalid(field, value, `must be one of ${options.join(', ')}`)
}

/** Of the Gregorian calendar, whose rules also hold for the years before it (ISO 8601). */
function isDay(value: Value): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(String(value))
  if (parts === null) return false
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number)
  return day >= 1 && day <= daysIn(year, month)
}

/** 0 of a month that there is not. */
function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}
