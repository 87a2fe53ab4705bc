// What a member does by itself, mostly while it leads: time and history, the other members, who may ask.
import { SMTP_PASSWORD, WEBHOOK_SECRET } from '../auth/index.js'
import {
  AlertJob,
  alertJobDefaults,
  IdentityJob,
  identityJobDefaults,
  LeaderJobs,
  leaderJobsDefaults,
  MailJob,
  MemberJob,
  mailJobDefaults,
  memberJobDefaults,
  openMailer,
  openWebhookTransport,
  RuleJob,
  TargetPolicy,
  WebhookJob,
  webhookJobDefaults,
} from '../effects/index.js'
import { systemClock } from '../raft/index.js'
import { watchForReset } from './admin-reset.js'
import { firstPasswordOf } from './identity.js'
import { addWebhookGauge, mailMetrics, webhookMetrics } from './node-metrics.js'
import type { Opened, RunningMember } from './opened.js'

/** Keys and failed logins are kept so much longer than they are asked for: clocks differ, and options for a while. */
const SLACK_MS = 5 * 60_000

export function startJobs(opened: Opened, member: RunningMember): void {
  const { closing } = opened
  closing.add('cluster identity', bindDirectory(opened))
  const jobs = startLeaderJobs(opened, member)
  closing.add('jobs of the leader', () => jobs.close())
  const identityJob = startIdentityJob(opened, member)
  closing.add('keys and the first admin', () => identityJob.close())
  closing.add('word of a lost password', startWatchForReset(opened, member))
  const alertJob = startAlertJob(opened, member)
  closing.add('review of alerts', () => alertJob.close())
  const mailJob = startMailJob(opened, member)
  closing.add('mail about alerts', () => mailJob.close())
  const ruleJob = startRuleJob(opened, member)
  closing.add('review of notification rules', () => ruleJob.close())
  const webhookJob = startWebhookJob(opened, member)
  closing.add('deliveries of webhooks', () => webhookJob.close())
  const memberJob = startMemberJob(opened, member)
  closing.add('care for the members', () => memberJob.close())
  closing.add('word of removal', heedRemoval(opened, member))
}

/** Binds the data directory to the cluster as soon as the state knows its UUID. */
function bindDirectory({ state, nodeLog: { directory }, joining, fail }: Opened): () => void {
  const { store } = state
  const bind = (): void => {
    const clusterUuid = store.reads.cluster()?.clusterUuid
    if (clusterUuid === undefined || directory.identity.clusterUuid === clusterUuid) return
    unsubscribe()
    joining.transport.announce()
    directory.recordCluster(clusterUuid).catch(fail)
  }
  const unsubscribe = store.onApplied(bind)
  bind()
  return unsubscribe
}

function startLeaderJobs(
  { config, state: { store }, log }: Opened,
  { gateway, driver }: RunningMember,
): LeaderJobs {
  return new LeaderJobs(
    {
      ...leaderJobsDefaults,
      history: { keptMs: config.historyRetentionMs, rowsMax: config.historyRowsMax },
      idempotency: { keptMs: config.idempotencyRetentionMs, rowsMax: config.idempotencyKeysMax },
    },
    {
      gateway,
      isLeader: () => driver.status().role === 'leader',
      effectsOff: () => store.reads.cluster()?.effects === 'off',
      nextDueMs: () => store.reads.nextDueMs(),
      deletionsWait: () => store.reads.deletionsWait(),
      openJobs: limit => store.reads.jobs.openJobs(limit),
      tidyWaits: before => store.reads.personal.tidyWaits(before),
      kept: () => store.reads.kept(),
      entryTimeMs: () => driver.entryTimeMs(),
      clock: systemClock,
      log,
    },
  )
}

function startIdentityJob(opened: Opened, { gateway, driver }: RunningMember): IdentityJob {
  const { config, surroundings, state, identity, log } = opened
  const { store } = state
  const { keyRotationMs: rotationMs, accessTtlMs, lockMs } = config
  const kept = { keepMs: accessTtlMs + SLACK_MS, failuresKeptMs: lockMs + SLACK_MS }
  return new IdentityJob(
    { ...identityJobDefaults, rotationMs, ...kept },
    {
      gateway,
      raft: {
        isLeader: () => driver.roleStatus().role === 'leader',
        onStatus: listener => driver.onStatus(listener),
      },
      state: () => (store.reads.cluster() === null ? null : store.reads.identities()),
      entryTimeMs: () => driver.entryTimeMs(),
      keys: identity.keys,
      firstPassword: firstPasswordOf(config, surroundings.environment),
      hash: password => identity.hasher.hash(password),
      print: surroundings.print,
      clock: systemClock,
      log,
    },
  )
}

