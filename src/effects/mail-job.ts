// The leader's mail about alerts: one after another, oldest first, each until a server has taken it and the log says so. At
// least once: where the leader dies between the server's answer and the record of it, the next one sends the mail again,
// under the same Message-ID.
import type { GatewayView } from '../gateway/index.js'
import type { Alert, Settings } from '../ledger/index.js'
import { failureOf, type MailFailure } from './mail-failure.js'
import { MailPatience } from './mail-patience.js'
import { type MailRoute, routeOf, shown } from './mail-route.js'
import { composeMail, type Mail, type MailLocale } from './mail-text.js'
import type { Mailer, MailServer } from './mail-transport.js'
import { SettledLead } from './settled-lead.js'
import { attempt, stepContext } from './step.js'

export type MailJobOptions = {
  /** Between two looks, ms. */
  readonly everyMs: number
  /** How long a new leader lets the one before it record what it has just sent, ms. */
  readonly settleMs: number
  /** How long a node that stops waits for the mail under way, ms. */
  readonly stopMs: number
  readonly locale: MailLocale
}

export const mailJobDefaults = { everyMs: 1_000, settleMs: 2_000, stopMs: 5_000 } as const

export type MailJobDependencies = {
  readonly gateway: Pick<GatewayView, 'submit' | 'read'>
  /** The term in which this node leads; null while it does not. */
  readonly leadingTerm: () => number | null
  /** Whether nothing may reach out of the cluster (docs/decisions/0035). */
  readonly effectsOff: () => boolean
  readonly settings: () => Settings
  /** Of a mail password that is sealed; null = it was sealed with another cluster secret. */
  readonly openPassword: (sealed: string) => string | null
  readonly clusterUuid: () => string
  /** Those whose mail waits, oldest first. */
  readonly alertsToMail: (limit: number) => readonly Alert[]
  /** As it is applied here; null = it is gone. */
  readonly alert: (id: number) => Alert | null
  readonly openMailer: (server: MailServer) => Mailer
  /** What the next entry would be stamped with. */
  readonly entryTimeMs: () => number
  readonly clock: {
    monotonicMs(): number
    after(delayMs: number, callback: () => void): () => void
  }
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
  }
  readonly metrics: { sent(): void; failed(): void }
}

/** A mail that a server has taken. */
type Sent = { readonly id: number; readonly number: number }

const UNUSABLE_PASSWORD =
  'the mail password was sealed with another cluster secret; mail waits until smtp_password is set again'

export class MailJob {
  readonly #options: MailJobOptions
  readonly #dependencies: MailJobDependencies
  readonly #patience: MailPatience
  readonly #lead: SettledLead
  readonly #abort = new AbortController()
  #cancel: () => void = () => {}
  #underWay: Promise<void> = Promise.resolve()
  #closed = false
  #mailer: { readonly key: string; readonly mailer: Mailer } | null = null
  /** Taken by a server, and not known to be recorded. No other mail is begun before it is. */
  #unrecorded: Sent | null = null
  /** What was last logged about the server; empty = it takes mail. */
  #told = ''

  constructor(options: MailJobOptions, dependencies: MailJobDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#patience = new MailPatience(dependencies.random)
    this.#lead = new SettledLead(options.settleMs, dependencies)
    this.#later()
  }

