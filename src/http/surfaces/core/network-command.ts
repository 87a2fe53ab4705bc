// What a client asks to be a network, as the ledger's command.
import { DEFAULT_VRF_NAME, parseCidr, type StepReference } from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import { idOrStep } from '../../ids.js'
import type { NewNetwork } from './schemas.js'

/** In a transaction an earlier step may stand for the CIDR or the parent; elsewhere Ref is never. */
type NewNetworkIn<Ref> = Omit<NewNetwork, 'cidr' | 'parent'> & {
  cidr?: string | Ref
  parent?: string | Ref
}

/** @param prefix what stands before field names in errors: 'steps[3].create_network.' @throws ApiError 400, 404 */
export function networkCommand<Ref extends StepReference>(body: NewNetworkIn<Ref>, prefix: string) {
  return {
    type: 'network.create' as const,
    vrf: body.vrf ?? DEFAULT_VRF_NAME,
    place: body.cidr === undefined ? placeInParent(body, prefix) : placeAt(body.cidr, body, prefix),
    description: body.description ?? null,
    tags: body.tags ?? [],
    holdHours: body.hold_hours ?? 0,
  }
}

function placeAt<Ref>(cidr: string | Ref, body: NewNetworkIn<Ref>, prefix: string) {
  const { parent, prefix_length: prefixLength } = body
  if (parent !== undefined) throw invalid(`${prefix}parent`, parent, 'it does not go with cidr')
  if (prefixLength !== undefined)
    throw invalid(`${prefix}prefix_length`, prefixLength, 'it does not go with cidr')
  if (typeof cidr !== 'string') return { cidr }
  const parsed = parseCidr(cidr)
  if ('reason' in parsed) throw invalid(`${prefix}cidr`, cidr, parsed.reason)
  return { cidr }
}

function placeInParent<Ref>(body: NewNetworkIn<Ref>, prefix: string) {
  const { parent, prefix_length: prefixLength } = body
  if (parent === undefined)
    throw invalid(`${prefix}cidr`, null, 'a network needs a cidr, or a parent and a prefix_length')
  if (prefixLength === undefined)
    throw invalid(`${prefix}prefix_length`, null, 'the next free child of a parent needs one')
  if (body.vrf !== undefined) throw invalid(`${prefix}vrf`, body.vrf, 'it is that of the parent')
  return { parentId: idOrStep('Network', parent), prefixLength }
}
