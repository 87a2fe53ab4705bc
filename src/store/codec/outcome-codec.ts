// Outcomes as they are kept for retries: compact arrays in a fixed order, so that equal outcomes are equal bytes.

import type { NumberFigures, Outcome, PoolFigures, Refusal, Result } from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import {
  encodeCustomField,
  encodeSettings,
  encodeTag,
  readCustomField,
  readSettings,
  readTag,
} from './catalogue-codec.js'
import {
  encodeAllocation,
  encodeNetwork,
  encodeVrf,
  readAllocation,
  readNetwork,
  readVrf,
} from './entity-codec.js'
import { Fields } from './fields.js'
import { encodeApiToken, encodeUser, readApiToken, readUser } from './identity-codec.js'
import { encodeJob, encodeTagOutcomes, readJob, readTagOutcomes } from './job-command-codec.js'
import { encodeNumber, encodeNumberPool, readNumber, readNumberPool } from './number-codec.js'
import { packAs, unpackAs } from './packed.js'
import {
  encodeFilter,
  encodeNotification,
  encodeRule,
  encodeShare,
  readFilter,
  readNotification,
  readRule,
  readShare,
} from './personal-codec.js'
import { encodeComment, encodeCountry, readComment, readCountry } from './region-codec.js'
import { encodeReservation, readReservation } from './reservation-codec.js'
import { encodeWebhook, readWebhook } from './webhook-command-codec.js'

const OUTCOMES_FORMAT = 1

const resultCodes = {
  none: 0,
  vrf: 1,
  network: 2,
  allocation: 3,
  bulk: 4,
  slice: 5,
  pool: 6,
  block: 7,
  'number-pool': 8,
  number: 9,
  transaction: 10,
  user: 11,
  'api-token': 12,
  login: 13,
  tag: 20,
  'custom-field': 21,
  settings: 22,
  reservation: 30,
  conversion: 31,
  country: 40,
  'region-retired': 41,
  comment: 42,
  share: 50,
  preferences: 51,
  filter: 52,
  notification: 53,
  rule: 54,
  webhook: 60,
  tagged: 61,
  job: 62,
} as const satisfies Record<Result['type'], number>

/** A session's outcomes of one batch: sequence and outcome. */
export type NumberedOutcome = readonly [sequence: number, outcome: Outcome]

export function encodeOutcomes(outcomes: readonly NumberedOutcome[]): Uint8Array {
  const values = outcomes.map(([sequence, outcome]) => [sequence, outcomeFields(outcome)])
  return packAs(OUTCOMES_FORMAT, values)
}

/** @throws a full sentence on damage. */
export function decodeOutcomes(bytes: Uint8Array): NumberedOutcome[] {
  const what = 'A stored outcome'
  const list = new Fields([unpackAs(OUTCOMES_FORMAT, bytes, what)], what)
  return list.list(item => [item.count(), readOutcome(item.fields())])
}

export function encodeOutcome(outcome: Outcome): Uint8Array {
  return packAs(OUTCOMES_FORMAT, outcomeFields(outcome))
}

/** @throws a full sentence on damage. */
export function decodeOutcome(bytes: Uint8Array): Outcome {
  const what = 'A stored outcome'
  return readOutcome(new Fields(unpackAs(OUTCOMES_FORMAT, bytes, what), what))
}

/** [revision, original revision, ok, result or refusal]. */
export function outcomeFields(outcome: Outcome): unknown[] {
  const { revision, originalRevision } = outcome
  return outcome.ok
    ? [revision, originalRevision, true, resultFields(outcome.result)]
    : [revision, originalRevision, false, outcome.refusal]
}

function readOutcome(fields: Fields): Outcome {
  const numbers = { revision: fields.count(), originalRevision: fields.count() }
  const outcome: Outcome = fields.boolean()
    ? { ...numbers, ok: true, result: readResult(fields.fields()) }
    : { ...numbers, ok: false, refusal: readRefusal(fields.raw()) }
  fields.end()
  return outcome
}

function resultFields(result: Result): unknown[] {
  const code = resultCodes[result.type]
  switch (result.type) {
    case 'none':
      return [code]
    case 'vrf':
      return [code, ...encodeVrf(result.vrf)]
    case 'network':
      return [code, ...encodeNetwork(result.network)]
    case 'allocation':
      return [code, ...encodeAllocation(result.allocation)]
    case 'bulk':
      return [code, result.allocations.map(encodeAllocation)]
    case 'slice':
      return [code, result.rows, result.more]
    case 'pool': {
      const { total, allocated, available } = result.figures
      return [code, encodeNetwork(result.network), total, allocated, available]
    }
    case 'block':
      return [code, encodeAllocation(result.allocation), encodeNetwork(result.network)]
    case 'number-pool': {
      const { total, allocated, available } = result.figures
      return [code, encodeNumberPool(result.pool), total, allocated, available]
    }
    case 'number':
      return [code, encodeNumber(result.number), encodeNumberPool(result.pool)]
    case 'user':
      return [code, ...encodeUser(result.user)]
    case 'api-token':
      return [code, ...encodeApiToken(result.token)]
    case 'login':
      return [code, result.failures, result.lockedUntilMs]
    case 'tag':
      return [code, ...encodeTag(result.tag)]
    case 'custom-field':
      return [code, ...encodeCustomField(result.field)]
    case 'settings':
      return [code, ...encodeSettings(result.settings)]
    case 'reservation':
      return [code, ...encodeReservation(result.reservation)]
    case 'share':
      return [code, ...encodeShare(result.share)]
    case 'preferences':
      return [code, result.updatedMs]
    case 'filter':
      return [code, ...encodeFilter(result.filter)]
    case 'notification':
      return [code, ...encodeNotification(result.notification)]
    case 'rule':
      return [code, ...encodeRule(result.rule)]
    case 'webhook':
      return [code, ...encodeWebhook(result.webhook)]
    case 'tagged':
      return [code, encodeTagOutcomes(result.outcomes)]
    case 'job':
      return [code, ...encodeJob(result.job)]
    case 'conversion': {
      const { reservation, network, allocation } = result
      const made = [network && encodeNetwork(network), allocation && encodeAllocation(allocation)]
      return [code, encodeReservation(reservation), ...made]
    }
    case 'country':
      return [code, ...encodeCountry(result.country)]
    case 'region-retired':
      return [code, result.hosts]
    case 'comment':
      return [code, ...encodeComment(result.comment)]
    case 'transaction':
      return [code, result.results.map(resultFields)]
    default:
      return unreachable(result, 'result')
  }
}

