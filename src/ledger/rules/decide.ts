// Which rule decides which command. An unknown one throws: to skip what others apply would be to diverge.
import { assert, unreachable } from '../../lib/index.js'
import { COMMAND_VERSION, type Command } from '../commands.js'
import {
  createAllocation,
  releaseAllocation,
  renewAllocation,
  updateAllocation,
} from './allocations.js'
import { decideBulk } from './bulk.js'
import { decideGenesis, switchEffects } from './cluster.js'
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'
import { decideExpire } from './expiry.js'
import { recordLogin, recordLoginFailure } from './logins.js'
import { addMember, forgetMember, keepMember, removeMember, updateMember } from './members.js'
import { createNetwork, deleteNetwork, updateNetwork } from './networks.js'
import { decidePrune } from './prune.js'
import {
  createApiToken,
  revokeAccessToken,
  revokeApiToken,
  rotateSigningKey,
  tidyIdentity,
} from './tokens.js'
import { bootstrapUser, createUser, deleteUser, updateUser } from './users.js'
import { createVrf, deleteVrf, updateVrf } from './vrfs.js'

/** @throws when this program does not know the version or the type of the command. */
export function decide(context: CommandContext, version: number, command: Command): Decision {
  assert(
    version >= 1 && version <= COMMAND_VERSION,
    `command version ${version} is not known to this program, which knows versions up to ${COMMAND_VERSION}`,
  )
  switch (command.type) {
    case 'genesis':
      return decideGenesis(context, command)
    case 'effects.switch':
      return switchEffects(context, command)
    case 'member.add':
      return addMember(context, command)
    case 'member.update':
      return updateMember(context, command)
    case 'member.remove':
      return removeMember(context, command)
    case 'member.keep':
      return keepMember(context, command)
    case 'member.forget':
      return forgetMember(context, command)
    case 'vrf.create':
      return createVrf(context, command)
    case 'vrf.update':
      return updateVrf(context, command)
    case 'vrf.delete':
      return deleteVrf(context, command)
    case 'network.create':
      return createNetwork(context, command)
    case 'network.update':
      return updateNetwork(context, command)
    case 'network.delete':
      return deleteNetwork(context, command)
    case 'allocation.create':
      return createAllocation(context, command)
    case 'allocation.update':
      return updateAllocation(context, command)
    case 'allocation.renew':
      return renewAllocation(context, command)
    case 'allocation.release':
      return releaseAllocation(context, command)
    case 'user.bootstrap':
      return bootstrapUser(context, command)
    case 'user.create':
      return createUser(context, command)
    case 'user.update':
      return updateUser(context, command)
    case 'user.delete':
      return deleteUser(context, command)
    case 'login.record':
      return recordLogin(context, command)
    case 'login.fail':
      return recordLoginFailure(context, command)
    case 'api-token.create':
      return createApiToken(context, command)
    case 'api-token.revoke':
      return revokeApiToken(context, command)
    case 'access-token.revoke':
      return revokeAccessToken(context, command)
    case 'signing-key.rotate':
      return rotateSigningKey(context, command)
    case 'identity.tidy':
      return tidyIdentity(context, command)
    case 'bulk':
      return decideBulk(context, command)
    case 'expire':
      return decideExpire(context, command)
    case 'prune':
      return decidePrune(context, command)
    default:
      return unreachable(command, 'command')
  }
}
