// What the core surface says of the service itself: health, cluster, audit log (document 002).
import { Type } from '@sinclair/typebox'

const strict = { additionalProperties: false }

export const Health = Type.Object(
  {
    status: Type.String({ enum: ['healthy', 'unhealthy'] }),
    service: Type.String(),
    cluster_mode: Type.Boolean(),
    version: Type.String(),
    uptime: Type.String({ examples: ['2h30m15s'] }),
    reason: Type.Optional(Type.String({ description: 'Why it is unhealthy.' })),
  },
  { title: 'Health', ...strict },
)

const Member = Type.Object(
  {
    node_id: Type.Integer(),
    addr: Type.String({ description: "host:port of the node's Raft link; empty when unknown." }),
    role: Type.String({ enum: ['leader', 'follower', 'learner'] }),
    api_addr: Type.String(),
    match_index: Type.Integer({ nullable: true, description: 'Null when no leader answers.' }),
    lag: Type.Integer({ nullable: true, description: "Entries behind the leader's last." }),
    active: Type.Boolean({ nullable: true, description: 'Heard from within an election timeout.' }),
    progress: Type.String({ nullable: true, enum: ['probe', 'replicate', 'snapshot'] }),
    leaving: Type.Boolean({ description: 'It is being removed or replaced.' }),
    replaces: Type.Integer({
      nullable: true,
      description: 'The node whose place it takes once it has caught up.',
    }),
    program: Type.String({
      nullable: true,
      description: 'Version of its program, as the asked node met it; null when it has not.',
    }),
    command_version: Type.Integer({
      nullable: true,
      description:
        'Highest version of commands that this program applies. A newer command waits until every node is known to apply it.',
    }),
    held: Type.String({
      nullable: true,
      description:
        'Why its removal or promotion is not carried out now; null when nothing holds it.',
    }),
  },
  { title: 'Member', ...strict },
)

export const ClusterStatus = Type.Object(
  {
    node_id: Type.Integer(),
    cluster_id: Type.Integer(),
    role: Type.String({ enum: ['leader', 'follower', 'candidate'] }),
    raft_state: Type.String({
      enum: ['StateLeader', 'StateFollower', 'StateCandidate', 'StatePreCandidate'],
    }),
    members: Type.Array(Member),
    leader_id: Type.Integer({ nullable: true }),
    term: Type.Integer(),
    commit_index: Type.Integer(),
    applied_index: Type.Integer(),
    first_index: Type.Integer(),
    last_index: Type.Integer(),
    leader_heard_ms: Type.Number({ nullable: true }),
    membership_changing: Type.Boolean(),
    command_version: Type.Integer({
      description: 'Highest version of a command in the state; no older program can be a member.',
    }),
    removed: Type.Boolean({
      description: 'This node is no member any more; the rest is what it knew last.',
    }),
    cluster_uuid: Type.String({ nullable: true }),
    change_head: Type.Object(
      { revision: Type.Integer(), n: Type.Integer(), hash: Type.String() },
      { description: 'Hash of the last change: equal applied index, equal hash.', ...strict },
    ),
  },
  { title: 'ClusterStatus', ...strict },
)

export const StateHash = Type.Object(
  { applied_index: Type.Integer(), hash: Type.String() },
  { title: 'StateHash', ...strict },
)

export const Effects = Type.Object(
  {
    enabled: Type.Boolean({
      description: 'False: no lease or hold ends, and no history is pruned.',
    }),
  },
  { title: 'Effects', ...strict },
)

const nodeId = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const address = { minLength: 1, maxLength: 300 }

export const NewMember = Type.Object(
  {
    node_id: Type.Integer(nodeId),
    addr: Type.String({ ...address, description: 'host:port of its Raft link.' }),
    api_addr: Type.Optional(
      Type.String({ ...address, description: 'host:port of its HTTP surfaces; else it is asked.' }),
    ),
  },
  { title: 'NewMember', ...strict },
)

export const Replacement = Type.Object(
  {
    old_node_id: Type.Integer({ ...nodeId, description: 'The member that goes.' }),
    ...NewMember.properties,
  },
  { title: 'Replacement', ...strict },
)

export const Kept = Type.Object(
  { node_id: Type.Integer({ ...nodeId, description: 'The member that stays.' }) },
  { title: 'Kept', ...strict },
)

export const Transfer = Type.Object(
  {
    node_id: Type.Optional(
      Type.Integer({ ...nodeId, description: 'Who is to lead; else the voter that has most.' }),
    ),
  },
  { title: 'Transfer', ...strict },
)

export const AuditEntry = Type.Object(
  {
    timestamp: Type.String(),
    action: Type.String({ examples: ['network_created'] }),
    resource: Type.String({ examples: ['net-123'] }),
    details: Type.String({ examples: ['Created network 192.168.1.0/24'] }),
    user: Type.String(),
    revision: Type.Integer(),
    n: Type.Integer(),
  },
  { title: 'AuditEntry', ...strict },
)

export const WatchEvent = Type.Object(
  {
    revision: Type.Integer(),
    n: Type.Integer({ description: 'Counts the changes of one revision from 0.' }),
    time: Type.String(),
    action: Type.String(),
    resource: Type.String(),
    before: Type.Object({}, { nullable: true, additionalProperties: true }),
    after: Type.Object({}, { nullable: true, additionalProperties: true }),
    user: Type.String(),
  },
  { title: 'WatchEvent', ...strict },
)
