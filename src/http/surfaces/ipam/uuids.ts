// The ids of document 001, made for a call: UUIDs that stand for the ledger's numbers (src/lib/uuids.ts).
import type { HistoryPosition } from '../../../ledger/index.js'
import { deliveryUuid, idIn, type UuidKind, uuidIn } from '../../../lib/index.js'
import type { Call } from '../../call.js'

export type { UuidKind } from '../../../lib/index.js'

/** Of a number of the cluster's. @param id 1 to 2^48 - 1 */
export function uuidOf(call: Call, kind: UuidKind, id: number): string {
  return uuidIn(idSpaceOf(call), kind, id)
}

/** @returns null when it is no UUID of that kind of this cluster */
export function idOf(call: Call, kind: UuidKind, text: string): number | null {
  return idIn(idSpaceOf(call), kind, text)
}

/** Of all attempts to send one event to one webhook. */
export function deliveryOf(call: Call, webhookId: number, position: HistoryPosition): string {
  return deliveryUuid(idSpaceOf(call), webhookId, position)
}

function idSpaceOf({ app }: Call): string {
  const cluster = app.store.reads.cluster()
  return cluster?.idSpace ?? cluster?.clusterUuid ?? ''
}
