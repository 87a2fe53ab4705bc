// Notification rules: made, changed, deleted. What they say of resources is decided where they are reviewed.
import { ruleImage } from '../changes/personal-images.js'
import {
  type CreateRuleCommand,
  type DeleteRuleCommand,
  RULE_RESOURCES_MAX,
  RULES_MAX,
  type UpdateRuleCommand,
} from '../personal/commands.js'
import type { NotificationRule } from '../personal/nouns.js'
import { checkLine, NAME_CHARACTERS_MAX } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { findOwn, findToDelete, notSignedIn } from './ownership.js'
import { checkResource } from './resources.js'

/** 100 % in hundredths of a percent. */
const THRESHOLD_MAX = 10_000

type RuleSet = UpdateRuleCommand['set']

export function createRule(context: CommandContext, command: CreateRuleCommand): Decision {
  const { rows, origin, timeMs, revision } = context
  const { type: _, ...facts } = command
  const { userId } = origin
  if (userId === undefined) return notSignedIn()
  const refused = checkFacts(facts) ?? checkResources(context, facts)
  if (refused !== null) return refused
  if (rows.personal.ruleCount(userId) >= RULES_MAX)
    return refuse({ code: 'too-many-personal', noun: 'rules', max: RULES_MAX })
  const rule: NotificationRule = {
    id: rows.nextId('rule'),
    userId,
    ...facts,
    isActive: true,
    lastTriggeredMs: null,
    createdMs: timeMs,
    updatedMs: timeMs,
    revision,
  }
  rows.personal.saveRule(rule)
  context.record('rule.created', 'rule', rule.id, null, ruleImage(rule))
  return answer({ type: 'rule', rule })
}

export function updateRule(context: CommandContext, { id, set }: UpdateRuleCommand): Decision {
  const { rows, timeMs } = context
  const sought = findOwn(context, { noun: 'rule', id, thing: rows.personal.rule(id) })
  if ('refused' in sought) return sought.refused
  const old = sought.found
  const rule = { ...old, ...set, updatedMs: timeMs }
  const refused = checkFacts(rule) ?? (namesResources(set) ? checkResources(context, rule) : null)
  if (refused !== null) return refused
  if (tellsAnew(old, rule)) rows.personal.endCrossings(id)
  return answer({ type: 'rule', rule: replaceRule(context, old, rule) })
}

export function deleteRule(context: CommandContext, { id }: DeleteRuleCommand): Decision {
  const { personal } = context.rows
  const sought = findToDelete(context, { noun: 'rule', id, thing: personal.rule(id) })
  if ('refused' in sought) return sought.refused
  personal.deleteRule(id)
  context.record('rule.deleted', 'rule', id, ruleImage(sought.found), null)
  return done()
}

/** @returns what it is from now on. */
export function replaceRule(
  context: CommandContext,
  before: NotificationRule,
  after: NotificationRule,
): NotificationRule {
  const rule = { ...after, revision: context.revision }
  context.rows.personal.saveRule(rule)
  context.record('rule.updated', 'rule', rule.id, ruleImage(before), ruleImage(rule))
  return rule
}

function namesResources({ resourceType, resourceIds }: RuleSet): boolean {
  return resourceType !== undefined || resourceIds !== undefined
}

/** What it has told of counts no more: it was switched on again, or is about something else. */
function tellsAnew(old: NotificationRule, rule: NotificationRule): boolean {
  return (
    (rule.isActive && !old.isActive) ||
    rule.threshold !== old.threshold ||
    rule.resourceType !== old.resourceType ||
    rule.resourceIds.join() !== old.resourceIds.join()
  )
}

type Facts = Omit<CreateRuleCommand, 'type'>

function checkFacts({ name, threshold, channels, resourceIds, resourceType }: Facts) {
  const refused = checkLine('name', name, NAME_CHARACTERS_MAX)
  if (refused !== null) return refused
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > THRESHOLD_MAX)
    return invalid('threshold', threshold, `must be a whole number from 0 to ${THRESHOLD_MAX}`)
  if (channels.join() !== 'in_app') return invalid('channels', channels, 'must be in_app alone')
  if (resourceIds.length > RULE_RESOURCES_MAX)
    return invalid('resourceIds', resourceIds.length, `must be at most ${RULE_RESOURCES_MAX}`)
  if (new Set(resourceIds).size !== resourceIds.length)
    return invalid('resourceIds', resourceIds.length, 'must each be there once')
  return resourceIds.length > 0 && resourceType === null
    ? invalid('resourceType', resourceType, 'must be said of resources that are named')
    : null
}

/** Those that are named must be there then; later they may go. */
function checkResources(
  context: CommandContext,
  { resourceType, resourceIds }: Facts,
): Decision | null {
  if (resourceType === null) return null
  for (const id of resourceIds) {
    const refused = checkResource(context, resourceType, id)
    if (refused !== null) return refused
  }
  return null
}
