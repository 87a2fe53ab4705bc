// What the catalogue asks of its rows: they are few, read once when the node opens and written through.
import type { CustomField, Settings, Tag } from './nouns.js'

export interface CatalogueRows {
  /** Adds or replaces the row of that id. */
  saveTag(tag: Tag): void
  deleteTag(id: number): void
  saveCustomField(field: CustomField): void
  deleteCustomField(id: number): void
  /** There is one row at most. */
  saveSettings(settings: Settings): void
}
