// What a node knows of each of its peers, as metrics: on a leader how far each is, on every node what its links carry.
// Series are made from the members of now, so that those of a removed node disappear; there are at most MEMBERS_MAX.
import {
  addGauge,
  addLabelledCounter,
  addLabelledGauge,
  type createRegistry,
  type Labelled,
} from '../observe/index.js'
import type { PeerLinkTraffic, RaftStatus, SnapshotsUnderWay } from '../raft/index.js'

type Registry = ReturnType<typeof createRegistry>

export type PeerMetricsParts = {
  readonly raft: { status(): RaftStatus; snapshotsUnderWay(): SnapshotsUnderWay }
  readonly traffic: () => readonly PeerLinkTraffic[]
  readonly clock: { monotonicMs(): number }
}

const STATES = ['probe', 'replicate', 'snapshot'] as const

export function addPeerMetrics(registry: Registry, parts: PeerMetricsParts): void {
  addProgress(registry, parts)
  addLinks(registry, parts)
  addSnapshots(registry, parts)
}

/** Only a leader knows; on the others these have no series. */
function addProgress(registry: Registry, { raft }: PeerMetricsParts): void {
  type Progress = RaftStatus['progress'][number]
  const gauge = (name: string, help: string, read: (peer: Progress, lastIndex: number) => number) =>
    addLabelledGauge(registry, { name, help, labels: ['peer'] }, () => {
      const { nodeId, lastIndex, progress } = raft.status()
      const others = progress.filter(peer => peer.nodeId !== nodeId)
      return others.map(peer => labelled(peer.nodeId, read(peer, lastIndex)))
    })
  gauge(
    'raft_peer_match_index',
    'On the leader: last entry known to be on the disk of the peer',
    ({ match }) => match,
  )
  gauge(
    'raft_peer_lag_entries',
    'On the leader: entries that the peer is behind',
    ({ match }, lastIndex) => Math.max(0, lastIndex - match),
  )
  gauge(
    'raft_peer_active',
    'On the leader: 1 when the peer was heard within an election timeout',
    ({ active }) => (active ? 1 : 0),
  )
  gauge(
    'raft_peer_inflight_messages',
    'On the leader: appends on their way to the peer, not answered yet',
    ({ inflightMessages }) => inflightMessages,
  )
  gauge(
    'raft_peer_inflight_bytes',
    'On the leader: bytes of these appends',
    ({ inflightBytes }) => inflightBytes,
  )
  const name = 'raft_peer_state'
  const help = 'On the leader: 1 for the way in which the peer is sent entries'
  addLabelledGauge(registry, { name, help, labels: ['peer', 'state'] }, () => {
    const { nodeId, progress } = raft.status()
    return progress
      .filter(peer => peer.nodeId !== nodeId)
      .flatMap(peer =>
        STATES.map(state => {
          const labels = { peer: String(peer.nodeId), state }
          return { labels, value: peer.state === state ? 1 : 0 }
        }),
      )
  })
}

function addLinks(registry: Registry, { traffic, clock }: PeerMetricsParts): void {
  const read = (value: (peer: PeerLinkTraffic) => number) => () =>
    traffic().map(peer => labelled(peer.nodeId, value(peer)))
  const counter = (name: string, help: string, value: (peer: PeerLinkTraffic) => number) =>
    addLabelledCounter(registry, { name, help, labels: ['peer'] }, read(value))
  counter('peer_frames_sent_total', 'Frames sent to the peer', ({ framesSent }) => framesSent)
  counter('peer_bytes_sent_total', 'Bytes of these frames', ({ bytesSent }) => bytesSent)
  counter(
    'peer_frames_received_total',
    'Frames that came from the peer',
    ({ framesReceived }) => framesReceived,
  )
  counter(
    'peer_bytes_received_total',
    'Bytes of these frames',
    ({ bytesReceived }) => bytesReceived,
  )
  addLabelledGauge(
    registry,
    { name: 'peer_connected', help: '1 while the link to the peer stands', labels: ['peer'] },
    read(({ connected }) => (connected ? 1 : 0)),
  )
  const name = 'peer_last_contact_seconds'
  const help = 'Since the last sign of life of the peer; no series before the first'
  addLabelledGauge(registry, { name, help, labels: ['peer'] }, () =>
    traffic().flatMap(({ nodeId, heardMs }) =>
      heardMs === null ? [] : [labelled(nodeId, (clock.monotonicMs() - heardMs) / 1000)],
    ),
  )
}

/** Those of peers only while a snapshot is on its way to them. */
function addSnapshots(registry: Registry, { raft }: PeerMetricsParts): void {
  const sending = (name: string, help: string, which: 'bytes' | 'bytesTotal') =>
    addLabelledGauge(registry, { name, help, labels: ['peer'] }, () =>
      raft.snapshotsUnderWay().sending.map(each => labelled(each.nodeId, each[which])),
    )
  const receiving = (name: string, help: string, which: 'bytes' | 'bytesTotal') =>
    addGauge(registry, name, help, () => raft.snapshotsUnderWay().receiving?.[which] ?? 0)
  sending('raft_snapshot_sending_bytes', 'Bytes of the snapshot that the peer has', 'bytes')
  sending(
    'raft_snapshot_sending_size_bytes',
    'Size of that snapshot; 0 while it is taken',
    'bytesTotal',
  )
  receiving(
    'raft_snapshot_receiving_bytes',
    'Bytes of the incoming snapshot that are here; 0 when there is none',
    'bytes',
  )
  receiving('raft_snapshot_receiving_size_bytes', 'Size of that snapshot', 'bytesTotal')
}

function labelled(peer: number, value: number): Labelled {
  return { labels: { peer: String(peer) }, value }
}
