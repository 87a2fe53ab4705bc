// Notification rules as documents 000 and 001 write them.
import { type TSchema, Type } from '@sinclair/typebox'
import { type NotificationRule, RULE_RESOURCES_MAX } from '../../../ledger/index.js'
import { strict, timestamp, timestampOrNull } from '../../schema-parts.js'
import { SAYS } from '../../validation.js'
import { resourceId } from './named-resources.js'
import { severity } from './notifications.js'
import { between, nameLine } from './parts.js'

const NAME_CHARS_MAX = 100

const time = Type.String(timestamp)
const name = Type.String(nameLine(NAME_CHARS_MAX))
const threshold = Type.Number({
  ...between(0, 100),
  description: 'Percent; two decimals count.',
})
const watched = Type.Unsafe<NotificationRule['resourceType']>(
  Type.String({ enum: ['country', 'region'] }),
)
/** No enum: that would have to name null, too. */
const watchedOrNull = Type.Unsafe<NotificationRule['resourceType']>(
  Type.String({
    pattern: '^(?:country|region)$',
    [SAYS]: 'it must be country or region',
    nullable: true,
    description: 'country or region; null or left out: of both kinds.',
  }),
)
const resourceIds = Type.Array(resourceId, { maxItems: RULE_RESOURCES_MAX, uniqueItems: true })
const channels = Type.Array(Type.Unsafe<'in_app'>(Type.String({ enum: ['in_app'] })), {
  minItems: 1,
  uniqueItems: true,
  description: 'in_app is the only one there is.',
})

const narrowing = {
  resource_type: Type.Optional(watchedOrNull),
  resource_ids: Type.Optional({
    ...resourceIds,
    nullable: true,
    description: 'null, empty or left out: all. They need resource_type.',
  } as typeof resourceIds),
}

export const NewRule = Type.Object(
  {
    rule_name: name,
    conditions: Type.Object(
      { utilization_threshold: threshold, ...narrowing },
      { title: 'NewRuleConditions', ...strict },
    ),
    notification_channels: Type.Optional(channels),
    severity: Type.Optional(severity),
  },
  { title: 'NewRule', ...strict },
)

export const RuleChange = Type.Object(
  {
    rule_name: Type.Optional(name),
    conditions: Type.Optional(
      Type.Object(
        { utilization_threshold: Type.Optional(threshold), ...narrowing },
        { title: 'RuleConditionsChange', ...strict },
      ),
    ),
    notification_channels: Type.Optional(channels),
    severity: Type.Optional(severity),
    is_active: Type.Optional(Type.Boolean()),
  },
  { title: 'RuleChange', minProperties: 1, ...strict },
)

export const Rule = Type.Object(
  {
    rule_id: Type.String(),
    rule_name: Type.String(),
    conditions: Type.Object(
      {
        utilization_threshold: Type.Number(),
        resource_type: Type.Optional(watched),
        resource_ids: Type.Optional(
          Type.Array(Type.String({ nullable: true }) as TSchema, {
            description: 'null: a country that is there no more.',
          }),
        ),
      },
      { title: 'RuleConditions', ...strict },
    ),
    notification_channels: Type.Array(Type.String()),
    severity,
    is_active: Type.Boolean(),
    last_triggered: timestampOrNull,
    created_at: time,
    updated_at: time,
  },
  { title: 'Rule', ...strict },
)

export const Rules = Type.Object({ rules: Type.Array(Rule) }, { title: 'Rules', ...strict })

export const RuleChanged = Type.Object(
  { success: Type.Literal(true), updated_at: time },
  { title: 'RuleChanged', ...strict },
)
