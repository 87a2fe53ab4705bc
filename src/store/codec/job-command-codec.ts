// The fields of commands about jobs, in a fixed order behind the command's code.
import type { Command, JobCommand } from '../../ledger/index.js'
import type { Fields } from './fields.js'

export const jobCommandCodes = {
  'tags.apply': 130,
  'job.create': 131,
  'job.advance': 132,
} as const satisfies Record<JobCommand['type'], number>

export function isJobCommand(command: Command): command is JobCommand {
  return command.type in jobCommandCodes
}

export function isJobType(type: Command['type']): type is JobCommand['type'] {
  return type in jobCommandCodes
}

export function jobCommandFields(command: JobCommand): unknown[] {
  throw new Error(`${command.type} is to be built`)
}

/** @throws a full sentence on damage. */
export function readJobCommand(type: JobCommand['type'], _fields: Fields): JobCommand {
  throw new Error(`${type} is to be built`)
}
