// When a notification rule has something to say: asked by the ledger, and by whoever proposes to it what to look at.
import type { Crossing, NotificationRule } from './nouns.js'

/** Whether the rule is about that resource. One that is switched off watches nothing. */
export function watches(
  {
    isActive,
    resourceType,
    resourceIds,
  }: Pick<NotificationRule, 'isActive' | 'resourceType' | 'resourceIds'>,
  type: Crossing['resourceType'],
  id: number,
): boolean {
  const isOfKind = resourceType === null || resourceType === type
  return isActive && isOfKind && (resourceIds.length === 0 || resourceIds.includes(id))
}

/** @param utilization hundredths of a percent, rounded down: a resource is at a threshold when it is nowhere below it */
export function isCrossed(
  { threshold }: Pick<NotificationRule, 'threshold'>,
  utilization: number,
): boolean {
  return utilization >= threshold
}
