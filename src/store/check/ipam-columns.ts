// Columns of what the surface of document 001 keeps: JSON and codes that can be read, and what must not be said by one row beside others.
import { ATTEMPTS_MAX } from '../../ledger/index.js'
import {
  type NameCodes,
  notificationSeverities,
  reservationStatuses,
  resourceTypes,
  tagOperations,
  webhookEventCodes,
} from '../codec/name-codes.js'
import { type ColumnRule, notJson } from './column-rule.js'

const ADDRESS_BYTES = 16
const REGION = resourceTypes.codeOf('region')
const COUNTRY_OR_REGION = `BETWEEN 0 AND ${REGION}`
const REGION_OR_HOST = `BETWEEN ${REGION} AND ${resourceTypes.codeOf('host')}`

const isUnknown = (column: string, codes: Pick<NameCodes<string>, 'highest'>) =>
  `${column} NOT BETWEEN 0 AND ${codes.highest}`

const reservationColumns: readonly ColumnRule[] = ['reservations', 'past_reservations'].map(
  table => ({
    ...{ table, named: 'Reservation', fault: 'is of no address and no CIDR' },
    wrong: `family NOT IN (4, 6) OR length(first) <> ${ADDRESS_BYTES}
      OR prefix_length NOT BETWEEN 0 AND iif(family = 4, 31, 127)`,
  }),
)

const personalColumns: readonly ColumnRule[] = [
  {
    ...{ table: 'comments', named: 'Comment', fault: 'is about no region and no host' },
    wrong: `resource_type NOT ${REGION_OR_HOST}`,
  },
  {
    ...{ table: 'shares', named: 'Share', fault: 'is of an unknown type of resource' },
    wrong: isUnknown('resource_type', resourceTypes),
  },
  {
    ...{ table: 'preferences', named: 'User', key: 'user_id' },
    ...{ wrong: notJson('document', 'object'), fault: 'has preferences that are no object' },
  },
  {
    ...{ table: 'saved_filters', named: 'Filter' },
    ...{ wrong: notJson('criteria', 'object'), fault: 'has criteria that are no object' },
  },
  {
    ...{ table: 'notifications', named: 'Notification', fault: 'has an unknown code' },
    wrong: `${isUnknown('severity', notificationSeverities)}
      OR ${isUnknown('resource_type', resourceTypes)}`,
  },
  {
    ...{ table: 'notification_rules', named: 'Rule' },
    wrong: `${notJson('resource_ids', 'array')} OR ${notJson('channels', 'array')}
      OR ${isUnknown('severity', notificationSeverities)} OR resource_type NOT ${COUNTRY_OR_REGION}`,
    fault: 'has lists or codes that cannot be read',
  },
  {
    ...{ table: 'crossings', key: 'rule_id', named: 'A crossing of rule' },
    ...{ wrong: `resource_type NOT ${COUNTRY_OR_REGION}`, fault: 'is of no country and no region' },
  },
]

const workColumns: readonly ColumnRule[] = [
  {
    ...{ table: 'webhooks', named: 'Webhook' },
    ...{ wrong: notJson('events', 'array'), fault: 'has events that are no list' },
  },
  {
    ...{ table: 'delivery_attempts', named: 'Attempt', fault: 'is of an unknown event' },
    wrong: isUnknown('event', webhookEventCodes),
  },
  {
    ...{ table: 'jobs', named: 'Job', fault: 'has lists or codes that cannot be read' },
    wrong: `${['tags', 'items', 'outcomes'].map(column => notJson(column, 'array')).join(' OR ')}
      OR ${isUnknown('operation', tagOperations)} OR resource_type NOT ${REGION_OR_HOST}`,
  },
]

/** What reading a row relies on. */
export const ipamColumns: readonly ColumnRule[] = [
  ...reservationColumns,
  {
    ...{ table: 'past_reservations', named: 'Reservation' },
    wrong: `status NOT BETWEEN 1 AND ${reservationStatuses.highest}`,
    fault: 'is over and has an unknown status',
  },
  ...personalColumns,
  ...workColumns,
]

/** What rows that can be read must not say, whatever history does. */
export const ipamSense: readonly ColumnRule[] = [
  {
    ...{ table: 'countries', named: 'Country', fault: 'has no range of X of its own' },
    wrong: `x_first NOT BETWEEN 0 AND 255 OR x_last NOT BETWEEN x_first AND 255 OR EXISTS (
      SELECT 1 FROM countries AS other WHERE other.id <> countries.id
        AND other.x_first <= countries.x_last AND countries.x_first <= other.x_last)`,
  },
  {
    ...{ table: 'networks', fault: 'is a region with the name of another one of its X' },
    wrong: `id IN (SELECT max(id) FROM networks WHERE region_name IS NOT NULL
      GROUP BY substr(first, 14, 1), region_name HAVING count(*) > 1)`,
  },
  {
    ...{ table: 'webhooks', named: 'Webhook', fault: 'has seen what is still to come' },
    wrong: 'seen_revision > (SELECT applied_index FROM state)',
  },
  {
    ...{ table: 'pending_deliveries', key: 'webhook_id', named: 'A delivery of webhook' },
    wrong: `attempts NOT BETWEEN 1 AND ${ATTEMPTS_MAX - 1}
      OR webhook_id NOT IN (SELECT id FROM webhooks WHERE active = 1)`,
    fault: 'waits for nothing',
  },
  {
    ...{ table: 'jobs', named: 'Job', fault: 'has not come as far as it says' },
    wrong: `iif(completed_ms IS NULL, json_array_length(outcomes) >= json_array_length(items),
      json_array_length(outcomes) <> json_array_length(items))`,
  },
]