  /** Begins nothing more; waits for the mail under way and its record, up to `stopMs`. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
    const { clock } = this.#dependencies
    const cancel = clock.after(this.#options.stopMs, () => this.#abort.abort())
    await Promise.race([this.#underWay, aborted(this.#abort.signal)])
    cancel()
    this.#mailer?.mailer.close()
  }

  #later(): void {
    if (this.#closed) return
    this.#cancel = this.#dependencies.clock.after(this.#options.everyMs, () => {
      this.#underWay = this.#look().finally(() => this.#later())
    })
  }

  #look(): Promise<void> {
    const warning = 'mail about alerts was given up and is tried again'
    return attempt(() => this.#sendWhatWaits(), this.#dependencies.log, warning)
  }

  async #sendWhatWaits(): Promise<void> {
    await this.#record()
    if (!(await this.#lead.begins())) return
    for (let next = this.#next(); next !== null; next = this.#next()) {
      await this.#send(next.alert, next.route)
      await this.#record()
    }
  }

  /** What is to be sent now; null when nothing is. */
  #next(): { readonly alert: Alert; readonly route: MailRoute } | null {
    const { effectsOff, settings, openPassword, alertsToMail, clock, log } = this.#dependencies
    if (this.#closed || effectsOff() || this.#lead.term === null) return null
    const route = routeOf(settings(), openPassword)
    if (route === 'unusable-password') {
      this.#heedRoute(null)
      this.#tell(route, () => log.warn({}, UNUSABLE_PASSWORD))
      return null
    }
    this.#heedRoute(route)
    if (route === null) return null
    // One more than may be passed over.
    const waiting = alertsToMail(this.#patience.refusedCount + 1)
    const alert = this.#patience.choose(waiting, clock.monotonicMs())
    return alert === null ? null : { alert, route }
  }

  /** Where mail goes to is another place now: nothing that was learnt about the old one holds. */
  #heedRoute(route: MailRoute | null): void {
    if (this.#mailer === null || this.#mailer.key === route?.key) return
    this.#mailer.mailer.close()
    this.#mailer = null
    this.#patience.forget()
    this.#told = ''
  }

  async #send(alert: Alert, route: MailRoute): Promise<void> {
    const { metrics, openMailer } = this.#dependencies
    this.#mailer ??= { key: route.key, mailer: openMailer(route.server) }
    const { mailer } = this.#mailer
    try {
      await mailer.send(this.#compose(alert, route), this.#abort.signal)
    } catch (error) {
      if (this.#abort.signal.aborted) return
      metrics.failed()
      this.#failed(alert, route, failureOf(error))
      return
    }
    metrics.sent()
    this.#unrecorded = { id: alert.id, number: alert.mails }
    this.#patience.taken(alert)
    this.#tell('', () =>
      this.#dependencies.log.info(shown(route), 'the mail server takes mail again'),
    )
  }

  #compose(alert: Alert, { settings }: MailRoute): Mail {
    const { clusterUuid, entryTimeMs } = this.#dependencies
    const { locale } = this.#options
    return composeMail(alert, {
      ...{ settings, locale },
      ...{ clusterUuid: clusterUuid(), nowMs: entryTimeMs() },
    })
  }

  #failed(alert: Alert, route: MailRoute, failure: MailFailure): void {
    const { clock, log } = this.#dependencies
    const { kind, ...why } = failure
    if (kind === 'refused') {
      const isNew = this.#patience.refused(alert, clock.monotonicMs())
      const fields = { ...shown(route), alert: alert.id, ...why }
      if (isNew) log.warn(fields, 'the mail server refuses a mail; it is tried again now and then')
      return
    }
    this.#patience.serverFailed(clock.monotonicMs())
    this.#tell(`${why.code} ${why.responseCode}`, () =>
      log.warn({ ...shown(route), ...why }, 'the mail server takes no mail; it is tried again'),
    )
  }

  /** Says something when the server is in another state than the one that was last told of. */
  #tell(state: string, say: () => void): void {
    if (this.#told === state) return
    this.#told = state
    say()
  }

  /** Also by who leads no more: any node may say what a mail server has taken. @throws GatewayError */
  async #record(): Promise<void> {
    const { gateway, alert } = this.#dependencies
    if (this.#unrecorded === null) return
    const { id, number } = this.#unrecorded
    const known = alert(id)
    if (known !== null && known.mailed < number)
      await gateway.submit({ type: 'alert.mailed', id, number }, stepContext)
    // A refusal says that the alert is gone.
    this.#unrecorded = null
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
}
