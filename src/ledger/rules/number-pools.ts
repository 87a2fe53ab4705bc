// Number pools: route targets and distinguishers, VLAN ids, AS numbers; made, described, and deleted with their numbers.
import { numberPoolImage } from '../changes/images.js'
import type {
  CreateNumberPoolCommand,
  DeleteNumberPoolCommand,
  UpdateNumberPoolCommand,
} from '../commands.js'
import type { Deletion, NumberPool } from '../entities.js'
import { explainAdministrator, numberLimits } from '../number-space/number-format.js'
import { checkName, checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { ENDED_AT_ONCE_MAX, waitForSweep } from './deletions.js'
import { endNumber } from './number-claims.js'

export function createNumberPool(
  context: CommandContext,
  command: CreateNumberPoolCommand,
): Decision {
  const { name } = command
  const refused =
    checkName('name', name) ??
    checkFormat(command) ??
    checkAdministrator(command) ??
    checkRange(command)
  if (refused !== null) return refused
  const holder = context.numbers.poolNamed(name)
  if (holder !== null) {
    return refuse({ code: 'pool-exists', kind: 'number', pool: name, id: holder.id })
  }
  const pool: NumberPool = {
    id: context.rows.nextId('number-pool'),
    name,
    description: command.description,
    kind: command.kind,
    format: command.format,
    administrator: command.administrator,
    rangeStart: command.rangeStart,
    rangeEnd: command.rangeEnd,
    createdMs: context.timeMs,
    updatedMs: context.timeMs,
    revision: context.revision,
  }
  context.rows.saveNumberPool(pool)
  context.numbers.addPool(pool)
  context.record('number-pool.created', 'number-pool', pool.id, null, numberPoolImage(pool))
  return present(context, pool)
}

export function updateNumberPool(
  context: CommandContext,
  command: UpdateNumberPoolCommand,
): Decision {
  const { set } = command
  const found = findNumberPool(context, command.name)
  if ('ok' in found) return found
  const refused = checkRevision(command.ifRevision, found.revision)
  if (refused !== null) return refused
  const description = set.description === undefined ? found.description : set.description
  const { timeMs: updatedMs, revision } = context
  const pool: NumberPool = { ...found, description, updatedMs, revision }
  context.rows.saveNumberPool(pool)
  context.numbers.replacePool(pool)
  const images = [numberPoolImage(found), numberPoolImage(pool)] as const
  context.record('number-pool.updated', 'number-pool', pool.id, ...images)
  return present(context, pool)
}

/** Its numbers are released; those that are left to `sweep` stay taken in the space until it comes to them. */
export function deleteNumberPool(
  context: CommandContext,
  command: DeleteNumberPoolCommand,
): Decision {
  const pool = findNumberPool(context, command.name)
  if ('ok' in pool) return pool
  const refused = checkRevision(command.ifRevision, pool.revision)
  if (refused !== null) return refused
  const { numbers, rows, timeMs, revision } = context
  const deletion: Deletion = { kind: 'number-pool', pool, timeMs, revision }
  const claims = rows.numberClaims(pool.id, ENDED_AT_ONCE_MAX)
  for (const claim of claims) endNumber(context, claim, pool, timeMs)
  if (numbers.figures(pool).allocated > 0) waitForSweep(context, deletion)
  rows.deleteNumberPool(pool.id)
  numbers.removePool(pool.id)
  context.record('number-pool.deleted', 'number-pool', pool.id, numberPoolImage(pool), null)
  return done()
}

export function findNumberPool(context: CommandContext, name: string): NumberPool | Decision {
  const pool = context.numbers.poolNamed(name)
  return pool ?? refuse({ code: 'pool-not-found', kind: 'number', pool: name })
}

function present(context: CommandContext, pool: NumberPool): Decision {
  return answer({ type: 'number-pool', pool, figures: context.numbers.figures(pool) })
}

function checkFormat({ kind, format }: CreateNumberPoolCommand): Decision | null {
  switch (kind) {
    case 'rt':
    case 'rd':
      if (format === 0 || format === 1 || format === 2) return null
      return invalid('format_type', format, 'must be 0, 1 or 2')
    case 'vlan':
    case 'asn':
      return format === null ? null : invalid('format_type', format, 'is for RT and RD pools only')
    default:
      return invalid('kind', kind, 'must be rt, rd, vlan or asn')
  }
}

/** Of a format that was checked. */
function checkAdministrator(command: CreateNumberPoolCommand): Decision | null {
  const { kind, format, administrator } = command
  const field = 'admin_value'
  if (kind === 'vlan') return administrator === null ? null : checkName(field, administrator)
  if (format === null) {
    return administrator === null ? null : invalid(field, administrator, 'AS numbers have none')
  }
  if (administrator === null) return invalid(field, administrator, 'is missing')
  const reason = explainAdministrator(format, administrator)
  return reason === null ? null : invalid(field, administrator, reason)
}

function checkRange(command: CreateNumberPoolCommand): Decision | null {
  const { rangeStart, rangeEnd } = command
  const { first, last } = numberLimits(command)
  const inside = (number: number) => Number.isInteger(number) && number >= first && number <= last
  const reason = `must be a whole number from ${first} to ${last}`
  if (!inside(rangeStart)) return invalid('range_start', rangeStart, reason)
  if (!inside(rangeEnd)) return invalid('range_end', rangeEnd, reason)
  if (rangeStart <= rangeEnd) return null
  return invalid('range_end', rangeEnd, `must not be below the start, ${rangeStart}`)
}
