// Whether a report of attempts says what attempts can be.
import { TIME_MS_MAX } from '../changes/iso-time.js'
import {
  ATTEMPTS_MAX,
  REPORTED_ATTEMPTS_MAX,
  type RecordDeliveriesCommand,
  type ReportedAttempt,
  WEBHOOKS_OF_CLUSTER_MAX,
} from '../webhooks/commands.js'
import { webhookEvents } from '../webhooks/nouns.js'
import { comparePositions, type HistoryPosition, LAST_OF_ENTRY } from '../webhooks/position.js'
import { checkText } from './checks.js'
import type { CommandContext } from './command-context.js'
import { type Decision, invalid, refuse } from './decision.js'

/** Code points. */
const ERROR_CHARACTERS_MAX = 500
const STATUS_CODE_MAX = 999

type Reports = RecordDeliveriesCommand['reports']

export function checkReports(context: CommandContext, reports: Reports): Decision | null {
  return (
    checkSize(reports) ??
    firstRefusal(reports, ({ seen, attempts }) => {
      return (
        checkPosition(context, 'seen', seen) ??
        checkOrder(attempts) ??
        firstRefusal(attempts, attempt => checkAttempt(context, attempt))
      )
    })
  )
}

function checkSize(reports: Reports): Decision | null {
  const rows = reports.reduce((sum, { attempts }) => sum + attempts.length, 0)
  if (rows > REPORTED_ATTEMPTS_MAX)
    return refuse({ code: 'too-many-rows', rows, rowsMax: REPORTED_ATTEMPTS_MAX })
  return reports.length <= WEBHOOKS_OF_CLUSTER_MAX
    ? null
    : refuse({ code: 'too-many-rows', rows: reports.length, rowsMax: WEBHOOKS_OF_CLUSTER_MAX })
}

/** A place that nobody can have looked at would make the webhook miss what is still to come. */
function checkPosition(
  { revision: now }: CommandContext,
  field: string,
  { revision, n }: HistoryPosition,
): Decision | null {
  const isThere =
    isWhole(revision, { min: 0, max: now }) && isWhole(n, { min: 0, max: LAST_OF_ENTRY })
  return isThere ? null : invalid(field, `${revision}.${n}`, 'must be a place in history')
}

/** What is out of order would be passed over as reported before. */
function checkOrder(attempts: readonly ReportedAttempt[]): Decision | null {
  const at = attempts.findIndex(({ position }, index) => {
    const before = attempts[index - 1]?.position
    return before !== undefined && comparePositions(before, position) > 0
  })
  return at < 0 ? null : invalid('attempts', at, 'must be in the order of their positions')
}

function checkAttempt(context: CommandContext, of: ReportedAttempt): Decision | null {
  const { position, event, attempt, statusCode, responseMs, error, retryMs } = of
  return (
    checkPosition(context, 'position', position) ??
    (webhookEvents.includes(event) ? null : invalid('event', event, 'is no event')) ??
    checkWhole('attempt', attempt, { min: 1, max: ATTEMPTS_MAX }) ??
    (statusCode === null
      ? null
      : checkWhole('status_code', statusCode, { min: 100, max: STATUS_CODE_MAX })) ??
    (responseMs === null
      ? null
      : checkWhole('response_ms', responseMs, { min: 0, max: TIME_MS_MAX })) ??
    (error === null ? null : checkText('error', error, ERROR_CHARACTERS_MAX)) ??
    checkWhole('retry_ms', retryMs, { min: 0, max: TIME_MS_MAX - context.timeMs })
  )
}

type Bounds = { readonly min: number; readonly max: number }

function checkWhole(field: string, value: number, bounds: Bounds): Decision | null {
  const { min, max } = bounds
  return isWhole(value, bounds)
    ? null
    : invalid(field, value, `must be a whole number from ${min} to ${max}`)
}

function isWhole(value: number, { min, max }: Bounds): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max
}

function firstRefusal<Item>(
  items: readonly Item[],
  check: (item: Item) => Decision | null,
): Decision | null {
  for (const item of items) {
    const refused = check(item)
    if (refused !== null) return refused
  }
  return null
}
