// Rows of alerts: open ones and those that were resolved and are not forgotten yet, in one table.
import type { Alert, AlertRows } from '../../ledger/index.js'
import { alertKinds, severities } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'

export const ALERT_COLUMNS = `id, kind, severity, network_id, allocation_id, subject, figure, raised_ms,
  resolved_ms, mails, mailed, revision`

export type AlertRaw = [
  id: number,
  kind: number,
  severity: number,
  networkId: number,
  allocationId: number | null,
  subject: string,
  figure: number,
  raisedMs: number,
  resolvedMs: number | null,
  mails: number,
  mailed: number,
  revision: number,
]

export class SqliteAlertRows implements AlertRows {
  readonly #put: Statement<AlertRaw>
  readonly #alert: Statement<[number], AlertRaw>
  readonly #aboutNetwork: Statement<[number], AlertRaw>
  readonly #aboutAllocation: Statement<[number], AlertRaw>
  readonly #forget: Statement<[number, number]>

  constructor(db: Database) {
    const select = <P extends unknown[]>(rest: string) =>
      db.prepare<P, AlertRaw>(`SELECT ${ALERT_COLUMNS} FROM alerts ${rest}`).raw() as Statement<
        P,
        AlertRaw
      >
    const columns = ALERT_COLUMNS.split(',').map(column => column.trim())
    // Not REPLACE: that would delete another open alert of the same kind and subject, and this throws.
    this.#put = db.prepare(
      `INSERT INTO alerts (${ALERT_COLUMNS}) VALUES (${columns.map(() => '?').join(', ')})
       ON CONFLICT (id) DO UPDATE SET ${columns.map(name => `${name} = excluded.${name}`).join(', ')}`,
    )
    this.#alert = select('WHERE id = ?')
    this.#aboutNetwork = select(
      `INDEXED BY alerts_by_network
       WHERE network_id = ? AND resolved_ms IS NULL AND allocation_id IS NULL ORDER BY id`,
    )
    this.#aboutAllocation = select(
      `INDEXED BY alerts_by_allocation
       WHERE allocation_id = ? AND resolved_ms IS NULL ORDER BY id`,
    )
    this.#forget = db.prepare(
      `DELETE FROM alerts WHERE id IN (SELECT id FROM alerts INDEXED BY alerts_by_end
         WHERE resolved_ms < ? ORDER BY resolved_ms, id LIMIT ?)`,
    )
  }

  alert(id: number): Alert | null {
    return alertOrNull(this.#alert.get(id))
  }

  openAlertsAbout(
    subject: { readonly networkId: number } | { readonly allocationId: number },
  ): Alert[] {
    const rows =
      'networkId' in subject
        ? this.#aboutNetwork.all(subject.networkId)
        : this.#aboutAllocation.all(subject.allocationId)
    return rows.map(alertOf)
  }

  /** @throws when another one is open of that kind and about the same. */
  saveAlert(alert: Alert): void {
    this.#put.run(...alertToRaw(alert))
  }

  forgetAlerts(beforeMs: number, limit: number): number {
    return this.#forget.run(beforeMs, limit).changes
  }
}

export function alertOf(raw: AlertRaw): Alert {
  return {
    id: raw[0],
    kind: alertKinds.nameOf(raw[1]),
    severity: severities.nameOf(raw[2]),
    networkId: raw[3],
    allocationId: raw[4],
    subject: raw[5],
    figure: raw[6],
    raisedMs: raw[7],
    resolvedMs: raw[8],
    mails: raw[9],
    mailed: raw[10],
    revision: raw[11],
  }
}

function alertOrNull(raw: AlertRaw | undefined): Alert | null {
  return raw === undefined ? null : alertOf(raw)
}

function alertToRaw(alert: Alert): AlertRaw {
  const { id, networkId, allocationId, subject, figure, raisedMs, resolvedMs } = alert
  const kind = alertKinds.codeOf(alert.kind)
  const severity = severities.codeOf(alert.severity)
  const what = [id, kind, severity, networkId, allocationId, subject, figure] as const
  return [...what, raisedMs, resolvedMs, alert.mails, alert.mailed, alert.revision]
}
