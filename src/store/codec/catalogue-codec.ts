// Commands about the catalogue, and its nouns inside stored outcomes, as arrays in a fixed order.
import type { CatalogueCommand, CustomField, ShownSettings, Tag } from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import type { Fields } from './fields.js'
import { fieldEntities, fieldTypes } from './name-codes.js'
import { readSet } from './set-fields.js'

export const catalogueCommandCodes = {
  'tag.create': 60,
  'tag.update': 61,
  'tag.delete': 62,
  'custom-field.create': 63,
  'custom-field.update': 64,
  'custom-field.delete': 65,
  'settings.update': 66,
} as const satisfies Record<CatalogueCommand['type'], number>

const tagSet = { name: 'text', color: 'text-or-null', description: 'text-or-null' } as const
const customFieldSet = {
  fieldName: 'text',
  fieldType: 'field-type',
  isRequired: 'boolean',
  fieldOptions: 'texts-or-null',
} as const
const settingsSet = {
  smtpHost: 'text-or-null',
  smtpPort: 'number-or-null',
  smtpUser: 'text-or-null',
  smtpPassword: 'text-or-null',
  smtpFrom: 'text-or-null',
  alertEmail: 'text-or-null',
  backupRetentionDays: 'number-or-null',
} as const

export function catalogueCommandFields(command: CatalogueCommand): unknown[] {
  switch (command.type) {
    case 'tag.create':
      return [command.name, command.color, command.description]
    case 'custom-field.create': {
      const { fieldName, isRequired, fieldOptions } = command
      const entityType = fieldEntities.codeOf(command.entityType)
      return [entityType, fieldName, fieldTypes.codeOf(command.fieldType), isRequired, fieldOptions]
    }
    case 'tag.update':
    case 'custom-field.update':
      return [command.id, command.ifRevision, command.set]
    case 'tag.delete':
    case 'custom-field.delete':
      return [command.id, command.ifRevision]
    case 'settings.update':
      return [command.ifRevision, command.set]
    default:
      return unreachable(command, 'command about the catalogue')
  }
}

export function readCatalogueCommand(
  type: CatalogueCommand['type'],
  fields: Fields,
): CatalogueCommand {
  switch (type) {
    case 'tag.create':
      return {
        type,
        name: fields.text(),
        color: fields.textOrNull(),
        description: fields.textOrNull(),
      }
    case 'custom-field.create':
      return {
        type,
        entityType: fieldEntities.nameOf(fields.count()),
        fieldName: fields.text(),
        fieldType: fieldTypes.nameOf(fields.count()),
        isRequired: fields.boolean(),
        fieldOptions: fields.textsOrNull(),
      }
    case 'tag.update':
      return { type, ...readTarget(fields), set: readSet(fields.raw(), tagSet) }
    case 'custom-field.update':
      return { type, ...readTarget(fields), set: readSet(fields.raw(), customFieldSet) }
    case 'tag.delete':
    case 'custom-field.delete':
      return { type, ...readTarget(fields) }
    case 'settings.update':
      return { type, ifRevision: fields.numberOrNull(), set: readSet(fields.raw(), settingsSet) }
    default:
      return unreachable(type, 'command about the catalogue')
  }
}

function readTarget(fields: Fields): { readonly id: number; readonly ifRevision: number | null } {
  return { id: fields.count(), ifRevision: fields.numberOrNull() }
}

export function encodeTag(tag: Tag): unknown[] {
  const { id, name, color, description, createdMs, updatedMs, revision } = tag
  return [id, name, color, description, createdMs, updatedMs, revision]
}

export function readTag(fields: Fields): Tag {
  return {
    id: fields.count(),
    name: fields.text(),
    color: fields.textOrNull(),
    description: fields.textOrNull(),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeCustomField(field: CustomField): unknown[] {
  const { id, fieldName, isRequired, fieldOptions, createdMs, updatedMs, revision } = field
  const entityType = fieldEntities.codeOf(field.entityType)
  const what = [entityType, fieldName, fieldTypes.codeOf(field.fieldType), isRequired, fieldOptions]
  return [id, ...what, createdMs, updatedMs, revision]
}

export function readCustomField(fields: Fields): CustomField {
  return {
    id: fields.count(),
    entityType: fieldEntities.nameOf(fields.count()),
    fieldName: fields.text(),
    fieldType: fieldTypes.nameOf(fields.count()),
    isRequired: fields.boolean(),
    fieldOptions: fields.textsOrNull(),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeSettings(settings: ShownSettings): unknown[] {
  return [
    settings.smtpHost,
    settings.smtpPort,
    settings.smtpUser,
    settings.smtpPasswordRevision,
    settings.smtpFrom,
    settings.alertEmail,
    settings.backupRetentionDays,
    settings.updatedMs,
    settings.revision,
  ]
}

export function readSettings(fields: Fields): ShownSettings {
  return {
    smtpHost: fields.textOrNull(),
    smtpPort: fields.number(),
    smtpUser: fields.textOrNull(),
    smtpPasswordRevision: fields.numberOrNull(),
    smtpFrom: fields.textOrNull(),
    alertEmail: fields.textOrNull(),
    backupRetentionDays: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}
