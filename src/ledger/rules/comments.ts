// What people say of regions and hosts.
import { commentImage } from '../changes/region-images.js'
import { COMMENTS_MAX, type CreateCommentCommand } from '../regions/commands.js'
import type { Comment } from '../regions/nouns.js'
import { checkText } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { findHost } from './hosts.js'
import { findRegion } from './regions.js'

/** In code points. */
const TEXT_CHARACTERS_MAX = 2000

export function createComment(context: CommandContext, command: CreateCommentCommand): Decision {
  const { rows, origin, timeMs: createdMs } = context
  const { resourceType, resourceId, text } = command
  const refused = checkComment(text) ?? checkResource(context, command)
  if (refused !== null) return refused
  if (rows.regions.commentCount(resourceType, resourceId) >= COMMENTS_MAX) {
    return refuse({ code: 'too-many-comments', max: COMMENTS_MAX })
  }
  const comment: Comment = {
    id: rows.nextId('comment'),
    resourceType,
    resourceId,
    userId: origin.userId ?? null,
    author: origin.actor,
    text,
    createdMs,
  }
  rows.regions.insertComment(comment)
  context.record('comment.created', 'comment', comment.id, null, commentImage(comment))
  return answer({ type: 'comment', comment })
}

function checkComment(text: string): Decision | null {
  if (text.trim() === '') return invalid('text', text, 'must not be empty')
  return checkText('text', text, TEXT_CHARACTERS_MAX)
}

/** @returns why it cannot be spoken of */
function checkResource(
  context: CommandContext,
  { resourceType, resourceId }: CreateCommentCommand,
): Decision | null {
  const found =
    resourceType === 'region' ? findRegion(context, resourceId) : findHost(context, resourceId)
  return 'ok' in found ? found : null
}