function readResult(fields: Fields): Result {
  const code = fields.count()
  const result =
    code === resultCodes.transaction
      ? { type: 'transaction' as const, results: fields.list(readStepResult) }
      : readResultOf(code, fields)
  fields.end()
  return result
}

/** A step is never a transaction itself, so that damage cannot nest without end. */
function readStepResult(fields: Fields): Result {
  const result = readResultOf(fields.count(), fields)
  fields.end()
  return result
}

function readResultOf(code: number, fields: Fields): Result {
  switch (code) {
    case resultCodes.none:
      return { type: 'none' }
    case resultCodes.vrf:
      return { type: 'vrf', vrf: readVrf(fields) }
    case resultCodes.network:
      return { type: 'network', network: readNetwork(fields) }
    case resultCodes.allocation:
      return { type: 'allocation', allocation: readAllocation(fields) }
    case resultCodes.bulk:
      return { type: 'bulk', allocations: fields.list(readAllocation) }
    case resultCodes.slice:
      return { type: 'slice', rows: fields.count(), more: fields.boolean() }
    case resultCodes.user:
      return { type: 'user', user: readUser(fields) }
    case resultCodes['api-token']:
      return { type: 'api-token', token: readApiToken(fields) }
    case resultCodes.login:
      return { type: 'login', failures: fields.count(), lockedUntilMs: fields.numberOrNull() }
    case resultCodes.tag:
      return { type: 'tag', tag: readTag(fields) }
    case resultCodes['custom-field']:
      return { type: 'custom-field', field: readCustomField(fields) }
    case resultCodes.settings:
      return { type: 'settings', settings: readSettings(fields) }
    case resultCodes.reservation:
      return { type: 'reservation', reservation: readReservation(fields) }
    case resultCodes.share:
      return { type: 'share', share: readShare(fields) }
    case resultCodes.preferences:
      return { type: 'preferences', updatedMs: fields.number() }
    case resultCodes.filter:
      return { type: 'filter', filter: readFilter(fields) }
    case resultCodes.notification:
      return { type: 'notification', notification: readNotification(fields) }
    case resultCodes.rule:
      return { type: 'rule', rule: readRule(fields) }
    case resultCodes.webhook:
      return { type: 'webhook', webhook: readWebhook(fields) }
    case resultCodes.tagged:
      return { type: 'tagged', outcomes: readTagOutcomes(fields) }
    case resultCodes.job:
      return { type: 'job', job: readJob(fields) }
    case resultCodes.conversion:
      return {
        type: 'conversion',
        reservation: readWhole(fields, readReservation),
        network: fields.skipNull() ? null : readWhole(fields, readNetwork),
        allocation: fields.skipNull() ? null : readWhole(fields, readAllocation),
      }
    case resultCodes.country:
      return { type: 'country', country: readCountry(fields) }
    case resultCodes['region-retired']:
      return { type: 'region-retired', hosts: fields.count() }
    case resultCodes.comment:
      return { type: 'comment', comment: readComment(fields) }
    case resultCodes.pool:
      return { type: 'pool', network: readWhole(fields, readNetwork), figures: readSizes(fields) }
    case resultCodes.block:
      return {
        type: 'block',
        allocation: readWhole(fields, readAllocation),
        network: readWhole(fields, readNetwork),
      }
    case resultCodes['number-pool']:
      return {
        type: 'number-pool',
        pool: readWhole(fields, readNumberPool),
        figures: readCounts(fields),
      }
    case resultCodes.number:
      return {
        type: 'number',
        number: readWhole(fields, readNumber),
        pool: readWhole(fields, readNumberPool),
      }
    default:
      throw new Error(`A stored outcome has the unknown result ${code}.`)
  }
}

/** The next field is an entity. */
function readWhole<T>(fields: Fields, read: (fields: Fields) => T): T {
  const inner = fields.fields()
  const entity = read(inner)
  inner.end()
  return entity
}

function readSizes(fields: Fields): PoolFigures {
  return { total: fields.bigint(), allocated: fields.bigint(), available: fields.bigint() }
}

function readCounts(fields: Fields): NumberFigures {
  return { total: fields.count(), allocated: fields.count(), available: fields.count() }
}

/** Refusals are kept as the objects that they are: they are rare, and each has fields of its own. */
function readRefusal(value: unknown): Refusal {
  if (typeof value !== 'object' || value === null || !('code' in value)) {
    throw new Error('A stored outcome is damaged: its refusal has no code.')
  }
  return value as Refusal
}
