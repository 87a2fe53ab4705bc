// What other rooms may use of the leader's own work.
export type { IdentityJobDependencies, IdentityJobOptions } from './identity-job.js'
export { IdentityJob, identityJobDefaults } from './identity-job.js'
export type { LeaderJobsDependencies, LeaderJobsOptions } from './leader-jobs.js'
export { LeaderJobs, leaderJobsDefaults } from './leader-jobs.js'
export type { MemberJobDependencies, MemberJobOptions } from './member-job.js'
export { MemberJob, memberJobDefaults } from './member-job.js'
export type { MetNode } from './member-steps.js'
export type { Kept, Retention } from './retention.js'
export {
  divergedReason,
  StateComparison,
  type StateComparisonDependencies,
  stateComparisonDefaults,
} from './state-comparison.js'
