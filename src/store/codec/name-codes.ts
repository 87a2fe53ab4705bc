// Names that are kept as small numbers, in rows and in outcomes: a name's place in its list, which never changes.
import type {
  AlertKind,
  AlertSeverity,
  FieldEntity,
  FieldType,
  NotificationSeverity,
  NumberKind,
  Permission,
  PlacementStrategy,
  RegionStatus,
  ReservationStatus,
  ResourceType,
  Role,
  TagOperation,
  User,
  WebhookEvent,
} from '../../ledger/index.js'

export class NameCodes<Name extends string> {
  readonly #what: string
  readonly #names: readonly Name[]
  readonly #codes: ReadonlyMap<Name, number>

  /** @param what names the kind of name in the errors. */
  constructor(what: string, names: readonly Name[]) {
    this.#what = what
    this.#names = names
    this.#codes = new Map(names.map((name, code) => [name, code]))
  }

  /** @throws when there is no such name. */
  codeOf(name: Name): number {
    const code = this.#codes.get(name)
    if (code === undefined) throw new Error(`There is no ${this.#what} ${name}.`)
    return code
  }

  /** @throws a full sentence on a code of a newer program, or damage. */
  nameOf(code: number): Name {
    const name = this.#names[code]
    if (name === undefined) throw new Error(`A row has the unknown ${this.#what} ${code}.`)
    return name
  }

  /** The last code that is known. */
  get highest(): number {
    return this.#names.length - 1
  }

  has(name: unknown): name is Name {
    return this.#codes.has(name as Name)
  }
}

export const strategies = new NameCodes<PlacementStrategy>('placement strategy', [
  'first',
  'best',
  'last',
  'least_recently_released',
  'sparse',
])

export const numberKinds = new NameCodes<NumberKind>('kind of number', ['rt', 'rd', 'vlan', 'asn'])

export const roles = new NameCodes<Role>('role', ['admin', 'manager', 'user'])

export const themes = new NameCodes<User['theme']>('theme', ['light', 'dark'])

export const permissions = new NameCodes<Permission>('permission', [
  'read',
  'allocate',
  'release',
  'update',
  'admin',
])

export const fieldEntities = new NameCodes<FieldEntity>('entity type', ['ip', 'subnet'])

export const fieldTypes = new NameCodes<FieldType>('field type', [
  'text',
  'number',
  'date',
  'boolean',
  'select',
])

export const reservationStatuses = new NameCodes<ReservationStatus>('status of a reservation', [
  'active',
  'expired',
  'converted',
  'cancelled',
])

export const alertKinds = new NameCodes<AlertKind>('kind of alert', [
  'utilization',
  'expiry',
  'conflict',
])

export const severities = new NameCodes<AlertSeverity>('severity of an alert', [
  'low',
  'medium',
  'high',
  'critical',
])

export const webhookEventCodes = new NameCodes<WebhookEvent>('event of webhooks', [
  'region.created',
  'region.updated',
  'region.retired',
  'host.allocated',
  'host.updated',
  'host.released',
  'capacity.warning',
  'capacity.critical',
])

export const tagOperations = new NameCodes<TagOperation>('operation on tags', [
  'add',
  'remove',
  'replace',
])

export const regionStatuses = new NameCodes<RegionStatus>('status of a region', [
  'Active',
  'Reserved',
])

export const resourceTypes = new NameCodes<ResourceType>('type of resource', [
  'country',
  'region',
  'host',
])

export const notificationSeverities = new NameCodes<NotificationSeverity>(
  'severity of a notification',
  ['info', 'warning', 'critical'],
)
