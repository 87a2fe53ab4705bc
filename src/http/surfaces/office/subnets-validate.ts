// POST /api/subnets/validate: whether a subnet could be made of a text, and what lies around it (CONTRACT.md D-13).
import { DEFAULT_VRF_ID, formatCidr, type Network, parseCidr } from '../../../ledger/index.js'
import type { Surroundings } from '../../../store/index.js'
import type { Call } from '../../call.js'
import type { Wording } from '../../language.js'
import { defineRoute } from '../../route.js'
import * as schemas from './subnets-schemas.js'

const INSIDE_MAX = 100

export const validateSubnet = defineRoute({
  method: 'POST',
  paths: ['/api/subnets/validate'],
  id: 'validateSubnet',
  tag: 'Subnets',
  summary: 'See whether a subnet could be made',
  description: 'Nothing is made. Subnets may lie in one another.',
  permission: 'read',
  reads: true,
  body: schemas.Wish,
  answers: { 200: { description: 'What is to be said of it.', schema: schemas.Verdict } },
  handle: async (call, { body }) => {
    await call.awaitRead()
    const cidr = parseCidr(body.network.trim())
    if ('reason' in cidr) return verdict(call, false, malformed, [])
    const around = call.app.store.reads.surroundings(DEFAULT_VRF_ID, cidr, INSIDE_MAX)
    const { exact } = around
    if (exact === null) return verdict(call, true, fine, overlapping(around))
    const isThere = exact.subnet !== null
    return verdict(call, !isThere, isThere ? taken : known, overlapping(around))
  },
})

const malformed: Wording = {
  en: 'This is no network; write it as a CIDR, like 192.168.1.0/24.',
  zh: '无效的网段格式，请使用CIDR格式如192.168.1.0/24',
}
const taken: Wording = { en: 'This subnet exists already.', zh: '网段已存在' }
const known: Wording = {
  en: 'A network is there already, and can be made a subnet.',
  zh: '该网络已存在，可以创建为网段',
}
const fine: Wording = { en: 'A subnet can be made of this network.', zh: '网段验证通过' }

function verdict(call: Call, is_valid: boolean, wording: Wording, overlapping_subnets: object[]) {
  const body = { is_valid, message: wording[call.language], overlapping_subnets }
  return { status: 200, body: JSON.stringify(body) }
}

function overlapping({ exact, containing, inside }: Surroundings): object[] {
  const same = exact === null ? [] : [exact]
  return [
    ...same.map(present('same')),
    ...containing.map(present('contains')),
    ...inside.map(present('inside')),
  ]
}

const present = (relation: 'same' | 'contains' | 'inside') => (network: Network) => ({
  id: network.id,
  network: formatCidr(network),
  relation,
})
