// The ledger's integers as UUIDs, which is what document 001 calls its ids: UUIDv8 (RFC 9562, 5.8), made of the number, what kind of thing
// it is the number of, and the cluster. So nothing is stored or looked up, and a text that is none of ours names nothing.
import { createHash } from 'node:crypto'

const kinds = [
  'region',
  'host',
  'comment',
  'share',
  'filter',
  'notification',
  'rule',
  'webhook',
  'job',
] as const
export type UuidKind = (typeof kinds)[number]

const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-(8[0-9a-f]{3})-([89ab][0-9a-f]{3})-([0-9a-f]{12})$/
/** 48 bits. */
const ID_MAX = 2 ** 48 - 1

/** Of a number of the cluster's. @param space UUID of the cluster that it is of. @param id 1 to 2^48 - 1 */
export function uuidIn(space: string, kind: UuidKind, id: number): string {
  const digits = id.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}-${tailOf(space, kind)}`
}

/** @returns null when it is no UUID of that kind of that cluster */
export function idIn(space: string, kind: UuidKind, text: string): number | null {
  const [, high, low, ...tail] = UUID.exec(text.toLowerCase()) ?? []
  if (high === undefined || low === undefined) return null
  const id = Number.parseInt(high + low, 16)
  return tail.join('-') === tailOf(space, kind) && id > 0 && id <= ID_MAX ? id : null
}

/** Of what has no number, and is the same whoever makes it of the same parts: deliveries. */
function hashedUuid(space: string, ...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256')
    .update([space, ...parts].join(' '))
    .digest('hex')
  const variant = ((Number.parseInt(hash.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(18, 20)}-${hash.slice(20, 32)}`
}

const tails = new Map<string, string>()

/** What all UUIDs of a kind have in common. */
function tailOf(space: string, kind: UuidKind): string {
  const key = `${space} ${kind}`
  const known = tails.get(key)
  if (known !== undefined) return known
  const number = kinds.indexOf(kind).toString(16).padStart(3, '0')
  const hash = createHash('sha256').update(key).digest('hex')
  const variant = ((Number.parseInt(hash.slice(0, 2), 16) & 0x3f) | 0x80).toString(16)
  const tail = `8${number}-${variant}${hash.slice(2, 4)}-${hash.slice(4, 16)}`
  // As many clusters as a process ever meets: one, and another one after a restore.
  tails.set(key, tail)
  return tail
}

/** Of all attempts to tell one Change to one webhook, whoever leads; X-IPAM-Delivery and the history of deliveries have it. */
export function deliveryUuid(
  space: string,
  webhookId: number,
  { revision, n }: { readonly revision: number; readonly n: number },
): string {
  return hashedUuid(space, 'delivery', webhookId, revision, n)
}
