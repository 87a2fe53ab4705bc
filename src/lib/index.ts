// Small things with at least two users.
export { AssertionError, assert, unreachable } from './assert.js'
export type { Deferred } from './deferred.js'
export { deferred } from './deferred.js'
export { type Tally, TallyHistogram } from './tally-histogram.js'
export { deliveryUuid, idIn, type UuidKind, uuidIn } from './uuids.js'
export { programVersion } from './version.js'
export { startWorker } from './worker-thread.js'
