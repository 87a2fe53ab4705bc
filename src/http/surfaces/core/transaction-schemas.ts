// Steps of a transaction: the bodies of their own endpoints, and where a step may be named instead of what it made.
import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox'
import { BULK_STEPS_MAX } from '../../../ledger/index.js'
import { idText, numberText, poolName, revision, strict } from '../../schema-parts.js'
import { SAYS } from '../../validation.js'
import { Block, BlockRelease, IpPool, NewBlock, NewIpPool } from '../pools/ip-schemas.js'
import { NewNumber, NewNumberPool, NumberClaim, NumberPool } from './number-schemas.js'
import { Allocation, Network, NewAllocation, NewNetwork } from './schemas.js'

const StepReference = Type.Object(
  { step: Type.Integer({ minimum: 0, maximum: BULK_STEPS_MAX - 1 }) },
  {
    title: 'StepReference',
    description: 'What that earlier step made; counted from 0.',
    ...strict,
  },
)

/** @param says what the value is, with its article: "a network's id" */
const orStep = <Value extends TSchema>(value: Value, says: string) =>
  Type.Union([value, StepReference], {
    [SAYS]: `it must be ${says}, or {"step": n} for what an earlier step made`,
  })

const networkId = orStep(idText('net-123'), "a network's id")
const cidr = orStep(Type.String({ minLength: 1, maxLength: 64 }), 'a CIDR')
const pool = orStep(poolName, "a pool's name")

const { cidr: _cidr, parent: _parent, ...networkRest } = NewNetwork.properties
const { network_id: _networkId, ...allocationRest } = NewAllocation.properties
const { cidr: _poolCidr, pool_type: poolType, ...poolRest } = NewIpPool.properties

const step = <Fields extends TProperties>(title: string, fields: Fields) =>
  Type.Object(fields, { title, ...strict })

const steps = {
  create_network: step('CreateNetworkStep', {
    cidr: Type.Optional(cidr),
    parent: Type.Optional(networkId),
    ...networkRest,
  }),
  create_pool: step('CreatePoolStep', { cidr, pool_type: Type.Optional(poolType), ...poolRest }),
  create_number_pool: NewNumberPool,
  allocate: step('AllocateStep', { network_id: networkId, ...allocationRest }),
  allocate_block: step('AllocateBlockStep', { pool, ...NewBlock.properties }),
  allocate_number: step('AllocateNumberStep', { pool, ...NewNumber.properties }),
  release: step('ReleaseStep', {
    id: orStep(idText('alloc-789'), "an allocation's id"),
    revision: Type.Optional(revision),
  }),
  release_block: step('ReleaseBlockStep', {
    pool: poolName,
    ...BlockRelease.properties,
    revision: Type.Optional(revision),
  }),
  release_number: step('ReleaseNumberStep', {
    pool: poolName,
    value: numberText,
    revision: Type.Optional(revision),
  }),
}

type Steps = typeof steps
export type StepKind = keyof Steps
export type StepBody<Kind extends StepKind> = Static<Steps[Kind]>

const optional = Object.fromEntries(
  Object.entries(steps).map(([kind, body]) => [kind, Type.Optional(body as TSchema)]),
)

const Step = Type.Object(optional, {
  title: 'TransactionStep',
  description: 'Exactly one of them.',
  minProperties: 1,
  maxProperties: 1,
  ...strict,
})

export const Transaction = Type.Object(
  { steps: Type.Array(Step, { minItems: 1, maxItems: BULK_STEPS_MAX }) },
  {
    title: 'Transaction',
    description: 'All of it happens, in order and at one revision, or none of it.',
    ...strict,
  },
)

const results = [Network, Allocation, IpPool, Block, NumberPool, NumberClaim]

export const TransactionResult = Type.Object(
  {
    results: Type.Array(Type.Union(results), {
      description: 'What each step made or released, as its own endpoint shows it.',
    }),
  },
  { title: 'TransactionResult', ...strict },
)
