// /api/system/config: settings that the whole cluster shares (document 004, 9). For admins.
import type { Static } from '@sinclair/typebox'
import { SMTP_PASSWORD } from '../../../auth/index.js'
import type { SettingName, ShownSettings, UpdateSettingsCommand } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { changedAnswer, readAnswer } from './answers.js'
import { PASSWORD_MASK, SystemConfig, SystemConfigChange } from './catalogue-schemas.js'

const tag = 'System configuration'
const paths: readonly [string] = ['/api/system/config']

const readConfig = defineRoute({
  method: 'GET',
  paths,
  id: 'readSystemConfig',
  tag,
  summary: 'Read the settings of the system',
  permission: 'admin',
  reads: true,
  tagged: true,
  answers: { 200: { description: 'All of them.', schema: SystemConfig } },
  handle: async call => {
    await call.awaitRead()
    const settings = call.app.store.reads.catalogue().settings()
    return readAnswer(call, settings, present(settings))
  },
})

const updateConfig = defineRoute({
  method: 'PUT',
  paths,
  id: 'updateSystemConfig',
  tag,
  summary: 'Change settings of the system',
  description: `What is left out stays; null sets the default. A smtp_password of ${PASSWORD_MASK}, as it is shown, stays too.`,
  permission: 'admin',
  conditional: true,
  body: SystemConfigChange,
  answers: { 200: { description: 'All settings as they are now.', schema: SystemConfig } },
  handle: async (call, { body }) => {
    const ifRevision = ifMatchRevision(call)
    const set = sealed(setOf(body), call)
    const decided = await submit(call, { type: 'settings.update', ifRevision, set }, body)
    const { settings } = resultOf(decided.result, 'settings')
    return changedAnswer(decided, settings, present(settings))
  },
})

type Change = Static<typeof SystemConfigChange>
type Settings = UpdateSettingsCommand['set']

const settingNames: { readonly [Field in keyof Change]-?: SettingName } = {
  smtp_host: 'smtpHost',
  smtp_port: 'smtpPort',
  smtp_user: 'smtpUser',
  smtp_password: 'smtpPassword',
  smtp_from: 'smtpFrom',
  alert_email: 'alertEmail',
  backup_retention_days: 'backupRetentionDays',
}

function setOf(body: Change): Settings {
  const given = Object.entries(body).filter(
    ([field, value]) => field !== 'smtp_password' || value !== PASSWORD_MASK,
  )
  return Object.fromEntries(
    given.map(([field, value]) => [settingNames[field as keyof Change], value]),
  )
}

/** Before it is a command: what stands in one stands in every log and backup. */
function sealed(set: Settings, { app }: Call): Settings {
  const { smtpPassword } = set
  if (typeof smtpPassword !== 'string') return set
  return { ...set, smtpPassword: app.identity.sealer.seal(smtpPassword, SMTP_PASSWORD) }
}

function present(settings: ShownSettings) {
  return {
    smtp_host: settings.smtpHost,
    smtp_port: settings.smtpPort,
    smtp_user: settings.smtpUser,
    smtp_password: settings.smtpPasswordRevision === null ? null : PASSWORD_MASK,
    smtp_from: settings.smtpFrom,
    alert_email: settings.alertEmail,
    backup_retention_days: settings.backupRetentionDays,
  }
}

export const systemConfigRoutes: readonly Route[] = [readConfig, updateConfig]
