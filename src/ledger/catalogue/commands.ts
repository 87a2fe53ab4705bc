// What can be asked of the catalogue: its tags, its custom fields and the settings.
import type { CustomField, FieldEntity, FieldType, Settings, Tag } from './nouns.js'

export const TAGS_MAX = 10_000
/** Of both entity types together. */
export const CUSTOM_FIELDS_MAX = 500
export const FIELD_OPTIONS_MAX = 100

export type CreateTagCommand = {
  readonly type: 'tag.create'
  readonly name: string
  readonly color: string | null
  readonly description: string | null
}
export type UpdateTagCommand = {
  readonly type: 'tag.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: Partial<Pick<Tag, 'name' | 'color' | 'description'>>
}
export type DeleteTagCommand = {
  readonly type: 'tag.delete'
  readonly id: number
  readonly ifRevision: number | null
}

export type CreateCustomFieldCommand = {
  readonly type: 'custom-field.create'
  readonly entityType: FieldEntity
  readonly fieldName: string
  readonly fieldType: FieldType
  readonly isRequired: boolean
  readonly fieldOptions: readonly string[] | null
}
/** A new type that is no select takes the options with it. What the field describes stays. */
export type UpdateCustomFieldCommand = {
  readonly type: 'custom-field.update'
  readonly id: number
  readonly ifRevision: number | null
  readonly set: Partial<
    Pick<CustomField, 'fieldName' | 'fieldType' | 'isRequired' | 'fieldOptions'>
  >
}
export type DeleteCustomFieldCommand = {
  readonly type: 'custom-field.delete'
  readonly id: number
  readonly ifRevision: number | null
}

export type SettingName = Exclude<keyof Settings, 'smtpPasswordRevision' | 'updatedMs' | 'revision'>
/** What is left out stays; null sets the default. */
export type UpdateSettingsCommand = {
  readonly type: 'settings.update'
  readonly ifRevision: number | null
  readonly set: { readonly [Name in SettingName]?: Settings[Name] | null }
}

export type CatalogueCommand =
  | CreateTagCommand
  | UpdateTagCommand
  | DeleteTagCommand
  | CreateCustomFieldCommand
  | UpdateCustomFieldCommand
  | DeleteCustomFieldCommand
  | UpdateSettingsCommand
