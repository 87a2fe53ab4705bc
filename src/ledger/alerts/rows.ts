// What the ledger asks of the rows of alerts.
import type { Alert } from './nouns.js'

export interface AlertRows {
  alert(id: number): Alert | null
  /** Open ones about the network itself or, with an allocation, about that, in id order. */
  openAlertsAbout(
    subject: { readonly networkId: number } | { readonly allocationId: number },
  ): Alert[]
  /** Adds or replaces the row of that id. */
  saveAlert(alert: Alert): void
  /** Resolved ones with resolvedMs < beforeMs in (resolvedMs, id) order, at most `limit`, are deleted. Returns how many. */
  forgetAlerts(beforeMs: number, limit: number): number
}
