// What a webhook may say of itself. Where its URL may lead is asked when something is delivered.
import { isSealed, sealedLength } from '../sealed.js'
import { EVENTS_OF_WEBHOOK_MAX } from '../webhooks/commands.js'
import { type Webhook, webhookEvents } from '../webhooks/nouns.js'
import { checkLine, checkText } from './checks.js'
import { type Decision, invalid } from './decision.js'

/** Code points. */
const URL_CHARACTERS_MAX = 500
const DESCRIPTION_CHARACTERS_MAX = 500
const SECRET_CHARACTERS_MAX = 200
/** Of as many characters of four bytes each (UTF-8). */
const SEALED_SECRET_CHARACTERS_MAX = sealedLength(4 * SECRET_CHARACTERS_MAX)

/** Scheme and authority, and what follows them (RFC 3986, 3). */
const HTTP_URL = /^https?:\/\/([^/?#]+)(?:[/?#].*)?$/i

export function checkWebhook(
  facts: Pick<Webhook, 'url' | 'events' | 'description'>,
): Decision | null {
  const { url, events, description } = facts
  return (
    checkUrl(url) ??
    checkEvents(events) ??
    (description === null
      ? null
      : checkText('description', description, DESCRIPTION_CHARACTERS_MAX))
  )
}

/** A backslash is refused since programs take it for a slash, and so for the end of the host. */
function checkUrl(url: string): Decision | null {
  const refused = checkLine('webhook_url', url, URL_CHARACTERS_MAX)
  if (refused !== null) return refused
  if (/[\s\\]/u.test(url)) return invalid('webhook_url', url, 'must not hold spaces or backslashes')
  const authority = HTTP_URL.exec(url)?.[1]
  if (authority === undefined)
    return invalid('webhook_url', url, 'must be a URL that begins with http:// or https://')
  return authority.includes('@')
    ? invalid('webhook_url', '(with a password)', 'must not hold a user name or password')
    : null
}

function checkEvents(events: readonly string[]): Decision | null {
  const refuse = (reason: string) => invalid('events', events.join(', '), reason)
  if (events.length === 0) return refuse('must name at least one event')
  if (events.length > EVENTS_OF_WEBHOOK_MAX)
    return refuse(`must name at most ${EVENTS_OF_WEBHOOK_MAX} events`)
  const known: readonly string[] = webhookEvents
  const unknown = events.find(event => !known.includes(event))
  if (unknown !== undefined)
    return invalid('events', unknown, `must be of ${webhookEvents.join(', ')}`)
  return new Set(events).size < events.length ? refuse('must name each event once') : null
}

/** Not shown back. What is sealed was checked in clear by whoever sealed it. */
export function checkSecret(secret: string): Decision | null {
  const max = isSealed(secret) ? SEALED_SECRET_CHARACTERS_MAX : SECRET_CHARACTERS_MAX
  const refused = checkLine('secret_key', secret, max)
  if (refused === null || refused.ok || refused.refusal.code !== 'invalid') return refused
  return invalid('secret_key', '(secret)', refused.refusal.reason)
}
