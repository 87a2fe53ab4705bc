// What a reservation is converted to, behind a code for what that is.
import type { ConvertReservationCommand } from '../../ledger/index.js'
import { encodeFacts, readFacts } from './facts.js'
import type { Fields } from './fields.js'

type To = ConvertReservationCommand['to']

const codes = { region: 0, host: 1 } as const

export function encodeConversion(to: To): unknown[] {
  if ('region' in to) {
    const { name, owner, description, tags } = to.region
    return [codes.region, name, owner, description, tags]
  }
  const { hostname, description, tags, facts } = to.host
  return [codes.host, hostname, description, tags, encodeFacts(facts)]
}

/** @throws a full sentence on damage. */
export function readConversion(fields: Fields): To {
  const code = fields.count()
  if (code === codes.region) return { region: readRegion(fields) }
  if (code === codes.host) return { host: readHost(fields) }
  throw new Error(`A reservation.convert command is damaged: it has the unknown code ${code}.`)
}

function readRegion(fields: Fields) {
  return {
    name: fields.text(),
    owner: fields.textOrNull(),
    description: fields.textOrNull(),
    tags: fields.texts(),
  }
}

function readHost(fields: Fields) {
  return {
    hostname: fields.text(),
    description: fields.textOrNull(),
    tags: fields.texts(),
    facts: readFacts(fields.raw()),
  }
}
