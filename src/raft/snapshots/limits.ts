// Every bound of sending and receiving snapshots, in one place.

const KIB = 1024

export const CHUNK_BYTES = 256 * KIB
/** Chunks sent and not answered yet: what a slow receiver makes either side hold. */
export const WINDOW_CHUNKS = 4
/** Followers that are sent a snapshot at one time; more are tried again when they are heard next. */
export const SENDS_MAX = 2
/** A snapshot that failed is tried again after so long at first, then twice as long, and so on, up to the second. */
export const RETRY_FIRST_MS = 250
export const RETRY_LAST_MS = 10_000
/** Without a word for so long the other side counts as gone. */
export const SILENCE_MS = 30_000
/** How often a receiver that verifies or installs says so. */
export const WORKING_MS = 5_000
