// What document 002's example must have answered on a node without data.
import type { Test } from 'tap'
import { call } from './http.js'
import type { WorkflowRun } from './workflow.js'

/** Ids count up from `first`; the second run on the same data gets the next ones. */
export async function checkWorkflow(
  t: Test,
  run: WorkflowRun,
  { url, first = 1 }: { readonly url: string; readonly first?: number },
): Promise<void> {
  const networkId = `net-${first}`
  const allocationId = `alloc-${first}`
  t.equal(run.exitCode, 0)
  t.match(run.network, { id: networkId, cidr: '10.0.0.0/24', description: 'Test network' })
  t.equal(run.networkId, networkId)
  t.match(run.allocation, {
    id: allocationId,
    network_id: networkId,
    ip: '10.0.0.1',
    hostname: 'test-server',
    status: 'allocated',
  })
  t.equal(run.allocationId, allocationId)
  t.equal(run.ip, '10.0.0.1')

  const [said, stats, ...rest] = run.printed.split(/\n(?=\{)|(?<=\n\})\n/)
  t.equal(said, 'Allocated IP: 10.0.0.1')
  t.match(JSON.parse(stats ?? ''), {
    network_id: networkId,
    total_ips: 254,
    allocated_ips: 1,
    reserved_ips: 0,
    available_ips: 253,
    first_available: '10.0.0.2',
    last_allocated: '10.0.0.1',
  })
  t.notMatch(rest.join(''), /error/, 'nothing was refused')
  await checkTraces(t, { url, networkId, allocationId })
}

/** What is left when the example has cleaned up: the released allocation and the history. */
export async function checkTraces(
  t: Test,
  { url, networkId, allocationId }: { url: string; networkId: string; allocationId: string },
): Promise<void> {
  t.equal((await call(url, `/api/v1/networks/${networkId}`)).status, 404, 'the network is gone')
  const { status, body } = await call(url, `/api/v1/allocations/${allocationId}`)
  t.equal(status, 200)
  t.match(body, { id: allocationId, status: 'released' }, 'the address was released')
  const audit = (await call(url, '/api/v1/audit')).body as { action: string; resource: string }[]
  const actions = audit
    .filter(({ resource }) => resource === networkId || resource === allocationId)
    .map(({ action }) => action)
  const newestFirst = ['network_deleted', 'ip_released', 'ip_allocated', 'network_created']
  t.same(actions, newestFirst, 'the audit log tells all four')
}
