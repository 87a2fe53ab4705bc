// What the leader does for the office, as the daemon has it: it reviews alerts, and mails them to a server that takes everything.
import { AlertJob, MailJob } from '../../../src/effects/index.js'
import type { UpdateSettingsCommand } from '../../../src/ledger/index.js'
import type { SimulatedNode } from './sim-node.js'

/** Shorter than the daemon's, as a world lives for seconds. */
const alertJobOptions = { everyMs: 400, lookMs: 100 } as const
const mailJobOptions = { everyMs: 200, settleMs: 200, stopMs: 0, locale: 'en' } as const

/** With these somebody is to be mailed to. */
export const mailSettings: UpdateSettingsCommand = {
  type: 'settings.update',
  ifRevision: null,
  set: { smtpHost: 'mail.example.com', alertEmail: 'ann@example.com' },
}

/** To be called at each start of a node; a crash ends them with its timers. */
export function startOfficeJobs({
  gateway,
  driver,
  process,
  record,
  store,
  world,
}: SimulatedNode): void {
  const common = {
    gateway,
    effectsOff: () => store.reads.cluster()?.effects === 'off',
    entryTimeMs: () => driver.entryTimeMs(),
    clock: process,
    log: record.log,
  }
  const isLeader = () => driver.status().role === 'leader'
  new AlertJob(alertJobOptions, {
    ...common,
    isLeader,
    get reads() {
      return store.reads
    },
  })
  new MailJob(mailJobOptions, {
    ...common,
    leadingTerm: () => (isLeader() ? driver.status().term : null),
    settings: () => store.reads.catalogue().settings(),
    openPassword: sealed => sealed,
    clusterUuid: () => store.reads.cluster()?.clusterUuid ?? '',
    alertsToMail: limit => store.reads.alertsToMail(limit),
    alert: id => store.reads.alert(id),
    openMailer: () => ({ send: () => Promise.resolve(), close: () => {} }),
    random: world.random,
    metrics: { sent: () => {}, failed: () => {} },
  })
}
