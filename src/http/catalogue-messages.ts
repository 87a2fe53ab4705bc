// What refusals about the catalogue of tags and custom fields say to people.
import type { CatalogueRefusal } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'

export function catalogueMessage(refusal: CatalogueRefusal): string {
  switch (refusal.code) {
    case 'tag-not-found':
      return `Tag ${refusal.id} not found.`
    case 'tag-exists':
      return `The catalogue has a tag named ${refusal.name} already: ${refusal.id}.`
    case 'too-many-tags':
      return `The catalogue has ${refusal.max} tags already; delete one first.`
    case 'custom-field-not-found':
      return `Custom field ${refusal.id} not found.`
    case 'custom-field-exists':
      return `The custom field ${refusal.fieldName} of ${refusal.entityType} is defined already: ${refusal.id}.`
    case 'too-many-custom-fields':
      return `${refusal.max} custom fields are defined already; delete one first.`
    default:
      return unreachable(refusal, 'refusal')
  }
}
