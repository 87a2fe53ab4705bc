// Who a node says it is in a handshake, checked field by field as it arrives from the network.
import type { NodeId } from '../core/index.js'
import type { BootstrapMember } from '../data-directory/identity.js'
import { ADDRESS_LENGTH_MAX, LISTED_NODES_MAX, PROGRAM_LENGTH_MAX } from './limits.js'

/** A line of the configured `nodes` list. */
export type ListedNode = {
  readonly nodeId: NodeId
  readonly raftAddress: string
  readonly apiAddress: string
}

export type NodeIdentity = {
  /** The documents' integer label. */
  readonly clusterId: number
  /** null until the node has applied the cluster's first entry. */
  readonly clusterUuid: string | null
  readonly nodeId: NodeId
  /** Made once for each data directory. */
  readonly dataUuid: string
  readonly raftAddress: string
  readonly apiAddress: string
  /** No entry, no snapshot, no term and no vote on its disk. */
  readonly logEmpty: boolean
  /** The configured list, ascending by id; empty with --join and standalone. */
  readonly listed: readonly ListedNode[]
  /** Version of its program, for people; empty when it does not say. */
  readonly program: string
  /** Highest version of commands that its program applies. Programs that do not say apply the first. */
  readonly commandVersion: number
  /** The recorded beginning of its cluster, ascending by id; null while it has none. */
  readonly beginning: readonly BootstrapMember[] | null
}

const UUID = /^[0-9A-Za-z-]{1,64}$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const CONTROL = /[\u0000-\u001f\u007f]/

/** The identity in a parsed handshake body, or null when any field is missing or out of range. */
export function readIdentity(value: unknown): NodeIdentity | null {
  if (!isObject(value)) return null
  const { clusterId, clusterUuid, nodeId, dataUuid, raftAddress, apiAddress, logEmpty } = value
  if (!isCount(clusterId) || !isNodeId(nodeId)) return null
  if (clusterUuid !== null && !isUuid(clusterUuid)) return null
  if (!isUuid(dataUuid) || !isAddress(raftAddress) || !isAddress(apiAddress)) return null
  if (typeof logEmpty !== 'boolean') return null
  const { program = '', commandVersion = 1 } = value
  if (!isProgram(program) || !isCount(commandVersion)) return null
  const listed = readList(value.listed, readListedNode)
  const beginning = value.beginning === null ? null : readList(value.beginning, readMember)
  if (listed === null || (beginning === null && value.beginning !== null)) return null
  return {
    clusterId,
    clusterUuid,
    nodeId,
    dataUuid,
    raftAddress,
    apiAddress,
    logEmpty,
    program,
    commandVersion,
    listed,
    beginning,
  }
}

function readListedNode(value: Readonly<Record<string, unknown>>): ListedNode | null {
  const { nodeId, raftAddress, apiAddress } = value
  if (!isNodeId(nodeId) || !isAddress(raftAddress) || !isAddress(apiAddress)) return null
  return { nodeId, raftAddress, apiAddress }
}

function readMember(value: Readonly<Record<string, unknown>>): BootstrapMember | null {
  const node = readListedNode(value)
  return node !== null && isUuid(value.dataUuid) ? { ...node, dataUuid: value.dataUuid } : null
}

/** Ascending by id, each id once. */
function readList<T extends ListedNode>(
  value: unknown,
  read: (item: Readonly<Record<string, unknown>>) => T | null,
): T[] | null {
  if (!Array.isArray(value) || value.length > LISTED_NODES_MAX) return null
  const nodes: T[] = []
  for (const item of value) {
    const node = isObject(item) ? read(item) : null
    if (node === null || node.nodeId <= (nodes.at(-1)?.nodeId ?? 0)) return null
    nodes.push(node)
  }
  return nodes
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number from 0 that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

export function isNodeId(value: unknown): value is NodeId {
  return isCount(value) && value > 0
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value)
}

function isProgram(value: unknown): value is string {
  return typeof value === 'string' && value.length <= PROGRAM_LENGTH_MAX && !CONTROL.test(value)
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= ADDRESS_LENGTH_MAX && !CONTROL.test(value)
}
