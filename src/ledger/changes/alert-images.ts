// Alerts as history keeps them.
import type { Alert } from '../alerts/nouns.js'
import type { Image } from '../entities.js'
import { isoTime, isoTimeOrNull } from './iso-time.js'

export function alertImage(alert: Alert): Image {
  return {
    id: alert.id,
    kind: alert.kind,
    severity: alert.severity,
    network_id: alert.networkId,
    allocation_id: alert.allocationId,
    subject: alert.subject,
    figure: alert.figure,
    raised_at: isoTime(alert.raisedMs),
    resolved_at: isoTimeOrNull(alert.resolvedMs),
    mails: alert.mails,
    mailed: alert.mailed,
    revision: alert.revision,
  }
}
