// What the office surface takes and gives of tags, custom fields and the settings (document 004, 6, 7 and 9).
import { Type } from '@sinclair/typebox'
import { FIELD_OPTIONS_MAX, type FieldEntity, type FieldType } from '../../../ledger/index.js'
import {
  description,
  line,
  NAME_CHARS_MAX,
  strict,
  stringOrNull,
  timestamp,
} from '../../schema-parts.js'
import { SAYS } from '../../validation.js'

const HOST_CHARS_MAX = 253
const EMAIL_CHARS_MAX = 254
const USER_CHARS_MAX = 255
const PASSWORD_CHARS_MAX = 512
const PORT_MAX = 65_535
const DAYS_MAX = 3650

/** Stands where a password is; sent back it changes nothing. */
export const PASSWORD_MASK = '********'

const time = Type.String(timestamp)
const tagName = Type.String({ ...line(1, NAME_CHARS_MAX), examples: ['production'] })
const color = Type.String({
  pattern: '^#[0-9A-Fa-f]{6}$',
  [SAYS]: 'it must be a colour like #ff0000',
  nullable: true,
  examples: ['#ff0000'],
})

export const Tag = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String({ description: 'As lists of tags have it: `key` or `key=value`.' }),
    color: stringOrNull,
    description: stringOrNull,
    created_at: time,
    updated_at: time,
  },
  { title: 'Tag', ...strict },
)

export const NewTag = Type.Object(
  { name: tagName, color: Type.Optional(color), description: Type.Optional(description) },
  { title: 'NewTag', ...strict },
)

export const TagChange = Type.Object(
  {
    name: Type.Optional(tagName),
    color: Type.Optional(color),
    description: Type.Optional(description),
  },
  { title: 'TagChange', minProperties: 1, ...strict },
)

export const entityType = Type.Unsafe<FieldEntity>(
  Type.String({ enum: ['ip', 'subnet'], description: 'What the field describes.' }),
)
const fieldName = Type.String({ ...line(1, NAME_CHARS_MAX), examples: ['department'] })
const fieldType = Type.Unsafe<FieldType>(
  Type.String({
    enum: ['text', 'number', 'date', 'boolean', 'select'],
    description: 'date: YYYY-MM-DD; select: one of field_options.',
  }),
)
const isRequired = Type.Boolean({ description: 'Of later writes that carry custom fields.' })
const fieldOptions = Type.Array(Type.String(line(1, NAME_CHARS_MAX)), {
  minItems: 1,
  maxItems: FIELD_OPTIONS_MAX,
  nullable: true,
  description: 'Of a select, each once; null otherwise.',
})

export const CustomField = Type.Object(
  {
    id: Type.Integer(),
    entity_type: entityType,
    field_name: Type.String(),
    field_type: fieldType,
    is_required: isRequired,
    field_options: fieldOptions,
    created_at: time,
    updated_at: time,
  },
  { title: 'CustomField', ...strict },
)

export const NewCustomField = Type.Object(
  {
    entity_type: entityType,
    field_name: fieldName,
    field_type: fieldType,
    is_required: Type.Optional(isRequired),
    field_options: Type.Optional(fieldOptions),
  },
  { title: 'NewCustomField', ...strict },
)

export const CustomFieldChange = Type.Object(
  {
    field_name: Type.Optional(fieldName),
    field_type: Type.Optional(fieldType),
    is_required: Type.Optional(isRequired),
    field_options: Type.Optional(fieldOptions),
  },
  { title: 'CustomFieldChange', minProperties: 1, ...strict },
)

const days = { minimum: 1, maximum: DAYS_MAX }
const port = { minimum: 1, maximum: PORT_MAX }

export const SystemConfig = Type.Object(
  {
    smtp_host: stringOrNull,
    smtp_port: Type.Integer(port),
    smtp_user: stringOrNull,
    smtp_password: Type.String({
      enum: [PASSWORD_MASK, null],
      nullable: true,
      description: 'Asterisks when one is set.',
    }),
    smtp_from: stringOrNull,
    alert_email: stringOrNull,
    backup_retention_days: Type.Integer(days),
  },
  { title: 'SystemConfig', ...strict },
)

const email = Type.String({
  minLength: 1,
  maxLength: EMAIL_CHARS_MAX,
  nullable: true,
  examples: ['admin@example.com'],
})

export const SystemConfigChange = Type.Object(
  {
    smtp_host: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: HOST_CHARS_MAX,
        nullable: true,
        examples: ['smtp.example.com'],
      }),
    ),
    smtp_port: Type.Optional(Type.Integer({ ...port, nullable: true, examples: [587] })),
    smtp_user: Type.Optional(Type.String({ ...line(1, USER_CHARS_MAX), nullable: true })),
    smtp_password: Type.Optional(
      Type.String({ ...line(1, PASSWORD_CHARS_MAX), nullable: true, writeOnly: true }),
    ),
    smtp_from: Type.Optional(email),
    alert_email: Type.Optional(email),
    backup_retention_days: Type.Optional(Type.Integer({ ...days, nullable: true, examples: [30] })),
  },
  { title: 'SystemConfigChange', minProperties: 1, ...strict },
)
