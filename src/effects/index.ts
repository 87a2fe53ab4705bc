// What other rooms may use of the leader's own work.
export type { AlertJobDependencies, AlertJobOptions } from './alert-job.js'
export { AlertJob, alertJobDefaults } from './alert-job.js'
export type { AlertReads } from './alert-subjects.js'
export type { IdentityJobDependencies, IdentityJobOptions } from './identity-job.js'
export { IdentityJob, identityJobDefaults } from './identity-job.js'
export type { LeaderJobsDependencies, LeaderJobsOptions } from './leader-jobs.js'
export { LeaderJobs, leaderJobsDefaults } from './leader-jobs.js'
export type { MailJobDependencies, MailJobOptions } from './mail-job.js'
export { MailJob, mailJobDefaults } from './mail-job.js'
export type { Mail, MailLocale } from './mail-text.js'
export { type Mailer, type MailServer, openMailer } from './mail-transport.js'
export type { MemberJobDependencies, MemberJobOptions } from './member-job.js'
export { MemberJob, memberJobDefaults } from './member-job.js'
export type { MetNode } from './member-steps.js'
export type { Kept, Retention } from './retention.js'
export type { RuleReads } from './rule-crossings.js'
export { RuleJob, type RuleJobDependencies, type RuleJobOptions } from './rule-job.js'
export {
  divergedReason,
  StateComparison,
  type StateComparisonDependencies,
  stateComparisonDefaults,
} from './state-comparison.js'
export { TargetPolicy } from './webhooks/target-policy.js'
export type { WebhookJobDependencies, WebhookJobOptions } from './webhooks/webhook-job.js'
export { WebhookJob, webhookJobDefaults } from './webhooks/webhook-job.js'
export { openWebhookTransport } from './webhooks/webhook-transport.js'
