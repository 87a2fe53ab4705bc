// What refusals about one's own things say to people. What is not found begins with document 001's words.
import type { PersonalRefusal, ResourceType } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'
import type { IdSpelling, OtherNoun } from './messages.js'

export function personalMessage(refusal: PersonalRefusal, spell: IdSpelling): string {
  switch (refusal.code) {
    case 'personal-not-found':
      return `${nouns[refusal.noun]} not found: ${spell.other(refusal.noun, refusal.id)}.`
    case 'resource-not-found':
      return resourceText(refusal, spell)
    case 'too-many-personal':
      return `You have ${refusal.max} ${refusal.noun} already; delete one first.`
    default:
      return unreachable(refusal, 'refusal')
  }
}

const nouns: {
  readonly [Noun in Exclude<OtherNoun, 'user' | 'tag' | 'custom-field' | 'reservation'>]: string
} = {
  share: 'Share',
  filter: 'Filter',
  notification: 'Notification',
  rule: 'Rule',
  webhook: 'Webhook',
  job: 'Job',
}

type Resource = { readonly resourceType: ResourceType; readonly id: number }

/** A country is known by its code, never by the number that it has inside. */
function resourceText({ resourceType, id }: Resource, spell: IdSpelling): string {
  switch (resourceType) {
    case 'country':
      return 'Country not found.'
    case 'region':
      return `Region not found: ${spell.network(id)}.`
    case 'host':
      return `Host not found: ${spell.allocation(id)}.`
  }
}
