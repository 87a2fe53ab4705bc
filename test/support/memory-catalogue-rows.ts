// CatalogueRows in plain Maps: the part of MemoryRows that keeps tags, custom fields and the settings.
import type {
  CatalogueImage,
  CatalogueRows,
  CustomField,
  Settings,
  Tag,
} from '../../src/ledger/index.js'
import { MemoryIdentityRows } from './memory-identity-rows.js'

export class MemoryCatalogueRows extends MemoryIdentityRows implements CatalogueRows {
  readonly #tags = new Map<number, Tag>()
  readonly #customFields = new Map<number, CustomField>()
  #settings: Settings | null = null

  saveTag(tag: Tag): void {
    this.#tags.set(tag.id, tag)
  }

  deleteTag(id: number): void {
    this.#tags.delete(id)
  }

  saveCustomField(field: CustomField): void {
    this.#customFields.set(field.id, field)
  }

  deleteCustomField(id: number): void {
    this.#customFields.delete(id)
  }

  saveSettings(settings: Settings): void {
    this.#settings = settings
  }

  /** Each list in the order of its id, as SQLite gives it. */
  catalogue(): CatalogueImage {
    return {
      tags: [...this.#tags.values()].sort((a, b) => a.id - b.id),
      customFields: [...this.#customFields.values()].sort((a, b) => a.id - b.id),
      settings: this.#settings,
    }
  }
}
