// Where mail about alerts goes to, as the settings of the cluster say.
import type { Settings } from '../ledger/index.js'
import type { MailSettings } from './mail-text.js'
import type { MailServer } from './mail-transport.js'

export type MailRoute = {
  /** Another one when anything about it is. */
  readonly key: string
  readonly server: MailServer
  readonly settings: MailSettings
}

/** null while the settings do not say where mail goes to. */
export function routeOf(settings: Settings): MailRoute | null {
  const { smtpHost: host, smtpPort: port, smtpUser: user, smtpPassword: password } = settings
  const { smtpFrom, smtpPasswordRevision, alertEmail } = settings
  if (host === null || alertEmail === null) return null
  return {
    key: JSON.stringify([host, port, user, smtpPasswordRevision, smtpFrom, alertEmail]),
    server: { host, port, user, password },
    settings: { smtpFrom, alertEmail },
  }
}

/** For the log. */
export function shown({ server: { host, port } }: MailRoute): object {
  return { host, port }
}
