// What the ledger answers about the catalogue.
import type { CustomField, FieldEntity, Settings, Tag } from './nouns.js'

export type CatalogueRefusal =
  | { readonly code: 'tag-not-found'; readonly id: number }
  | { readonly code: 'tag-exists'; readonly name: string; readonly id: number }
  | { readonly code: 'too-many-tags'; readonly max: number }
  | { readonly code: 'custom-field-not-found'; readonly id: number }
  | {
      readonly code: 'custom-field-exists'
      readonly entityType: FieldEntity
      readonly fieldName: string
      readonly id: number
    }
  | { readonly code: 'too-many-custom-fields'; readonly max: number }

/** Answers are kept for retries, and secrets are not kept with them. */
export type ShownSettings = Omit<Settings, 'smtpPassword'>

export type CatalogueResult =
  | { readonly type: 'tag'; readonly tag: Tag }
  | { readonly type: 'custom-field'; readonly field: CustomField }
  | { readonly type: 'settings'; readonly settings: ShownSettings }
