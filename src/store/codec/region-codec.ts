// Countries and comments as compact arrays, inside stored outcomes.
import type { Comment, Country } from '../../ledger/index.js'
import type { Fields } from './fields.js'
import { resourceTypes } from './name-codes.js'

export function encodeCountry(country: Country): unknown[] {
  const { id, code, name, continent, xFirst, xLast, createdMs, updatedMs, revision } = country
  return [id, code, name, continent, xFirst, xLast, createdMs, updatedMs, revision]
}

export function readCountry(fields: Fields): Country {
  return {
    id: fields.count(),
    code: fields.text(),
    name: fields.text(),
    continent: fields.text(),
    xFirst: fields.count(),
    xLast: fields.count(),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeComment(comment: Comment): unknown[] {
  const { id, resourceType, resourceId, userId, author, text, createdMs } = comment
  return [id, resourceTypes.codeOf(resourceType), resourceId, userId, author, text, createdMs]
}

export function readComment(fields: Fields): Comment {
  return {
    id: fields.count(),
    resourceType: readCommented(fields),
    resourceId: fields.count(),
    userId: fields.numberOrNull(),
    author: fields.text(),
    text: fields.text(),
    createdMs: fields.number(),
  }
}

/** The next field is the type of something that is commented on. */
export function readCommented(fields: Fields): Comment['resourceType'] {
  const type = resourceTypes.nameOf(fields.count())
  if (type === 'country') throw new Error('A comment is damaged: none is about a country.')
  return type
}
