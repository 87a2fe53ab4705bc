// Notification rules where the leader says to look: whoever comes to a threshold is told of once, and again when it was below.
import { CROSSINGS_OF_REVIEW_MAX, type ReviewRulesCommand } from '../personal/commands.js'
import type { Crossing, NotificationRule } from '../personal/nouns.js'
import { isCrossed, watches } from '../personal/watch.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, refuse } from './decision.js'
import { raiseNotification } from './notifications.js'
import { wantsInApp } from './preferences.js'
import { resourceName, utilizationOfResource } from './resources.js'
import { replaceRule } from './rules.js'

type Resource = Pick<Crossing, 'resourceType' | 'resourceId'>

/** `rows` of the answer: Changes; a crossing that is over leaves none. */
export function reviewRules(context: CommandContext, { crossings }: ReviewRulesCommand): Decision {
  const named = crossings.length
  if (named > CROSSINGS_OF_REVIEW_MAX)
    return refuse({ code: 'too-many-rows', rows: named, rowsMax: CROSSINGS_OF_REVIEW_MAX })
  const utilizationOf = rememberedUtilization(context)
  for (const crossing of crossings) review(context, crossing, utilizationOf)
  return answer({ type: 'slice', rows: context.changesMade, more: false })
}

/** Many rules look at one country, and each look goes over its regions; a review changes none of their figures. */
function rememberedUtilization(context: CommandContext): (resource: Resource) => number | null {
  const known = new Map<string, number | null>()
  return ({ resourceType, resourceId }) => {
    const key = `${resourceType} ${resourceId}`
    const found = known.get(key)
    if (found !== undefined) return found
    const utilization = utilizationOfResource(context, resourceType, resourceId)
    known.set(key, utilization)
    return utilization
  }
}

/** A rule that is switched off keeps what it has told of, and one whose user is gone waits to be tidied away. */
function review(
  context: CommandContext,
  crossing: Crossing,
  utilizationOf: (resource: Resource) => number | null,
): void {
  const { personal } = context.rows
  const { ruleId, resourceType, resourceId } = crossing
  const rule = personal.rule(ruleId)
  if (rule === null || !rule.isActive || context.identities.user(rule.userId) === null) return
  const utilization = watches(rule, resourceType, resourceId) ? utilizationOf(crossing) : null
  const isOver = utilization === null || !isCrossed(rule, utilization)
  if (isOver === !personal.hasCrossing(crossing)) return
  if (isOver) personal.endCrossing(crossing)
  else fire(context, rule, crossing, utilization)
}

function fire(
  context: CommandContext,
  rule: NotificationRule,
  crossing: Crossing,
  utilization: number,
): void {
  const { personal } = context.rows
  const { id: ruleId, userId, severity } = rule
  const { resourceType, resourceId } = crossing
  personal.addCrossing(crossing)
  if (wantsInApp(personal, userId)) {
    const resource = resourceName(context, resourceType, resourceId)
    const message = `${resource} is at ${percentage(utilization)}% capacity`
    const about = { severity, message, resourceType, resourceId }
    raiseNotification(context, { userId, ruleId, type: 'capacity_warning', ...about })
  }
  replaceRule(context, rule, { ...rule, lastTriggeredMs: context.timeMs })
}

/** With one decimal at most, half up. @param utilization hundredths of a percent */
function percentage(utilization: number): string {
  const tenths = Math.floor((utilization + 5) / 10)
  return tenths % 10 === 0 ? String(tenths / 10) : `${Math.floor(tenths / 10)}.${tenths % 10}`
}
