// Alerts: raised, changed and resolved where the leader says to look, and marked as mailed.
import {
  type AlertMailedCommand,
  REVIEW_SUBJECTS_MAX,
  type ReviewAlertsCommand,
} from '../alerts/commands.js'
import type { Alert } from '../alerts/nouns.js'
import { alertImage } from '../changes/alert-images.js'
import type { ChangeAction } from '../entities.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { isWorse, type Sight, shows, sightsOfAllocation, sightsOfNetwork } from './sights.js'

/** Alerts that one review forgets: with two of each subject it stays within what one command may write. */
const FORGOTTEN_MAX = 100

/** `rows` of the answer: alerts that are other than before; those forgotten are not among them, and leave no Change. */
export function reviewAlerts(context: CommandContext, command: ReviewAlertsCommand): Decision {
  const { networkIds, allocationIds, forgetBeforeMs } = command
  const subjects = networkIds.length + allocationIds.length
  if (subjects > REVIEW_SUBJECTS_MAX)
    return refuse({ code: 'too-many-rows', rows: subjects, rowsMax: REVIEW_SUBJECTS_MAX })
  const { rows } = context
  for (const networkId of networkIds) {
    const open = rows.openAlertsAbout({ networkId })
    settle(context, open, sightsOfNetwork(context, networkId, open))
  }
  for (const allocationId of allocationIds)
    settle(
      context,
      rows.openAlertsAbout({ allocationId }),
      sightsOfAllocation(context, allocationId),
    )
  rows.forgetAlerts(forgetBeforeMs, FORGOTTEN_MAX)
  return answer({ type: 'slice', rows: context.changesMade, more: false })
}

/** Nothing is left to do for an alert that is forgotten meanwhile, or for a mail that was marked before. */
export function markMailed(context: CommandContext, { id, number }: AlertMailedCommand): Decision {
  const alert = context.rows.alert(id)
  if (alert === null) return done()
  const isDue = Number.isInteger(number) && number >= 1 && number <= alert.mails
  if (!isDue) return invalid('number', number, `must be a whole number from 1 to ${alert.mails}`)
  if (number > alert.mailed) save(context, 'alert.changed', alert, { ...alert, mailed: number })
  return done()
}

/** @param open of one subject, and @param sights of the same: no two of either are of one kind */
function settle(context: CommandContext, open: readonly Alert[], sights: readonly Sight[]): void {
  for (const sight of sights) {
    const alert = open.find(({ kind }) => kind === sight.kind)
    if (alert === undefined) raise(context, sight)
    else if (!shows(alert, sight)) change(context, alert, sight)
  }
  for (const alert of open) {
    if (sights.some(({ kind }) => kind === alert.kind)) continue
    save(context, 'alert.resolved', alert, { ...alert, resolvedMs: context.timeMs })
  }
}

function raise(context: CommandContext, sight: Sight): void {
  const { rows, timeMs, revision } = context
  const mails = someoneToMail(context) ? 1 : 0
  const id = rows.nextId('alert')
  save(context, 'alert.raised', null, {
    ...{ id, ...sight, raisedMs: timeMs, resolvedMs: null, mails, mailed: 0, revision },
  })
}

function change(context: CommandContext, alert: Alert, sight: Sight): void {
  const rises = isWorse(sight.severity, alert.severity)
  const mails = alert.mails + (rises && someoneToMail(context) ? 1 : 0)
  save(context, 'alert.changed', alert, { ...alert, ...sight, mails })
}

function someoneToMail({ catalogue }: CommandContext): boolean {
  const { smtpHost, alertEmail } = catalogue.settings()
  return smtpHost !== null && alertEmail !== null
}

function save(
  context: CommandContext,
  action: ChangeAction,
  before: Alert | null,
  after: Alert,
): void {
  const alert = { ...after, revision: context.revision }
  context.rows.saveAlert(alert)
  const images = [before && alertImage(before), alertImage(alert)] as const
  context.record(action, 'alert', alert.id, ...images, regionIdOf(context, alert))
}

/** Of an alert about how full a region is, the region: what is told of it is known by the Change alone. */
function regionIdOf({ space }: CommandContext, { kind, networkId }: Alert): number | null {
  if (kind !== 'utilization') return null
  const isRegion = (space.node(networkId)?.network.region ?? null) !== null
  return isRegion ? networkId : null
}
