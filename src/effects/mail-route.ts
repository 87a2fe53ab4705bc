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

/**
 * @param openPassword of one that is sealed; null = it was sealed with another secret
 * @returns null while the settings do not say where mail goes to
 */
export function routeOf(
  settings: Settings,
  openPassword: (sealed: string) => string | null,
): MailRoute | 'unusable-password' | null {
  const { smtpHost: host, smtpPort: port, smtpUser: user, smtpPassword: sealed } = settings
  const { smtpFrom, smtpPasswordRevision, alertEmail } = settings
  if (host === null || alertEmail === null) return null
  const password = sealed === null ? null : openPassword(sealed)
  if (sealed !== null && password === null) return 'unusable-password'
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
