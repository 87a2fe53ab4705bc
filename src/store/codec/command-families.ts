// Commands whose fields are spelled elsewhere, a file for each kind: which file that is.
import type { Command } from '../../ledger/index.js'
import {
  catalogueCommandCodes,
  catalogueCommandFields,
  readCatalogueCommand,
} from './catalogue-codec.js'
import type { Fields } from './fields.js'
import {
  identityCommandCodes,
  identityCommandFields,
  readIdentityCommand,
} from './identity-codec.js'
import { jobCommandCodes, jobCommandFields, readJobCommand } from './job-command-codec.js'
import {
  officeCommandCodes,
  officeCommandFields,
  readOfficeCommand,
} from './office-command-codec.js'
import {
  personalCommandCodes,
  personalCommandFields,
  readPersonalCommand,
} from './personal-command-codec.js'
import { poolCommandCodes, poolCommandFields, readPoolCommand } from './pool-command-codec.js'
import {
  readRegionCommand,
  regionCommandCodes,
  regionCommandFields,
} from './region-command-codec.js'
import {
  readWebhookCommand,
  webhookCommandCodes,
  webhookCommandFields,
} from './webhook-command-codec.js'

type Family<C extends Command> = {
  readonly codes: Readonly<Record<C['type'], number>>
  /** In a fixed order behind the code. */
  readonly fields: (command: C) => unknown[]
  /** @throws a full sentence on damage */
  readonly read: (type: C['type'], fields: Fields) => C
}

const all = [
  family(identityCommandCodes, identityCommandFields, readIdentityCommand),
  family(catalogueCommandCodes, catalogueCommandFields, readCatalogueCommand),
  family(officeCommandCodes, officeCommandFields, readOfficeCommand),
  family(poolCommandCodes, poolCommandFields, readPoolCommand),
  family(regionCommandCodes, regionCommandFields, readRegionCommand),
  family(personalCommandCodes, personalCommandFields, readPersonalCommand),
  family(webhookCommandCodes, webhookCommandFields, readWebhookCommand),
  family(jobCommandCodes, jobCommandFields, readJobCommand),
] as const

export type FamilyCommand = Parameters<(typeof all)[number]['fields']>[0]
type FamilyType = FamilyCommand['type']

/** The family of a type takes commands of that type: so it is stored under them. */
const families = new Map<FamilyType, Family<never>>(
  all.flatMap(one =>
    Object.keys(one.codes).map(type => [type as FamilyType, one as never] as const),
  ),
)

/** Every type of every family. */
export const familyCodes = Object.assign({}, ...all.map(({ codes }) => codes)) as Readonly<
  Record<FamilyType, number>
>

export function isOfFamily(command: Command): command is FamilyCommand {
  return isTypeOfFamily(command.type)
}

export function isTypeOfFamily(type: Command['type']): type is FamilyType {
  return families.has(type as FamilyType)
}

export function familyFields(command: FamilyCommand): unknown[] {
  return familyOf(command.type).fields(command as never)
}

export function readOfFamily(type: FamilyType, fields: Fields): FamilyCommand {
  return familyOf(type).read(type as never, fields)
}

function familyOf(type: FamilyType): Family<never> {
  const family = families.get(type)
  if (family === undefined) throw new Error(`There is no family of ${type}.`)
  return family
}

function family<C extends Command>(
  codes: Family<C>['codes'],
  fields: Family<C>['fields'],
  read: Family<C>['read'],
): Family<C> {
  return { codes, fields, read }
}
