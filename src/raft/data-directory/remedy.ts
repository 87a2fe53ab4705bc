// What an operator does with a node whose disk cannot be trusted; the same word in every refusal.

/** What is lost here is unknown, and the cluster holds all of it (RAFT.md, What stands on disk). */
export const rejoinRemedy =
  'Nothing was repaired. Remove this node from the cluster and add it again under a new id with an empty data directory.'
