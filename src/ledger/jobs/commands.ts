// What can be asked about many resources at once.
import type { TagItem, TagWork } from './nouns.js'

export const TAGGED_AT_ONCE_MAX = 100
export const TAGGED_BY_JOB_MAX = 500
/** Of one user, under way. */
export const JOBS_MAX = 20

/** Each by itself: what cannot be tagged does not keep the others from it. At most TAGGED_AT_ONCE_MAX. */
export type ApplyTagsCommand = {
  readonly type: 'tags.apply'
  readonly items: readonly TagItem[]
} & TagWork
export type CreateTagJobCommand = {
  readonly type: 'job.create'
  readonly items: readonly TagItem[]
} & TagWork
/** Proposed by the leader: the next `count` items from `from` on. Where the job is elsewhere by now it changes nothing. */
export type AdvanceJobCommand = {
  readonly type: 'job.advance'
  readonly id: number
  readonly from: number
  readonly count: number
}

export type JobCommand = ApplyTagsCommand | CreateTagJobCommand | AdvanceJobCommand
