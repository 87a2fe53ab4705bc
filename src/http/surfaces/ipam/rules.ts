// /ipam/notifications/rules: at which utilization of what one wants to be told.
import type { Static } from '@sinclair/typebox'
import type {
  CreateRuleCommand,
  NotificationRule,
  UpdateRuleCommand,
} from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import { requireResourceId, resourceName } from './named-resources.js'
import { callerIdOf, requireOwnId } from './own.js'
import { at } from './paths.js'
import * as schemas from './rule-schemas.js'
import { uuidOf } from './uuids.js'

const tag = 'Notification rules'
const paths = at('/notifications/rules')
const one = at('/notifications/rules/:id')

const createRule = defineRoute({
  method: 'POST',
  paths,
  id: 'createRule',
  tag,
  summary: 'Make a rule',
  description:
    'One notification whenever a country or region comes to the threshold, and none again before it was below.',
  permission: 'read',
  body: schemas.NewRule,
  answers: { 201: { description: 'The rule.', schema: schemas.Rule } },
  handle: async (call, { body }) => {
    await call.awaitNewest()
    const { result, headers } = await submit(call, commandOf(call, body), body)
    const { rule } = resultOf(result, 'rule')
    return { status: 201, body: JSON.stringify(present(call, rule)), headers }
  },
})

const listRules = defineRoute({
  method: 'GET',
  paths,
  id: 'listRules',
  tag,
  summary: "List one's own rules, the newest first",
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'All of them.', schema: schemas.Rules } },
  handle: async call => {
    await call.awaitRead()
    const rules = call.app.store.reads.personal.rulesOf(callerIdOf(call))
    const body = JSON.stringify({ rules: rules.map(rule => present(call, rule)) })
    return { status: 200, body }
  },
})

const updateRule = defineRoute({
  method: 'PATCH',
  paths: one,
  id: 'updateRule',
  tag,
  summary: 'Change a rule',
  description: 'What is left out stays, of the conditions too.',
  permission: 'read',
  body: schemas.RuleChange,
  answers: { 200: { description: 'It is changed.', schema: schemas.RuleChanged } },
  handle: async (call, { body }) => {
    const id = requireOwnId(call, 'Rule')
    await call.awaitNewest()
    const rule = call.app.store.reads.personal.rule(id)
    const set = changeOf(call, body, rule?.userId === callerIdOf(call) ? rule : null)
    const { result, headers } = await submit(call, { type: 'rule.update', id, set }, body)
    const updated_at = timestamp(resultOf(result, 'rule').rule.updatedMs)
    return { status: 200, body: JSON.stringify({ success: true, updated_at }), headers }
  },
})

const deleteRule = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'deleteRule',
  tag,
  summary: 'Delete a rule',
  description: 'What it has told stays.',
  permission: 'read',
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const id = requireOwnId(call, 'Rule')
    const { headers } = await submit(call, { type: 'rule.delete', id }, null)
    return { status: 204, body: null, headers }
  },
})

function commandOf(call: Call, body: Static<typeof schemas.NewRule>): CreateRuleCommand {
  const { conditions } = body
  const resourceType = conditions.resource_type ?? null
  return {
    type: 'rule.create',
    name: body.rule_name,
    threshold: hundredths(conditions.utilization_threshold),
    resourceType,
    resourceIds: idsOf(call, resourceType, conditions.resource_ids ?? []),
    channels: body.notification_channels ?? ['in_app'],
    severity: body.severity ?? 'warning',
  }
}

/** @param rule as it is; null: he has none of that id, as the ledger will say */
function changeOf(
  call: Call,
  body: Static<typeof schemas.RuleChange>,
  rule: NotificationRule | null,
): UpdateRuleCommand['set'] {
  const { utilization_threshold: threshold, ...narrowing } = body.conditions ?? {}
  return {
    ...(body.rule_name === undefined ? {} : { name: body.rule_name }),
    ...(threshold === undefined ? {} : { threshold: hundredths(threshold) }),
    ...narrowedBy(call, narrowing, rule),
    ...(body.notification_channels === undefined ? {} : { channels: body.notification_channels }),
    ...(body.severity === undefined ? {} : { severity: body.severity }),
    ...(body.is_active === undefined ? {} : { isActive: body.is_active }),
  }
}

type Narrowing = Pick<
  NonNullable<Static<typeof schemas.RuleChange>['conditions']>,
  'resource_type' | 'resource_ids'
>

/** Ids are of a type: those that stand do not go with another one. @throws ApiError 400, 404 */
function narrowedBy(call: Call, given: Narrowing, rule: NotificationRule | null) {
  const { resource_type: type, resource_ids: ids } = given
  const resourceType = type === undefined ? (rule?.resourceType ?? null) : type
  if (ids !== undefined)
    return {
      ...(type === undefined ? {} : { resourceType }),
      resourceIds: idsOf(call, resourceType, ids ?? []),
    }
  if (type === undefined) return {}
  if (rule !== null && rule.resourceType !== type && rule.resourceIds.length > 0)
    throw invalid(
      'conditions.resource_type',
      type,
      `the rule names resources of type ${rule.resourceType}; give resource_ids as well`,
    )
  return { resourceType }
}

/** @throws ApiError 400, 404 */
function idsOf(
  call: Call,
  type: NotificationRule['resourceType'],
  texts: readonly string[],
): number[] {
  if (texts.length === 0) return []
  if (type === null)
    throw invalid('conditions.resource_type', type, 'resource_ids need it, country or region')
  return [...new Set(texts.map(text => requireResourceId(call, type, text)))]
}

function hundredths(percent: number): number {
  return Math.round(percent * 100)
}

function present(call: Call, rule: NotificationRule) {
  const { resourceType, resourceIds } = rule
  const ids = resourceIds.map(id => resourceName(call, resourceType ?? 'region', id))
  return {
    rule_id: uuidOf(call, 'rule', rule.id),
    rule_name: rule.name,
    conditions: {
      utilization_threshold: rule.threshold / 100,
      ...(resourceType === null ? {} : { resource_type: resourceType }),
      ...(ids.length === 0 ? {} : { resource_ids: ids }),
    },
    notification_channels: rule.channels,
    severity: rule.severity,
    is_active: rule.isActive,
    last_triggered: timestampOrNull(rule.lastTriggeredMs),
    created_at: timestamp(rule.createdMs),
    updated_at: timestamp(rule.updatedMs),
  }
}

export const ruleRoutes: readonly Route[] = [createRule, listRules, updateRule, deleteRule]
