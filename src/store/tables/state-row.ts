// The one row of `state`: how far the state has come, and what counts up. In memory between batches, written once a batch.
import type { ClusterIdentity, Member, Sequence } from '../../ledger/index.js'
import type { Membership } from '../../raft/index.js'
import type { Database, Statement } from '../open.js'

export type State = {
  appliedIndex: number
  appliedTerm: number
  appliedTimeMs: number
  /** On disk from the first batch on; null before. */
  membership: Membership | null
  cluster: ClusterIdentity | null
  /** Last number given. */
  readonly sequences: Record<Sequence, number>
  /** The last Change that was pruned; position 0 and zeros when none was. */
  anchorPosition: number
  anchorHash: Uint8Array
  /** The newest Change; equals the anchor when there is none. */
  headPosition: number
  headHash: Uint8Array
  /** Rows of `changes` and of `idempotency`: counting them would read the tables from end to end. */
  changeCount: number
  idempotencyCount: number
}

type Raw = {
  applied_index: number
  applied_term: number
  applied_time_ms: number
  membership: string | null
  cluster: string | null
  last_vrf_id: number
  last_network_id: number
  last_allocation_id: number
  last_pool_id: number
  last_block_id: number
  last_number_pool_id: number
  last_number_id: number
  last_user_id: number
  last_api_token_id: number
  last_tag_id: number
  last_custom_field_id: number
  last_reservation_id: number
  last_alert_id: number
  last_country_id: number
  last_comment_id: number
  last_share_id: number
  last_filter_id: number
  last_notification_id: number
  last_rule_id: number
  last_webhook_id: number
  last_delivery_id: number
  last_job_id: number
  anchor_position: number
  anchor_hash: Uint8Array
  head_position: number
  head_hash: Uint8Array
  change_count: number
  idempotency_count: number
}

export function readState(db: Database): State {
  const raw = db.prepare<[], Raw>('SELECT * FROM state').get()
  if (raw === undefined) throw new Error(`${db.name} is damaged: its table state is empty.`)
  return {
    appliedIndex: raw.applied_index,
    appliedTerm: raw.applied_term,
    appliedTimeMs: raw.applied_time_ms,
    membership: raw.membership === null ? null : JSON.parse(raw.membership),
    cluster: raw.cluster === null ? null : JSON.parse(raw.cluster),
    sequences: {
      vrf: raw.last_vrf_id,
      network: raw.last_network_id,
      allocation: raw.last_allocation_id,
      pool: raw.last_pool_id,
      block: raw.last_block_id,
      'number-pool': raw.last_number_pool_id,
      number: raw.last_number_id,
      user: raw.last_user_id,
      'api-token': raw.last_api_token_id,
      tag: raw.last_tag_id,
      'custom-field': raw.last_custom_field_id,
      reservation: raw.last_reservation_id,
      alert: raw.last_alert_id,
      country: raw.last_country_id,
      comment: raw.last_comment_id,
      share: raw.last_share_id,
      filter: raw.last_filter_id,
      notification: raw.last_notification_id,
      rule: raw.last_rule_id,
      webhook: raw.last_webhook_id,
      delivery: raw.last_delivery_id,
      job: raw.last_job_id,
    },
    anchorPosition: raw.anchor_position,
    anchorHash: raw.anchor_hash,
    headPosition: raw.head_position,
    headHash: raw.head_hash,
    changeCount: raw.change_count,
    idempotencyCount: raw.idempotency_count,
  }
}

export class StateWriter {
  readonly #update: Statement
  readonly #membershipText = rememberLast(membershipText)
  readonly #clusterText = rememberLast(clusterText)

  constructor(db: Database) {
    this.#update = db.prepare(
      `UPDATE state SET applied_index = ?, applied_term = ?, applied_time_ms = ?, membership = ?,
         cluster = ?, last_vrf_id = ?, last_network_id = ?, last_allocation_id = ?,
         last_pool_id = ?, last_block_id = ?, last_number_pool_id = ?, last_number_id = ?,
         last_user_id = ?, last_api_token_id = ?, last_tag_id = ?, last_custom_field_id = ?,
         last_reservation_id = ?, last_alert_id = ?, last_country_id = ?, last_comment_id = ?,
         last_share_id = ?, last_filter_id = ?, last_notification_id = ?, last_rule_id = ?,
         last_webhook_id = ?, last_delivery_id = ?, last_job_id = ?,
         anchor_position = ?, anchor_hash = ?, head_position = ?, head_hash = ?,
         change_count = ?, idempotency_count = ?`,
    )
  }

  write(state: State): void {
    this.#update.run(
      state.appliedIndex,
      state.appliedTerm,
      state.appliedTimeMs,
      state.membership === null ? null : this.#membershipText(state.membership),
      state.cluster === null ? null : this.#clusterText(state.cluster),
      state.sequences.vrf,
      state.sequences.network,
      state.sequences.allocation,
      state.sequences.pool,
      state.sequences.block,
      state.sequences['number-pool'],
      state.sequences.number,
      state.sequences.user,
      state.sequences['api-token'],
      state.sequences.tag,
      state.sequences['custom-field'],
      state.sequences.reservation,
      state.sequences.alert,
      state.sequences.country,
      state.sequences.comment,
      state.sequences.share,
      state.sequences.filter,
      state.sequences.notification,
      state.sequences.rule,
      state.sequences.webhook,
      state.sequences.delivery,
      state.sequences.job,
      state.anchorPosition,
      state.anchorHash,
      state.headPosition,
      state.headHash,
      state.changeCount,
      state.idempotencyCount,
    )
  }
}

/** They change once in a long while, and are written with every batch. */
function rememberLast<T extends object>(toText: (value: T) => string): (value: T) => string {
  let last: { readonly value: T; readonly text: string } | null = null
  return value => {
    if (last?.value !== value) last = { value, text: toText(value) }
    return last.text
  }
}

/** Fields in a fixed order: the text is part of the state hash, and must not tell who built the object. */
function membershipText(membership: Membership): string {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = membership
  return JSON.stringify({ voters, votersOutgoing, learners, learnersNext, autoLeave })
}

function clusterText(cluster: ClusterIdentity): string {
  const { clusterId, clusterUuid, members, removed, effects, commandVersion, idSpace } = cluster
  return JSON.stringify({
    clusterId,
    clusterUuid,
    members: members.map(orderedMember),
    ...(removed === undefined ? {} : { removed }),
    ...(effects === undefined ? {} : { effects }),
    ...(commandVersion === undefined ? {} : { commandVersion }),
    ...(idSpace === undefined ? {} : { idSpace }),
  })
}

function orderedMember(member: Member): Member {
  const { nodeId, raftAddress, apiAddress, dataUuid, leaving, forced, replaces } = member
  return {
    nodeId,
    raftAddress,
    apiAddress,
    dataUuid,
    ...(leaving === undefined ? {} : { leaving }),
    ...(forced === undefined ? {} : { forced }),
    ...(replaces === undefined ? {} : { replaces }),
  }
}