/** Also before the cluster's first command: there is nothing yet that could be done. */
function effectsOff({ state: { store } }: Opened): boolean {
  const cluster = store.reads.cluster()
  return cluster === null || cluster.effects === 'off'
}

function startAlertJob(opened: Opened, { gateway, driver }: RunningMember): AlertJob {
  const { config, state, log } = opened
  return new AlertJob(
    { ...alertJobDefaults, everyMs: config.reviewAlertsEveryMs },
    {
      gateway,
      isLeader: () => driver.roleStatus().role === 'leader',
      effectsOff: () => effectsOff(opened),
      get reads() {
        return state.store.reads
      },
      entryTimeMs: () => driver.entryTimeMs(),
      clock: systemClock,
      log,
    },
  )
}

function startMailJob(opened: Opened, { gateway, driver, registry }: RunningMember): MailJob {
  const { config, state, identity, log } = opened
  const { store } = state
  return new MailJob(
    { ...mailJobDefaults, locale: config.alertsLocale },
    {
      gateway,
      leadingTerm: () => leadingTerm(driver),
      effectsOff: () => effectsOff(opened),
      settings: () => store.reads.catalogue().settings(),
      openPassword: sealed => identity.sealer.open(sealed, SMTP_PASSWORD),
      clusterUuid: () => store.reads.cluster()?.clusterUuid ?? '',
      alertsToMail: limit => store.reads.alertsToMail(limit),
      alert: id => store.reads.alert(id),
      openMailer,
      entryTimeMs: () => driver.entryTimeMs(),
      clock: systemClock,
      random: Math.random,
      log,
      metrics: mailMetrics(registry),
    },
  )
}

function leadingTerm(driver: RunningMember['driver']): number | null {
  const { role, term } = driver.roleStatus()
  return role === 'leader' ? term : null
}

function startRuleJob(opened: Opened, { gateway, driver }: RunningMember): RuleJob {
  const { config, state, log } = opened
  const { store } = state
  return new RuleJob(
    { everyMs: config.reviewRulesEveryMs },
    {
      gateway,
      isLeader: () => driver.roleStatus().role === 'leader',
      effectsOff: () => effectsOff(opened),
      appliedIndex: () => store.appliedIndex(),
      get reads() {
        return store.reads
      },
      hasUser: id => store.reads.identities().user(id) !== null,
      clock: systemClock,
      log,
    },
  )
}

function startWebhookJob(opened: Opened, { gateway, driver, registry }: RunningMember): WebhookJob {
  const { config, state, identity, log } = opened
  const { deny, allow, timeoutMs, ...limits } = config.webhooks
  const { store } = state
  const policy = new TargetPolicy({ deny, allow })
  const job = new WebhookJob(
    { ...webhookJobDefaults, ...limits },
    {
      gateway,
      leadingTerm: () => leadingTerm(driver),
      effectsOff: () => effectsOff(opened),
      appliedIndex: () => store.appliedIndex(),
      get reads() {
        return store.reads
      },
      openSecret: sealed => identity.sealer.open(sealed, WEBHOOK_SECRET),
      openTransport: () => openWebhookTransport({ timeoutMs, policy }),
      entryTimeMs: () => driver.entryTimeMs(),
      clock: systemClock,
      log,
      metrics: webhookMetrics(registry),
    },
  )
  addWebhookGauge(registry, () => job.inFlight)
  return job
}

function startWatchForReset(
  { config, state: { store }, identity, log }: Opened,
  { gateway }: RunningMember,
): () => void {
  return watchForReset(config.dataDirectory, {
    gateway,
    identities: () => store.reads.identities(),
    hash: password => identity.hasher.hash(password),
    clock: systemClock,
    log,
  })
}

function startMemberJob(
  { state: { store }, joining, log }: Opened,
  { gateway, driver }: RunningMember,
): MemberJob {
  return new MemberJob(memberJobDefaults, {
    gateway,
    raft: driver,
    book: () => store.reads.cluster()?.members ?? null,
    met: joining.met,
    clock: systemClock,
    log,
  })
}

/** A removed node is quiet, and says so to whoever asks it. Returns a function that stops listening. */
function heedRemoval(
  { state: { store }, joining, log }: Opened,
  { gateway, driver }: RunningMember,
): () => void {
  let told = false
  const look = (): void => {
    const reason = joining.removed()
    if (reason === null || told) return
    told = true
    log.warn({ reason }, 'this node is no member any more; it can be stopped and its data deleted')
    gateway.setAvailability('removed')
    driver.retire()
  }
  const stop = [joining.beginning.onChange(look), store.onApplied(look)]
  look()
  return () => {
    for (const unsubscribe of stop) unsubscribe()
  }
}
