// The one document of settings: partly changed, and set back by null.
import { parseAddress } from '../address/address-text.js'
import type { UpdateSettingsCommand } from '../catalogue/commands.js'
import { defaultSettings, type Settings } from '../catalogue/nouns.js'
import { settingsImage } from '../changes/catalogue-images.js'
import { isSealed, sealedLength } from '../sealed.js'
import { checkEmail, checkLine, checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid } from './decision.js'

/** In history the settings are an entity with this id. */
const SETTINGS_ID = 1
const PORT_MAX = 65_535
const USER_CHARACTERS_MAX = 255
const PASSWORD_CHARACTERS_MAX = 512
/** Of as many characters of four bytes each (UTF-8). */
const SEALED_PASSWORD_CHARACTERS_MAX = sealedLength(4 * PASSWORD_CHARACTERS_MAX)
/** Ten years. */
const RETENTION_DAYS_MAX = 3650
const HOST_LENGTH_MAX = 253
/** Labels of RFC 1123, 2.1. */
const HOST_NAME =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/

export function updateSettings(context: CommandContext, command: UpdateSettingsCommand): Decision {
  const { catalogue, timeMs, revision } = context
  const old = catalogue.settings()
  const before = catalogue.settingsAsSet()
  const settings = { ...merged(old, command.set, revision), updatedMs: timeMs, revision }
  const refused = checkRevision(command.ifRevision, old.revision) ?? checkSettings(settings)
  if (refused !== null) return refused
  catalogue.saveSettings(settings)
  const images = [before && settingsImage(before), settingsImage(settings)] as const
  context.record('settings.updated', 'settings', SETTINGS_ID, ...images)
  const { smtpPassword: _, ...shown } = settings
  return answer({ type: 'settings', settings: shown })
}

function merged(old: Settings, set: UpdateSettingsCommand['set'], revision: number): Settings {
  const given = Object.entries(set).map(([name, value]) => [
    name,
    value ?? defaultSettings[name as keyof Settings],
  ])
  const settings: Settings = { ...old, ...Object.fromEntries(given) }
  if (set.smtpPassword === undefined) return settings
  return { ...settings, smtpPasswordRevision: set.smtpPassword === null ? null : revision }
}

function checkSettings(settings: Settings): Decision | null {
  const { smtpHost, smtpPort, smtpUser, smtpFrom, alertEmail, backupRetentionDays } = settings
  return (
    (smtpHost === null ? null : checkHost(smtpHost)) ??
    checkWhole('smtp_port', smtpPort, PORT_MAX) ??
    (smtpUser === null ? null : checkLine('smtp_user', smtpUser, USER_CHARACTERS_MAX)) ??
    checkPassword(settings) ??
    (smtpFrom === null ? null : checkEmail('smtp_from', smtpFrom)) ??
    (alertEmail === null ? null : checkEmail('alert_email', alertEmail)) ??
    checkWhole('backup_retention_days', backupRetentionDays, RETENTION_DAYS_MAX)
  )
}

/** What ends with a number is an address, and never a name. */
function checkHost(host: string): Decision | null {
  const isName =
    HOST_NAME.test(host) && host.length <= HOST_LENGTH_MAX && !/(?:^|\.)[0-9]+$/.test(host)
  return isName || parseAddress(host) !== null
    ? null
    : invalid('smtp_host', host, 'must be a host name or an IP address')
}

function checkWhole(field: string, value: number, max: number): Decision | null {
  const ok = Number.isInteger(value) && value >= 1 && value <= max
  return ok ? null : invalid(field, value, `must be a whole number from 1 to ${max}`)
}

/** A secret is not shown back. What is sealed was checked in clear by whoever sealed it. */
function checkPassword({ smtpPassword }: Settings): Decision | null {
  if (smtpPassword === null) return null
  const max = isSealed(smtpPassword) ? SEALED_PASSWORD_CHARACTERS_MAX : PASSWORD_CHARACTERS_MAX
  const refused = checkLine('smtp_password', smtpPassword, max)
  if (refused === null || refused.ok || refused.refusal.code !== 'invalid') return refused
  return invalid('smtp_password', '(secret)', refused.refusal.reason)
}
