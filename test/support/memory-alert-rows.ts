// AlertRows in a plain Map: the part of MemoryRows that keeps alerts.
import type { Alert, AlertRows } from '../../src/ledger/index.js'
import { MemoryCatalogueRows } from './memory-catalogue-rows.js'

export class MemoryAlertRows extends MemoryCatalogueRows implements AlertRows {
  readonly #alerts = new Map<number, Alert>()

  alert(id: number): Alert | null {
    return this.#alerts.get(id) ?? null
  }

  openAlertsAbout(
    subject: { readonly networkId: number } | { readonly allocationId: number },
  ): Alert[] {
    const open = this.alerts().filter(alert => alert.resolvedMs === null)
    if ('allocationId' in subject)
      return open.filter(alert => alert.allocationId === subject.allocationId)
    const { networkId } = subject
    return open.filter(alert => alert.allocationId === null && alert.networkId === networkId)
  }

  saveAlert(alert: Alert): void {
    this.#alerts.set(alert.id, alert)
  }

  forgetAlerts(beforeMs: number, limit: number): number {
    const resolved = this.alerts().flatMap(({ id, resolvedMs }) =>
      resolvedMs !== null && resolvedMs < beforeMs ? [{ id, resolvedMs }] : [],
    )
    const old = resolved.sort((a, b) => a.resolvedMs - b.resolvedMs || a.id - b.id).slice(0, limit)
    for (const { id } of old) this.#alerts.delete(id)
    return old.length
  }

  /** Every alert that is kept, in id order. */
  alerts(): readonly Alert[] {
    return [...this.#alerts.values()].sort((a, b) => a.id - b.id)
  }
}
