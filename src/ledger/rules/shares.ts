// Shares: public links to one resource, made, revoked, and counted when somebody looks.
import { shareImage } from '../changes/personal-images.js'
import {
  type CreateShareCommand,
  type RevokeShareCommand,
  SHARE_TTL_MS_MAX,
  SHARES_MAX,
  type SharesViewedCommand,
  VIEWS_OF_COMMAND_MAX,
} from '../personal/commands.js'
import type { Share } from '../personal/nouns.js'
import { checkText } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { findToDelete, notSignedIn } from './ownership.js'
import { checkResource } from './resources.js'

/** As long as 128 bits of chance need at least, in a URL as it is. */
const TOKEN = /^[A-Za-z0-9_-]{16,100}$/
/** In code points. */
const DESCRIPTION_CHARACTERS_MAX = 500

export function createShare(context: CommandContext, command: CreateShareCommand): Decision {
  const { rows, origin, timeMs, revision } = context
  const { userId, actor: username } = origin
  if (userId === undefined) return notSignedIn()
  const refused = checkShare(context, command)
  if (refused !== null) return refused
  if (rows.personal.shareCount(userId) >= SHARES_MAX)
    return refuse({ code: 'too-many-personal', noun: 'shares', max: SHARES_MAX })
  const { token, resourceType, resourceId, description, ttlMs } = command
  const share: Share = {
    ...{ id: rows.nextId('share'), token, resourceType, resourceId, description, userId, username },
    viewCount: 0,
    lastViewedMs: null,
    createdMs: timeMs,
    expiresMs: timeMs + ttlMs,
    revision,
  }
  rows.personal.saveShare(share)
  context.record('share.created', 'share', share.id, null, shareImage(share))
  return answer({ type: 'share', share: withoutToken(share) })
}

export function revokeShare(context: CommandContext, { id }: RevokeShareCommand): Decision {
  const { personal } = context.rows
  const sought = findToDelete(context, { noun: 'share', id, thing: personal.share(id) })
  if ('refused' in sought) return sought.refused
  personal.deleteShare(id)
  context.record('share.revoked', 'share', id, shareImage(sought.found), null)
  return done()
}

/** The revision stays: what a share is has not changed, and history says nothing of it. */
export function countViews(context: CommandContext, { views }: SharesViewedCommand): Decision {
  const { rows, timeMs: lastViewedMs } = context
  if (views.length > VIEWS_OF_COMMAND_MAX)
    return refuse({ code: 'too-many-rows', rows: views.length, rowsMax: VIEWS_OF_COMMAND_MAX })
  const wrong = views.find(({ count }) => !Number.isSafeInteger(count) || count < 1)
  if (wrong !== undefined) return invalid('count', wrong.count, 'must be a whole number above 0')
  for (const { id, count } of views) {
    const share = rows.personal.share(id)
    if (share === null) continue
    const viewCount = Math.min(share.viewCount + count, Number.MAX_SAFE_INTEGER)
    rows.personal.saveShare({ ...share, viewCount, lastViewedMs })
  }
  return done()
}

function checkShare(context: CommandContext, command: CreateShareCommand): Decision | null {
  const { token, resourceType, resourceId, description, ttlMs } = command
  // The token itself stands in no answer: what is refused is kept for retries as well.
  if (!TOKEN.test(token))
    return invalid('token', '', 'must be 16 to 100 letters, digits, hyphens and underscores')
  if (context.rows.personal.shareByToken(token) !== null)
    return invalid('token', '', 'must be one that no other share has')
  return (
    checkShareTtl(ttlMs) ??
    (description === null
      ? null
      : checkText('description', description, DESCRIPTION_CHARACTERS_MAX)) ??
    checkResource(context, resourceType, resourceId)
  )
}

function checkShareTtl(ttlMs: number): Decision | null {
  const ok = Number.isSafeInteger(ttlMs) && ttlMs >= 1 && ttlMs <= SHARE_TTL_MS_MAX
  const reason = `must be a whole number of milliseconds from 1 to ${SHARE_TTL_MS_MAX}`
  return ok ? null : invalid('ttlMs', ttlMs, reason)
}

function withoutToken({ token: _, ...share }: Share): Omit<Share, 'token'> {
  return share
}
