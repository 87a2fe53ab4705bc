// Tags of many regions or hosts: what is asked is checked once, and then each of them is by itself.
import type { Network } from '../entities.js'
import type { TagItem, TagWork } from '../jobs/nouns.js'
import { changeAllocation } from './allocations.js'
import type { CommandContext } from './command-context.js'
import { type Decision, invalid, refuse } from './decision.js'
import { findHost } from './hosts.js'
import { updateNetwork } from './networks.js'
import { findRegion } from './regions.js'
import { readTags } from './tags.js'

/** Of one resource, once it was tagged this way. */
const TAGS_MAX = 50

const NOT_FOUND = 'Resource not found'
const TOO_MANY_TAGS = `more than ${TAGS_MAX} tags`

/** The work with its tags in their one spelling; refused where no resource could be tagged so. */
export function readTagWork(
  command: TagWork & { readonly items: readonly TagItem[] },
  itemsMax: number,
): { readonly work: TagWork } | { readonly refused: Decision } {
  const { items, resourceType, operation, tags } = command
  const refused = checkItems(items, itemsMax)
  if (refused !== null) return { refused }
  const read = readTags(tags)
  if ('refused' in read) return read
  if (read.tags.length > TAGS_MAX)
    return { refused: invalid('tags', read.tags.length, `must be at most ${TAGS_MAX}`) }
  return { work: { resourceType, operation, tags: read.tags } }
}

function checkItems(items: readonly TagItem[], itemsMax: number): Decision | null {
  const { length: rows } = items
  if (rows === 0) return invalid('resource_ids', rows, 'must name at least one resource')
  if (rows > itemsMax) return refuse({ code: 'too-many-rows', rows, rowsMax: itemsMax })
  const seen = new Set<string>()
  for (const { key } of items) {
    if (seen.has(key)) return invalid('resource_ids', key, 'must be named once')
    seen.add(key)
  }
  return null
}

/** @returns null when it is as was asked, changed or not; else why not, as a clause */
export function tagResource(context: CommandContext, work: TagWork, id: number): string | null {
  if (work.resourceType === 'host') {
    const found = findHost(context, id)
    if ('ok' in found) return NOT_FOUND
    const { allocation } = found
    return retag(allocation, work, tags => changeAllocation(context, allocation, { tags }))
  }
  const found = findRegion(context, id)
  if ('ok' in found) return NOT_FOUND
  const { network } = found
  const update = { type: 'network.update', id, ifRevision: null } as const
  return retag(network, work, tags => updateNetwork(context, { ...update, set: { tags } }))
}

/** @param change is not asked for what is so already. */
function retag(
  { tags: before }: Pick<Network, 'tags'>,
  work: TagWork,
  change: (tags: readonly string[]) => void,
): string | null {
  const after = tagsAfter(before, work)
  if (work.operation !== 'remove' && after.length > TAGS_MAX) return TOO_MANY_TAGS
  const isSame = after.length === before.length && after.every((tag, at) => tag === before[at])
  if (!isSame) change(after)
  return null
}

/** A tag whose key is there takes its place, others go to the end. */
function tagsAfter(before: readonly string[], { operation, tags }: TagWork): readonly string[] {
  if (operation === 'replace') return tags
  const byKey = new Map(before.map(tag => [keyOf(tag), tag]))
  for (const tag of tags) {
    if (operation === 'add') byKey.set(keyOf(tag), tag)
    else byKey.delete(keyOf(tag))
  }
  return [...byKey.values()]
}

function keyOf(tag: string): string {
  return tag.split('=', 1)[0] ?? tag
}
