// Which version of the log's language a command belongs to: no older program can apply it, and every newer one does.
import type { CatalogueCommand } from './catalogue/commands.js'
import type { AllocationFacts, Command, TransactionStep } from './commands.js'
import type { IdentityCommand } from './identity/commands.js'
import type { Principal } from './identity/nouns.js'
import type { JobCommand } from './jobs/commands.js'
import type { PersonalCommand } from './personal/commands.js'
import type { RegionCommand } from './regions/commands.js'
import type { ReservationCommand } from './reservations/commands.js'
import { carriesSealed } from './sealed.js'
import type { WebhookCommand } from './webhooks/commands.js'

/** Raised whenever an older node could not apply a command as a newer one does. */
export const COMMAND_VERSION = 6

const factNames: readonly (keyof AllocationFacts)[] = [
  'mac',
  'deviceType',
  'location',
  'customFields',
  'owner',
]

const inVersion3: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'pool.create',
  'pool.update',
  'pool.delete',
  'block.allocate',
  'block.release',
  'number-pool.create',
  'number-pool.update',
  'number-pool.delete',
  'number.allocate',
  'number.release',
  'transaction',
  'sweep',
])

const inVersion4: ReadonlySet<Command['type']> = new Set<
  IdentityCommand['type'] | CatalogueCommand['type']
>([
  'user.bootstrap',
  'user.create',
  'user.update',
  'user.delete',
  'login.record',
  'login.fail',
  'api-token.create',
  'api-token.revoke',
  'access-token.revoke',
  'signing-key.rotate',
  'identity.tidy',
  'tag.create',
  'tag.update',
  'tag.delete',
  'custom-field.create',
  'custom-field.update',
  'custom-field.delete',
  'settings.update',
])

const inVersion5: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'subnet.create',
  'subnet.update',
  'reservation.create',
  'reservation.cancel',
  'alerts.review',
  'alert.mailed',
])

const inVersion6: ReadonlySet<Command['type']> = new Set<
  RegionCommand['type'] | PersonalCommand['type'] | WebhookCommand['type'] | JobCommand['type']
>([
  'country.create',
  'country.update',
  'country.delete',
  'region.create',
  'region.update',
  'region.retire',
  'hosts.create',
  'host.update',
  'comment.create',
  'share.create',
  'share.revoke',
  'shares.viewed',
  'preferences.merge',
  'filter.create',
  'filter.delete',
  'notification.read',
  'notification.delete',
  'rule.create',
  'rule.update',
  'rule.delete',
  'rules.review',
  'personal.tidy',
  'webhook.create',
  'webhook.update',
  'webhook.delete',
  'deliveries.record',
  'tags.apply',
  'job.create',
  'job.advance',
])

const reservationsInVersion6: ReadonlySet<Command['type']> = new Set<ReservationCommand['type']>([
  'reservation.place',
  'reservation.convert',
  'reservation.dismiss',
])

/** A request that says whose it is. */
const PRINCIPAL_VERSION = 4

/** The first version that knows this command: no older program can apply it, and every newer one does. */
export function commandVersionOf(command: Command, principal: Principal | null = null): number {
  if (principal !== null) return Math.max(PRINCIPAL_VERSION, commandVersionOf(command))
  if (inVersion6.has(command.type) || reservationsInVersion6.has(command.type)) return 6
  if (saysOfHost(command)) return 6
  if (inVersion5.has(command.type) || saysMore(command) || carriesSealed(command)) return 5
  if (inVersion4.has(command.type)) return 4
  if (inVersion3.has(command.type)) return 3
  if (command.type === 'member.keep' || command.type === 'effects.switch') return 2
  if (command.type === 'member.remove' && command.forced === true) return 2
  return 1
}

/** In ways that came with version 6, a step of it too. */
function saysOfHost(command: Command | TransactionStep): boolean {
  switch (command.type) {
    case 'allocation.create':
      return command.facts?.host !== undefined
    case 'allocation.update':
      return command.set.host !== undefined
    case 'bulk':
    case 'transaction':
      return command.steps.some(saysOfHost)
    default:
      return false
  }
}

/** In ways that came with version 5, a step of it too. */
function saysMore(command: Command | TransactionStep): boolean {
  switch (command.type) {
    case 'allocation.create':
      return command.facts !== undefined
    case 'allocation.update':
      return factNames.some(name => command.set[name] !== undefined)
    case 'allocation.release':
      return command.reason !== undefined
    case 'bulk':
    case 'transaction':
      return command.steps.some(saysMore)
    default:
      return false
  }
}
