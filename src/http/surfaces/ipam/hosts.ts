// /ipam/hosts: made, changed and released (CONTRACT.md I-3, I-4). What is to end is named by its id: nobody who comes between
// loses what he has.
import {
  type Allocation,
  formatAddress,
  type ReleaseAllocationCommand,
  type UpdateHostCommand,
} from '../../../ledger/index.js'
import { type ApiError, invalid } from '../../api-error.js'
import { demand } from '../../authorize.js'
import type { Call } from '../../call.js'
import { Refused } from '../../fail.js'
import { jsonWriter } from '../../json-writer.js'
import { ifMatchRevision } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { type Decided, expectAllocation, resultOf, submit } from '../../submit.js'
import { changed } from './answers.js'
import { everHost, notFound, requireId } from './found.js'
import { type HostSaid, hostFacts, newHost } from './host-facts.js'
import { hostText, presentHost } from './host-presenter.js'
import * as schemas from './host-schemas.js'
import { HOSTS_TAG, hostReadRoutes } from './hosts-read.js'
import { at, IPAM_PATH } from './paths.js'
import { tagListOf } from './tag-map.js'
import { idOf, uuidOf } from './uuids.js'

const tag = HOSTS_TAG
const one = at('/hosts/:id')

const writeMade = jsonWriter(schemas.MadeHosts)
const writeReleased = jsonWriter(schemas.Released)
const writeBulkReleased = jsonWriter(schemas.BulkReleased)

const createHost = defineRoute({
  method: 'POST',
  paths: at('/hosts'),
  id: 'ipamCreateHost',
  tag,
  summary: 'Create a host',
  description: 'At the lowest free address of a region. A name is its region’s once.',
  permission: 'allocate',
  body: schemas.NewHost,
  answers: { 201: { description: 'The host.', schema: schemas.Host } },
  handle: async (call, { body }) => {
    const decided = await submitHosts(call, body, [body.hostname])
    const [host] = resultOf(decided.result, 'bulk').allocations
    if (host === undefined) throw new Error('The ledger made no host of one name.')
    return hostAnswer(call, decided, host, `${IPAM_PATH}/hosts/${uuidOf(call, 'host', host.id)}`)
  },
})

/** Of the digits behind a name: prefix-001. */
const NUMBER_DIGITS = 3

const createHosts = defineRoute({
  method: 'POST',
  paths: at('/hosts/batch'),
  id: 'ipamCreateHosts',
  tag,
  summary: 'Create many hosts, all or none',
  description: 'At the lowest free addresses of a region, which need not be side by side.',
  permission: 'allocate',
  body: schemas.NewHosts,
  answers: { 201: { description: 'The hosts.', schema: schemas.MadeHosts } },
  handle: async (call, { body }) => {
    const names = Array.from(
      { length: body.count },
      (_, n) => `${body.hostname_prefix}-${String(n + 1).padStart(NUMBER_DIGITS, '0')}`,
    )
    const { result, headers } = await submitHosts(call, body, names).catch(ofPrefix)
    const { allocations } = resultOf(result, 'bulk')
    const hosts = allocations.map(host => presentHost(call, host))
    return { status: 201, body: writeMade({ hosts, count: hosts.length }), headers }
  },
})

/** What is wrong with a name is so with what it was made of. @throws Refused, or the error */
function ofPrefix(error: unknown): never {
  if (!(error instanceof Refused)) throw error
  const { refusal, headers } = error
  if (refusal.code !== 'invalid' || refusal.field !== 'hostname') throw error
  throw new Refused({ ...refusal, field: 'hostname_prefix' }, headers)
}

function submitHosts(
  call: Call,
  body: HostSaid & { readonly region_id: string },
  hostnames: readonly string[],
): Promise<Decided> {
  const regionId = requireId(call, 'region', body.region_id)
  return submit(call, { type: 'hosts.create', regionId, hostnames, ...newHost(body) }, body)
}

const updateHost = defineRoute({
  method: 'PATCH',
  paths: one,
  id: 'ipamUpdateHost',
  tag,
  summary: 'Change a host, or release it',
  description:
    'What is left out stays; `tags` takes the place of all that it had. The status Released releases it, and goes with nothing else.',
  permission: 'update',
  conditional: true,
  body: schemas.HostChange,
  answers: { 200: { description: 'The host as it is now.', schema: schemas.Host } },
  handle: async (call, { body }) => {
    const id = requireId(call, 'host', call.param('id'))
    const ifRevision = ifMatchRevision(call)
    if (isRelease(body)) {
      await demand(call, 'release')
      const decided = await release(call, { ifRevision }, body)
      return hostAnswer(call, decided, expectAllocation(decided.result))
    }
    const command = { type: 'host.update', id, ifRevision, set: setOf(body) } as const
    const decided = await submit(call, command, body)
    return hostAnswer(call, decided, expectAllocation(decided.result))
  },
})

