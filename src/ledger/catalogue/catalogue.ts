// Tags, custom fields and settings in memory, as every write and every list asks for them; what changes goes to the rows at once.
import {
  type CatalogueImage,
  type CustomField,
  defaultSettings,
  type FieldEntity,
  type Settings,
  type Tag,
} from './nouns.js'
import type { CatalogueRows } from './rows.js'

/** Whoever only asks sees this much. */
export interface CatalogueView {
  tag(id: number): Tag | null
  tagNamed(name: string): Tag | null
  /** In id order. */
  tags(): readonly Tag[]
  customField(id: number): CustomField | null
  customFieldNamed(entityType: FieldEntity, fieldName: string): CustomField | null
  /** In id order. */
  customFields(): readonly CustomField[]
  /** The defaults while nobody has set anything. */
  settings(): Settings
}

export class Catalogue implements CatalogueView {
  readonly #rows: CatalogueRows
  readonly #tags = new Map<number, Tag>()
  readonly #tagIds = new Map<string, number>()
  readonly #customFields = new Map<number, CustomField>()
  #settings: Settings | null = null

  constructor(rows: CatalogueRows) {
    this.#rows = rows
  }

  load({ tags, customFields, settings }: CatalogueImage): void {
    for (const tag of tags) this.#putTag(tag)
    for (const field of customFields) this.#customFields.set(field.id, field)
    this.#settings = settings
  }

  tag(id: number): Tag | null {
    return this.#tags.get(id) ?? null
  }

  tagNamed(name: string): Tag | null {
    const id = this.#tagIds.get(name)
    return id === undefined ? null : this.tag(id)
  }

  tags(): readonly Tag[] {
    return [...this.#tags.values()].sort((a, b) => a.id - b.id)
  }

  get tagCount(): number {
    return this.#tags.size
  }

  saveTag(tag: Tag): void {
    const old = this.tag(tag.id)
    if (old !== null) this.#tagIds.delete(old.name)
    this.#putTag(tag)
    this.#rows.saveTag(tag)
  }

  deleteTag({ id, name }: Tag): void {
    this.#tags.delete(id)
    this.#tagIds.delete(name)
    this.#rows.deleteTag(id)
  }

  customField(id: number): CustomField | null {
    return this.#customFields.get(id) ?? null
  }

  /** There are a few hundred at most. */
  customFieldNamed(entityType: FieldEntity, fieldName: string): CustomField | null {
    for (const field of this.#customFields.values())
      if (field.entityType === entityType && field.fieldName === fieldName) return field
    return null
  }

  customFields(): readonly CustomField[] {
    return [...this.#customFields.values()].sort((a, b) => a.id - b.id)
  }

  get customFieldCount(): number {
    return this.#customFields.size
  }

  saveCustomField(field: CustomField): void {
    this.#customFields.set(field.id, field)
    this.#rows.saveCustomField(field)
  }

  deleteCustomField({ id }: CustomField): void {
    this.#customFields.delete(id)
    this.#rows.deleteCustomField(id)
  }

  settings(): Settings {
    return this.#settings ?? defaultSettings
  }

  /** null while nobody has set anything. */
  settingsAsSet(): Settings | null {
    return this.#settings
  }

  saveSettings(settings: Settings): void {
    this.#settings = settings
    this.#rows.saveSettings(settings)
  }

  #putTag(tag: Tag): void {
    this.#tags.set(tag.id, tag)
    this.#tagIds.set(tag.name, tag.id)
  }
}
