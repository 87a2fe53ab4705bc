// What is open when a node begins to take part: each part of it is made from this.
import type { Config } from '../config/index.js'
import type { Gateway } from '../gateway/index.js'
import type { IdentityTools } from '../http/index.js'
import type { createRegistry } from '../observe/index.js'
import type { BootstrapMember, Log, RaftDriver } from '../raft/index.js'
import type { Closing } from './closing.js'
import type { Comparison } from './comparison.js'
import type { Joining } from './joining.js'
import type { NodeLog, NodeState } from './memory.js'
import type { WaitingRoom } from './waiting-room.js'

/** What a node has from whoever starts it. */
export type Surroundings = {
  /** Ends the wait for a cluster that has not begun. */
  readonly abort: AbortSignal
  readonly environment: Readonly<Record<string, string | undefined>>
  /** To standard output: for what a person must see, and no log may keep. */
  readonly print: (text: string) => void
}

export type Opened = {
  readonly config: Config
  readonly surroundings: Surroundings
  readonly log: Log
  readonly closing: Closing
  readonly nodeLog: NodeLog
  readonly joining: Joining
  readonly members: readonly BootstrapMember[]
  readonly state: NodeState
  readonly identity: IdentityTools
  readonly room: WaitingRoom
  /** Says that the node cannot go on; the first word counts. */
  readonly fail: (error: Error) => void
  readonly failed: Promise<Error>
}

/** A node that takes part in its cluster. */
export type RunningMember = {
  readonly driver: RaftDriver
  readonly gateway: Gateway
  readonly comparison: Comparison
  readonly registry: ReturnType<typeof createRegistry>
}