type HostChange = HostSaid & { readonly hostname?: string; readonly status?: string }

/** @throws ApiError 400 */
function isRelease({ status, ...others }: HostChange): boolean {
  if (status === 'Reserved')
    throw invalid('status', status, 'it must be Active or Released: what is reserved is no host')
  if (status !== 'Released') return false
  if (Object.keys(others).length === 0) return true
  throw invalid('status', status, 'it must be the only field when it is Released')
}

/** @throws ApiError 400 */
function setOf(body: HostChange): UpdateHostCommand['set'] {
  return {
    ...(body.hostname === undefined ? {} : { hostname: body.hostname }),
    ...(body.description === undefined ? {} : { description: body.description || null }),
    ...(body.tags === undefined ? {} : { tags: tagListOf(body.tags) }),
    ...hostFacts(body),
  }
}

const releaseHost = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'ipamReleaseHost',
  tag,
  summary: 'Release a host',
  permission: 'release',
  conditional: true,
  query: schemas.Release,
  answers: { 200: { description: 'It is released.', schema: schemas.Released } },
  handle: async (call, { query }) => {
    const ifRevision = ifMatchRevision(call)
    const { result, headers } = await release(call, { ifRevision, ...query }, query)
    const { id, family, first } = expectAllocation(result)
    const body = writeReleased({
      status: 'success',
      message: 'The host was released.',
      host_id: uuidOf(call, 'host', id),
      ip_address: formatAddress(family, first),
    })
    return { status: 200, body, headers }
  },
})

type Ending = Pick<ReleaseAllocationCommand, 'ifRevision' | 'reason'>

/** Of the host in the path. @throws ApiError 404, Refused */
async function release(call: Call, ending: Ending, body: object): Promise<Decided> {
  const text = call.param('id')
  await call.awaitNewest()
  const { id } = everHost(call, text)
  return submitOrMissing(
    submit(call, { type: 'allocation.release', id, ...ending }, body),
    notFound('host', text),
  )
}

const releaseHosts = defineRoute({
  method: 'POST',
  paths: at('/hosts/bulk-release'),
  id: 'ipamReleaseHosts',
  tag,
  summary: 'Release many hosts, all or none',
  permission: 'release',
  body: schemas.BulkRelease,
  answers: { 200: { description: 'They are released.', schema: schemas.BulkReleased } },
  handle: async (call, { body }) => {
    const { host_ids: texts, reason } = body
    refuseRepeated(call, texts)
    await call.awaitNewest()
    const steps = texts.map(text => {
      const { id } = everHost(call, text)
      return { type: 'allocation.release', id, ifRevision: null, reason } as const
    })
    const missing = (step: number) => notFound('host', texts[step] ?? '')
    const { result, headers } = await submitOrMissing(
      submit(call, { type: 'bulk', steps }, body),
      missing,
    )
    const { length: count } = resultOf(result, 'bulk').allocations
    const message = `${count} ${count === 1 ? 'host was' : 'hosts were'} released.`
    const shown = { status: 'success' as const, message, host_ids: texts, hosts_released: count }
    return { status: 200, body: writeBulkReleased(shown), headers }
  },
})

/** In whatever case their letters are. @throws ApiError 400 */
function refuseRepeated(call: Call, texts: readonly string[]): void {
  const keys = texts.map(text => idOf(call, 'host', text) ?? text)
  const again = texts.find((_text, n) => keys.indexOf(keys[n] ?? '') !== n)
  if (again !== undefined) throw invalid('host_ids', again, 'it must be there only once')
}

/** What is over is no host. @param missing the error, or that of a step */
async function submitOrMissing(
  submitted: Promise<Decided>,
  missing: ApiError | ((step: number) => ApiError),
): Promise<Decided> {
  try {
    return await submitted
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { refusal } = error
    const [step, inner] =
      refusal.code === 'step-refused' ? [refusal.step, refusal.refusal] : [0, refusal]
    if (inner.code !== 'allocation-ended' && inner.code !== 'allocation-not-found') throw error
    throw typeof missing === 'function' ? missing(step) : missing
  }
}

function hostAnswer(call: Call, decided: Decided, host: Allocation, location?: string): Answer {
  return changed(decided, host, hostText(presentHost(call, host)), location)
}

/** Names in a path before what could be an id. */
export const hostRoutes: readonly Route[] = [
  ...hostReadRoutes,
  createHost,
  createHosts,
  releaseHosts,
  updateHost,
  releaseHost,
]
