// Tags of the catalogue: made, changed, deleted. What bears a tag is not looked at (CONTRACT.md D-24).
import {
  type CreateTagCommand,
  type DeleteTagCommand,
  TAGS_MAX,
  type UpdateTagCommand,
} from '../catalogue/commands.js'
import type { Tag } from '../catalogue/nouns.js'
import { tagImage } from '../changes/catalogue-images.js'
import { checkLine, checkRevision, checkText } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { readTags } from './tags.js'

/** Code points. */
const NAME_CHARACTERS_MAX = 100
const DESCRIPTION_CHARACTERS_MAX = 4096
const COLOR = /^#[0-9a-f]{6}$/

export function createTag(context: CommandContext, command: CreateTagCommand): Decision {
  const { catalogue, timeMs, revision } = context
  const tag = inOneSpelling({
    id: 0,
    name: command.name,
    color: command.color,
    description: command.description,
    createdMs: timeMs,
    updatedMs: timeMs,
    revision,
  })
  const refused = checkTag(context, tag)
  if (refused !== null) return refused
  if (catalogue.tagCount >= TAGS_MAX) return refuse({ code: 'too-many-tags', max: TAGS_MAX })
  const made = { ...tag, id: context.rows.nextId('tag') }
  catalogue.saveTag(made)
  context.record('tag.created', 'tag', made.id, null, tagImage(made))
  return answer({ type: 'tag', tag: made })
}

export function updateTag(context: CommandContext, command: UpdateTagCommand): Decision {
  const { catalogue, timeMs, revision } = context
  const { id } = command
  const old = catalogue.tag(id)
  if (old === null) return refuse({ code: 'tag-not-found', id })
  const tag = inOneSpelling({ ...old, ...command.set, updatedMs: timeMs, revision })
  const refused = checkRevision(command.ifRevision, old.revision) ?? checkTag(context, tag)
  if (refused !== null) return refused
  catalogue.saveTag(tag)
  context.record('tag.updated', 'tag', id, tagImage(old), tagImage(tag))
  return answer({ type: 'tag', tag })
}

export function deleteTag(context: CommandContext, command: DeleteTagCommand): Decision {
  const { id, ifRevision } = command
  const old = context.catalogue.tag(id)
  if (old === null) return refuse({ code: 'tag-not-found', id })
  const refused = checkRevision(ifRevision, old.revision)
  if (refused !== null) return refused
  context.catalogue.deleteTag(old)
  context.record('tag.deleted', 'tag', id, tagImage(old), null)
  return done()
}

/** The name as lists of tags have it (`env=` is `env`), the colour in small letters. */
function inOneSpelling(tag: Tag): Tag {
  const read = readTags([tag.name])
  const name = ('tags' in read ? read.tags[0] : undefined) ?? tag.name
  return { ...tag, name, color: tag.color?.toLowerCase() ?? null }
}

function checkTag({ catalogue }: CommandContext, { id, name, color, description }: Tag) {
  const refused =
    checkLine('name', name, NAME_CHARACTERS_MAX) ??
    checkKey(name) ??
    (description === null
      ? null
      : checkText('description', description, DESCRIPTION_CHARACTERS_MAX))
  if (refused !== null) return refused
  if (color !== null && !COLOR.test(color))
    return invalid('color', color, 'must be a colour like #ff0000')
  const holder = catalogue.tagNamed(name)
  return holder === null || holder.id === id
    ? null
    : refuse({ code: 'tag-exists', name, id: holder.id })
}

function checkKey(name: string): Decision | null {
  return name.startsWith('=') ? invalid('name', name, 'a tag begins with its key') : null
}
