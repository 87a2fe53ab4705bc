// What a row and the image of it in history must have in common, in the image's words.
import {
  type ApiToken,
  type CustomField,
  type EntityKind,
  formatAddress,
  formatCidr,
  type IdentityImage,
  type NumberPool,
  type Settings,
  type Tag,
  type User,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import { ALLOCATION_COLUMNS, type AllocationRaw, allocationOf } from '../tables/allocation-row.js'
import { readCatalogue } from '../tables/catalogue-rows.js'
import { readIdentity } from '../tables/identity-rows.js'
import { readNetworks, readVrfs } from '../tables/noun-rows.js'
import {
  liveNumberOf,
  NUMBER_COLUMNS,
  type NumberRaw,
  readNumberPools,
} from '../tables/number-rows.js'
import { alertRows, detailsFacts, reservationRows, subnetFacts } from './office-facts.js'
import { personalRows } from './personal-facts.js'
import { commentRows, countryRows, hostFacts, regionFacts } from './region-facts.js'
import { jobRows, webhookRows } from './webhook-facts.js'

/** Fields of an image; one that is undefined is one that the image does not have. */
export type Facts = Readonly<Record<string, unknown>>

export type KindOfRow = {
  /** null when there is no such row. */
  facts(id: number): Facts | null
  count(): number
  /** Whether an entity that history left like this may have no row; absent: never. */
  mayBeGone?(image: Facts): boolean
}

/** Entities that have rows; Changes of the cluster are events. */
export type RowEntity = Exclude<EntityKind, 'cluster'>

export function readRowFacts(db: Database): Readonly<Record<RowEntity, KindOfRow>> {
  const identity = readIdentity(db)
  const { tags, customFields, settings } = readCatalogue(db)
  return {
    vrf: inMemory(readVrfs(db), ({ name, description, revision }) => {
      return { name, description, revision }
    }),
    network: inMemory(readNetworks(db), network => {
      const { vrfId: vrf_id, description, tags, holdHours: hold_hours, revision, pool } = network
      return {
        vrf_id,
        cidr: formatCidr(network),
        description,
        tags,
        hold_hours,
        revision,
        pool_id: pool?.id,
        pool_name: pool?.name,
        pool_description: pool?.description,
        pool_strategy: pool?.strategy,
        ...subnetFacts(network),
        ...regionFacts(network),
      }
    }),
    'number-pool': inMemory(readNumberPools(db), numberPoolFacts),
    allocation: allocationRows(db),
    number: numberRows(db),
    user: inMemory(identity.users, userFacts),
    'api-token': apiTokenRows(identity),
    tag: inMemory(tags, tagFacts),
    'custom-field': inMemory(customFields, customFieldFacts),
    settings: inMemory(settings === null ? [] : [{ ...settings, id: 1 }], settingsFacts),
    reservation: reservationRows(db),
    alert: alertRows(db),
    country: countryRows(db),
    comment: commentRows(db),
    ...personalRows(db),
    webhook: webhookRows(db),
    job: jobRows(db),
  }
}

function inMemory<Row extends { readonly id: number }>(
  rows: readonly Row[],
  facts: (row: Row) => Facts,
): KindOfRow {
  const byId = new Map(rows.map(row => [row.id, row]))
  return {
    facts: id => {
      const row = byId.get(id)
      return row === undefined ? null : facts(row)
    },
    count: () => byId.size,
  }
}

function numberPoolFacts(pool: NumberPool): Facts {
  const { name, description, kind, format, administrator, rangeStart, rangeEnd, revision } = pool
  return {
    name,
    description,
    kind,
    format_type: format,
    admin_value: administrator,
    range_start: rangeStart,
    range_end: rangeEnd,
    revision,
  }
}

function userFacts({ username, email, role, theme, isActive, revision, ...user }: User): Facts {
  const { failedLogins: failed_logins } = user
  return { username, email, role, theme, is_active: isActive, failed_logins, revision }
}

/** A token goes with its user, and only the user's end is in history. */
function apiTokenRows({ users, apiTokens }: IdentityImage): KindOfRow {
  const userIds = new Set<unknown>(users.map(({ id }) => id))
  const mayBeGone = ({ user_id }: Facts) => !userIds.has(user_id)
  return { ...inMemory(apiTokens, apiTokenFacts), mayBeGone }
}

function apiTokenFacts({
  userId: user_id,
  description,
  hint,
  addresses,
  revision,
}: ApiToken): Facts {
  return { user_id, description, hint, addresses, revision }
}

function tagFacts({ name, color, description, revision }: Tag): Facts {
  return { name, color, description, revision }
}

function customFieldFacts(field: CustomField): Facts {
  return {
    entity_type: field.entityType,
    field_name: field.fieldName,
    field_type: field.fieldType,
    is_required: field.isRequired,
    field_options: field.fieldOptions,
    revision: field.revision,
  }
}

function settingsFacts(settings: Settings): Facts {
  return {
    smtp_host: settings.smtpHost,
    smtp_port: settings.smtpPort,
    smtp_user: settings.smtpUser,
    smtp_password_revision: settings.smtpPasswordRevision,
    smtp_from: settings.smtpFrom,
    alert_email: settings.alertEmail,
    backup_retention_days: settings.backupRetentionDays,
    revision: settings.revision,
  }
}

function allocationRows(db: Database): KindOfRow {
  const select = ['claims', 'past_allocations'].map(table =>
    db
      .prepare<[number], AllocationRaw>(`SELECT ${ALLOCATION_COLUMNS} FROM ${table} WHERE id = ?`)
      .raw(),
  )
  return {
    facts: id => {
      const raw = select.map(statement => statement.get(id)).find(found => found !== undefined)
      return raw === undefined ? null : allocationFacts(raw as unknown as AllocationRaw)
    },
    count: () => countOf(db, ['claims', 'past_allocations']),
  }
}

function allocationFacts(raw: AllocationRaw): Facts {
  const row = allocationOf(raw)
  const { family, first, last, kind, hostname, description, tags, status, revision } = row
  return {
    vrf_id: row.vrfId,
    network_id: row.networkId,
    ip: formatAddress(family, first),
    end_ip: kind === 'address' ? null : formatAddress(family, last),
    hostname,
    description,
    tags,
    status,
    revision,
    block_id: row.blockId ?? undefined,
    owner: row.owner ?? undefined,
    ...detailsFacts(row.details),
    ...hostFacts(row.details),
  }
}

function numberRows(db: Database): KindOfRow {
  const live = db
    .prepare<[number], NumberRaw>(`SELECT ${NUMBER_COLUMNS} FROM number_claims WHERE id = ?`)
    .raw()
  const past = db
    .prepare<[number], NumberRaw>(`SELECT ${NUMBER_COLUMNS} FROM past_numbers WHERE id = ?`)
    .raw()
  return {
    facts: id => {
      const raw = live.get(id)
      if (raw !== undefined) return numberFacts(raw as unknown as NumberRaw, 'allocated')
      const ended = past.get(id)
      return ended === undefined ? null : numberFacts(ended as unknown as NumberRaw, 'released')
    },
    count: () => countOf(db, ['number_claims', 'past_numbers']),
  }
}

function numberFacts(raw: NumberRaw, status: 'allocated' | 'released'): Facts {
  const { poolId: pool_id, value, description, owner, revision } = liveNumberOf(raw)
  return { pool_id, value, description, owner, status, revision }
}

function countOf(db: Database, tables: readonly string[]): number {
  const counts = tables.map(table => `(SELECT count(*) FROM ${table})`)
  return db
    .prepare(`SELECT ${counts.join(' + ')}`)
    .pluck()
    .get() as number
}
