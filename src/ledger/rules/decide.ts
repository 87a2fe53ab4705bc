// Which rule decides which command. An unknown one throws: to skip what others apply would be to diverge.
import { assert } from '../../lib/index.js'
import { COMMAND_VERSION } from '../command-versions.js'
import type { Command } from '../commands.js'
import { markMailed, reviewAlerts } from './alerts.js'
import {
  createAllocation,
  releaseAllocation,
  renewAllocation,
  updateAllocation,
} from './allocations.js'
import { allocateBlock, releaseBlock } from './blocks.js'
import { decideBulk } from './bulk.js'
import { decideGenesis, switchEffects } from './cluster.js'
import type { CommandContext } from './command-context.js'
import { createComment } from './comments.js'
import { createCountry, deleteCountry, updateCountry } from './countries.js'
import { createCustomField, deleteCustomField, updateCustomField } from './custom-fields.js'
import type { Decision } from './decision.js'
import { recordDeliveries } from './deliveries.js'
import { decideExpire } from './expiry.js'
import { createFilter, deleteFilter } from './filters.js'
import { createHosts, updateHost } from './hosts.js'
import { advanceJob, applyTags, createTagJob } from './jobs.js'
import { recordLogin, recordLoginFailure } from './logins.js'
import { addMember, forgetMember, keepMember, removeMember, updateMember } from './members.js'
import { createNetwork, deleteNetwork, updateNetwork } from './networks.js'
import { deleteNotification, readNotification } from './notifications.js'
import { createNumberPool, deleteNumberPool, updateNumberPool } from './number-pools.js'
import { allocateNumber, releaseNumber } from './numbers.js'
import { createPool, deletePool, updatePool } from './pools.js'
import { mergePreferences } from './preferences.js'
import { decidePrune } from './prune.js'
import { retireRegion } from './region-retirement.js'
import { createRegion, updateRegion } from './regions.js'
import { convertReservation } from './reservation-conversion.js'
import {
  cancelReservation,
  createReservation,
  dismissReservation,
  placeReservation,
} from './reservations.js'
import { reviewRules } from './rule-review.js'
import { createRule, deleteRule, updateRule } from './rules.js'
import { updateSettings } from './settings.js'
import { countViews, createShare, revokeShare } from './shares.js'
import { createSubnet, updateSubnet } from './subnets.js'
import { decideSweep } from './sweep.js'
import { createTag, deleteTag, updateTag } from './tag-catalogue.js'
import { tidyPersonal } from './tidy.js'
import {
  createApiToken,
  revokeAccessToken,
  revokeApiToken,
  rotateSigningKey,
  tidyIdentity,
} from './tokens.js'
import { decideTransaction } from './transactions.js'
import { bootstrapUser, createUser, deleteUser, updateUser } from './users.js'
import { createVrf, deleteVrf, updateVrf } from './vrfs.js'
import { createWebhook, deleteWebhook, updateWebhook } from './webhooks.js'

type Rules = {
  readonly [Type in Command['type']]: (
    context: CommandContext,
    command: Extract<Command, { type: Type }>,
  ) => Decision
}

const rules: Rules = {
  genesis: decideGenesis,
  'effects.switch': switchEffects,
  'member.add': addMember,
  'member.update': updateMember,
  'member.remove': removeMember,
  'member.keep': keepMember,
  'member.forget': forgetMember,
  'vrf.create': createVrf,
  'vrf.update': updateVrf,
  'vrf.delete': deleteVrf,
  'network.create': createNetwork,
  'network.update': updateNetwork,
  'network.delete': deleteNetwork,
  'subnet.create': createSubnet,
  'subnet.update': updateSubnet,
  'allocation.create': createAllocation,
  'allocation.update': updateAllocation,
  'allocation.renew': renewAllocation,
  'allocation.release': releaseAllocation,
  bulk: decideBulk,
  'pool.create': createPool,
  'pool.update': updatePool,
  'pool.delete': deletePool,
  'block.allocate': allocateBlock,
  'block.release': releaseBlock,
  'number-pool.create': createNumberPool,
  'number-pool.update': updateNumberPool,
  'number-pool.delete': deleteNumberPool,
  'number.allocate': allocateNumber,
  'number.release': releaseNumber,
  'user.bootstrap': bootstrapUser,
  'user.create': createUser,
  'user.update': updateUser,
  'user.delete': deleteUser,
  'login.record': recordLogin,
  'login.fail': recordLoginFailure,
  'api-token.create': createApiToken,
  'api-token.revoke': revokeApiToken,
  'access-token.revoke': revokeAccessToken,
  'signing-key.rotate': rotateSigningKey,
  'identity.tidy': tidyIdentity,
  'tag.create': createTag,
  'tag.update': updateTag,
  'tag.delete': deleteTag,
  'custom-field.create': createCustomField,
  'custom-field.update': updateCustomField,
  'custom-field.delete': deleteCustomField,
  'settings.update': updateSettings,
  'reservation.create': createReservation,
  'reservation.cancel': cancelReservation,
  'reservation.place': placeReservation,
  'reservation.convert': convertReservation,
  'reservation.dismiss': dismissReservation,
  'country.create': createCountry,
  'country.update': updateCountry,
  'country.delete': deleteCountry,
  'region.create': createRegion,
  'region.update': updateRegion,
  'region.retire': retireRegion,
  'hosts.create': createHosts,
  'host.update': updateHost,
  'comment.create': createComment,
  'share.create': createShare,
  'share.revoke': revokeShare,
  'shares.viewed': countViews,
  'preferences.merge': mergePreferences,
  'filter.create': createFilter,
  'filter.delete': deleteFilter,
  'notification.read': readNotification,
  'notification.delete': deleteNotification,
  'rule.create': createRule,
  'rule.update': updateRule,
  'rule.delete': deleteRule,
  'rules.review': reviewRules,
  'personal.tidy': tidyPersonal,
  'webhook.create': createWebhook,
  'webhook.update': updateWebhook,
  'webhook.delete': deleteWebhook,
  'deliveries.record': recordDeliveries,
  'tags.apply': applyTags,
  'job.create': createTagJob,
  'job.advance': advanceJob,
  'alerts.review': reviewAlerts,
  'alert.mailed': markMailed,
  transaction: decideTransaction,
  sweep: decideSweep,
  expire: decideExpire,
  prune: decidePrune,
}

/** @throws when this program does not know the version or the type of the command. */
export function decide(context: CommandContext, version: number, command: Command): Decision {
  assert(
    version >= 1 && version <= COMMAND_VERSION,
    `command version ${version} is not known to this program, which knows versions up to ${COMMAND_VERSION}`,
  )
  assert(Object.hasOwn(rules, command.type), `unknown command: ${JSON.stringify(command)}`)
  // The table's type says that the rule is one for this very command.
  const rule = rules[command.type] as (context: CommandContext, command: Command) => Decision
  return rule(context, command)
}
