// Rows of the catalogue and the settings: few, read whole when the node opens, written one at a time.
import type {
  CatalogueImage,
  CatalogueRows,
  CustomField,
  Settings,
  Tag,
} from '../../ledger/index.js'
import { fieldEntities, fieldTypes } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { tagsToText, textToTags } from './tags-text.js'

export const TAG_COLUMNS = 'id, name, color, description, created_ms, updated_ms, revision'
export const CUSTOM_FIELD_COLUMNS = `id, entity_type, field_name, field_type, is_required, field_options,
  created_ms, updated_ms, revision`
export const SETTINGS_COLUMNS = `id, smtp_host, smtp_port, smtp_user, smtp_password, smtp_password_revision,
  smtp_from, alert_email, backup_retention_days, updated_ms, revision`

const SETTINGS_ID = 1

type TagRaw = [
  id: number,
  name: string,
  color: string | null,
  description: string | null,
  createdMs: number,
  updatedMs: number,
  revision: number,
]
type CustomFieldRaw = [
  id: number,
  entityType: number,
  fieldName: string,
  fieldType: number,
  isRequired: number,
  fieldOptions: string | null,
  createdMs: number,
  updatedMs: number,
  revision: number,
]
type SettingsRaw = [
  id: number,
  smtpHost: string | null,
  smtpPort: number,
  smtpUser: string | null,
  smtpPassword: string | null,
  smtpPasswordRevision: number | null,
  smtpFrom: string | null,
  alertEmail: string | null,
  backupRetentionDays: number,
  updatedMs: number,
  revision: number,
]

export function readCatalogue(db: Database): CatalogueImage {
  const all = <Raw>(columns: string, table: string): Raw[] =>
    db.prepare<[], Raw>(`SELECT ${columns} FROM ${table} ORDER BY 1`).raw().all()
  const [settings] = all<SettingsRaw>(SETTINGS_COLUMNS, 'settings')
  return {
    tags: all<TagRaw>(TAG_COLUMNS, 'tags').map(tagOf),
    customFields: all<CustomFieldRaw>(CUSTOM_FIELD_COLUMNS, 'custom_fields').map(customFieldOf),
    settings: settings === undefined ? null : settingsOf(settings),
  }
}

function tagOf([id, name, color, description, createdMs, updatedMs, revision]: TagRaw): Tag {
  return { id, name, color, description, createdMs, updatedMs, revision }
}

function customFieldOf(raw: CustomFieldRaw): CustomField {
  return {
    id: raw[0],
    entityType: fieldEntities.nameOf(raw[1]),
    fieldName: raw[2],
    fieldType: fieldTypes.nameOf(raw[3]),
    isRequired: raw[4] === 1,
    fieldOptions: raw[5] === null ? null : textToTags(raw[5]),
    createdMs: raw[6],
    updatedMs: raw[7],
    revision: raw[8],
  }
}

function settingsOf(raw: SettingsRaw): Settings {
  return {
    smtpHost: raw[1],
    smtpPort: raw[2],
    smtpUser: raw[3],
    smtpPassword: raw[4],
    smtpPasswordRevision: raw[5],
    smtpFrom: raw[6],
    alertEmail: raw[7],
    backupRetentionDays: raw[8],
    updatedMs: raw[9],
    revision: raw[10],
  }
}

export class SqliteCatalogueRows implements CatalogueRows {
  readonly #putTag: Statement<TagRaw>
  readonly #deleteTag: Statement<[number]>
  readonly #putCustomField: Statement<CustomFieldRaw>
  readonly #deleteCustomField: Statement<[number]>
  readonly #putSettings: Statement<SettingsRaw>

  constructor(db: Database) {
    const put = <Raw extends unknown[]>(table: string, columns: string): Statement<Raw> => {
      const marks = columns.split(',').map(() => '?')
      return db.prepare<Raw>(`REPLACE INTO ${table} (${columns}) VALUES (${marks.join(', ')})`)
    }
    this.#putTag = put('tags', TAG_COLUMNS)
    this.#deleteTag = db.prepare('DELETE FROM tags WHERE id = ?')
    this.#putCustomField = put('custom_fields', CUSTOM_FIELD_COLUMNS)
    this.#deleteCustomField = db.prepare('DELETE FROM custom_fields WHERE id = ?')
    this.#putSettings = put('settings', SETTINGS_COLUMNS)
  }

  saveTag({ id, name, color, description, createdMs, updatedMs, revision }: Tag): void {
    this.#putTag.run(id, name, color, description, createdMs, updatedMs, revision)
  }

  deleteTag(id: number): void {
    this.#deleteTag.run(id)
  }

  saveCustomField(field: CustomField): void {
    this.#putCustomField.run(
      field.id,
      fieldEntities.codeOf(field.entityType),
      field.fieldName,
      fieldTypes.codeOf(field.fieldType),
      field.isRequired ? 1 : 0,
      field.fieldOptions === null ? null : tagsToText(field.fieldOptions),
      field.createdMs,
      field.updatedMs,
      field.revision,
    )
  }

  deleteCustomField(id: number): void {
    this.#deleteCustomField.run(id)
  }

  saveSettings(settings: Settings): void {
    this.#putSettings.run(
      SETTINGS_ID,
      settings.smtpHost,
      settings.smtpPort,
      settings.smtpUser,
      settings.smtpPassword,
      settings.smtpPasswordRevision,
      settings.smtpFrom,
      settings.alertEmail,
      settings.backupRetentionDays,
      settings.updatedMs,
      settings.revision,
    )
  }
}
