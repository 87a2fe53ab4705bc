// Commands whose fields are spelled elsewhere, a file for each kind: which file that is.
import type {
  CatalogueCommand,
  Command,
  IdentityCommand,
  JobCommand,
  PersonalCommand,
  RegionCommand,
  WebhookCommand,
} from '../../ledger/index.js'
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
  type OfficeCommand,
  officeCommandCodes,
  officeCommandFields,
  readOfficeCommand,
} from './office-command-codec.js'
import {
  personalCommandCodes,
  personalCommandFields,
  readPersonalCommand,
} from './personal-command-codec.js'
import {
  type PoolCommand,
  poolCommandCodes,
  poolCommandFields,
  readPoolCommand,
} from './pool-command-codec.js'
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

export type FamilyCommand =
  | IdentityCommand
  | CatalogueCommand
  | OfficeCommand
  | PoolCommand
  | RegionCommand
  | PersonalCommand
  | WebhookCommand
  | JobCommand

type Family<C extends FamilyCommand> = {
  readonly codes: Readonly<Record<C['type'], number>>
  /** In a fixed order behind the code. */
  readonly fields: (command: C) => unknown[]
  /** @throws a full sentence on damage */
  readonly read: (type: C['type'], fields: Fields) => C
}

const identityFamily: Family<IdentityCommand> = {
  codes: identityCommandCodes,
  fields: identityCommandFields,
  read: readIdentityCommand,
}
const catalogueFamily: Family<CatalogueCommand> = {
  codes: catalogueCommandCodes,
  fields: catalogueCommandFields,
  read: readCatalogueCommand,
}
const officeFamily: Family<OfficeCommand> = {
  codes: officeCommandCodes,
  fields: officeCommandFields,
  read: readOfficeCommand,
}
const poolFamily: Family<PoolCommand> = {
  codes: poolCommandCodes,
  fields: poolCommandFields,
  read: readPoolCommand,
}
const regionFamily: Family<RegionCommand> = {
  codes: regionCommandCodes,
  fields: regionCommandFields,
  read: readRegionCommand,
}
const personalFamily: Family<PersonalCommand> = {
  codes: personalCommandCodes,
  fields: personalCommandFields,
  read: readPersonalCommand,
}
const webhookFamily: Family<WebhookCommand> = {
  codes: webhookCommandCodes,
  fields: webhookCommandFields,
  read: readWebhookCommand,
}
const jobFamily: Family<JobCommand> = {
  codes: jobCommandCodes,
  fields: jobCommandFields,
  read: readJobCommand,
}

export const familyCodes = {
  ...identityCommandCodes,
  ...catalogueCommandCodes,
  ...officeCommandCodes,
  ...poolCommandCodes,
  ...regionCommandCodes,
  ...personalCommandCodes,
  ...webhookCommandCodes,
  ...jobCommandCodes,
}

/** The family of a type takes commands of that type: so it is stored under them. */
const families = new Map<FamilyCommand['type'], Family<never>>(
  [
    identityFamily,
    catalogueFamily,
    officeFamily,
    poolFamily,
    regionFamily,
    personalFamily,
    webhookFamily,
    jobFamily,
  ].flatMap(family =>
    Object.keys(family.codes).map(
      type => [type as FamilyCommand['type'], family as never] as const,
    ),
  ),
)

export function isOfFamily(command: Command): command is FamilyCommand {
  return isTypeOfFamily(command.type)
}

export function isTypeOfFamily(type: Command['type']): type is FamilyCommand['type'] {
  return type in familyCodes
}

export function familyFields(command: FamilyCommand): unknown[] {
  return familyOf(command.type).fields(command as never)
}

export function readOfFamily(type: FamilyCommand['type'], fields: Fields): FamilyCommand {
  return familyOf(type).read(type as never, fields)
}

function familyOf(type: FamilyCommand['type']): Family<never> {
  const family = families.get(type)
  if (family === undefined) throw new Error(`There is no family of ${type}.`)
  return family
}
