// A ledger with what alerts are about, one node of it that may lead, and virtual time.
import type { Test } from 'tap'
import { AlertJob, type AlertReads, alertJobDefaults } from '../../src/effects/index.js'
import type { Alert, Allocation, Command, Network } from '../../src/ledger/index.js'
import { allocate, network } from '../ledger/world.js'
import { FakeGateway } from '../support/fake-gateway.js'
import { SimClock } from '../support/sim-clock.js'

export const SECOND_MS = 1000
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
export const REVIEW_MS = 60 * SECOND_MS

export type Logged = { readonly level: string; readonly fields: object; readonly message: string }
type Page = { readonly afterId: number; readonly limit: number }

export class AlertingWorld {
  readonly gateway = new FakeGateway()
  readonly clock = new SimClock()
  readonly logged: Logged[] = []
  isLeader = true
  effectsOff = false
  /** Rows of leases that were read. */
  endingsRead = 0
  #startMs = this.gateway.timeMs

  get rows() {
    return this.gateway.rows
  }

  review(t: Test): AlertJob {
    const job = new AlertJob(
      { ...alertJobDefaults, everyMs: REVIEW_MS },
      {
        gateway: this.gateway,
        isLeader: () => this.isLeader,
        effectsOff: () => this.effectsOff,
        reads: { ...this.reads(), alertCount: filter => this.alerts(filter).length },
        entryTimeMs: () => this.timeMs(),
        clock: this.clock.node(),
        log: { warn: this.log('warn') },
      },
    )
    t.teardown(() => job.close())
    return job
  }

  log(level: string) {
    return (fields: object, message: string) => void this.logged.push({ level, fields, message })
  }

  timeMs(): number {
    return this.#startMs + this.clock.nowMs
  }

  /** Lets time pass; what is proposed meanwhile is stamped with the time it is. */
  async run(durationMs: number): Promise<void> {
    const endMs = this.clock.nowMs + durationMs
    const stepMs = Math.max(SECOND_MS, durationMs / 1000)
    while (this.clock.nowMs < endMs) {
      this.gateway.timeMs = this.timeMs()
      await this.clock.run(Math.min(endMs - this.clock.nowMs, stepMs))
    }
  }

  /** The entries' time goes on without the jobs. */
  later(durationMs: number): void {
    this.#startMs += durationMs
    this.gateway.timeMs = this.timeMs()
  }

  /** @throws when it is refused */
  apply(command: Command): number {
    const outcome = this.gateway.apply(command)
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal))
    const { result } = outcome
    if (result.type === 'network') return result.network.id
    return result.type === 'allocation' ? result.allocation.id : 0
  }

  mailTo(alertEmail: string | null, port = 25): void {
    const smtpHost = alertEmail === null ? null : '127.0.0.1'
    this.apply({
      ...{ type: 'settings.update', ifRevision: null },
      set: { smtpHost, smtpPort: port, alertEmail },
    })
  }

  /** A network of 254 addresses of which so many are taken. @returns its id */
  subnet(cidr: string, taken: number): number {
    const id = this.apply(network(cidr))
    this.take(id, taken)
    return id
  }

  take(networkId: number, count: number): number {
    return this.apply(allocate(networkId, { count }))
  }

  alerts({ open }: { readonly open: boolean } = { open: false }): readonly Alert[] {
    return this.rows.alerts().filter(({ resolvedMs }) => !open || resolvedMs === null)
  }

  alertsToMail(limit: number): readonly Alert[] {
    return this.rows
      .alerts()
      .filter(({ mailed, mails }) => mailed < mails)
      .slice(0, limit)
  }

  get proposed(): readonly Command[] {
    return this.gateway.submitsAsked.map(({ command }) => command)
  }

  reads(): AlertReads {
    const { rows, gateway } = this
    const { ledger } = gateway
    const live = () => rows.allocations().filter(({ status }) => status === 'allocated')
    return {
      network: id => ledger.network(id),
      networksInTreeOrder: vrfId => rows.image().networks.filter(row => row.vrfId === vrfId),
      utilization: id => this.#utilization(ledger.network(id)),
      allocation: id => rows.allocation(id),
      openAlertPage: page => pageOf(this.alerts({ open: true }), page),
      revisionTimeMs: revision =>
        rows.changes().find(change => change.revision === revision)?.timeMs ?? null,
      endingPage: (untilMs, after, limit) => {
        const found = endingClaims(live(), untilMs)
          .filter(row => after === null || byEnd(row, { ...row, ...after }) > 0)
          .slice(0, limit)
        this.endingsRead += found.length
        return found
      },
      conflictPage: page =>
        pageOf(
          live().filter(({ details }) => (details?.formerMacs.length ?? 0) > 0),
          page,
        ),
    }
  }

  #utilization(network: Network | null): number {
    const statistics = network && this.gateway.ledger.statistics(network.id)
    if (statistics === null || statistics.total === 0n) return 0
    return Math.round(Number((statistics.allocated * 1_000_000n) / statistics.total) / 100)
  }
}

function endingClaims(rows: readonly Allocation[], untilMs: number): readonly Allocation[] {
  return rows
    .filter(({ expiresMs }) => expiresMs !== null && expiresMs <= untilMs)
    .sort((left, right) => byEnd(left, right))
}

function byEnd(left: Allocation, right: Allocation): number {
  return (left.expiresMs ?? 0) - (right.expiresMs ?? 0) || left.id - right.id
}

function pageOf<Row extends { readonly id: number }>(rows: readonly Row[], page: Page): Row[] {
  return rows.filter(({ id }) => id > page.afterId).slice(0, page.limit)
}
