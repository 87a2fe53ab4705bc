// Document 003: each of its 20 curl commands against a real server, in an order that makes sense (it deletes its pools
// before it allocates from them), and each answer held field by field against the JSON that is printed after it.
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeCluster } from '../support/processes.js'
import { temporaryDirectory } from '../system/cluster-of-three.js'
import {
  type CurlAnswer,
  compareFields,
  type Example,
  parseExactly,
  readExamples,
  runCurl,
} from './document-examples.js'

t.setTimeout(120_000)

const BASE = 'http://localhost:8000'
const examples = readExamples('document-003-examples.md')

type Step = {
  readonly endpoint: string
  /** Which of the endpoint's commands, from 0. */
  readonly nth?: number
  readonly status: number
  /** Where the document prints no answer. */
  readonly expected?: string
  /** Counters at this point, and descriptions that the document itself gives otherwise in its command. */
  readonly others?: { readonly [path: string]: unknown }
  /** Put into the command: a second value like the one in the document's list. */
  readonly edit?: (command: string) => string
}

const IP = '/api/v1/ip-pools'
const RT = '/api/v1/rtrd-pools'
const UPLINK = 'Point-to-point link to router'

const steps: readonly Step[] = [
  { endpoint: 'GET /', status: 200 },
  { endpoint: 'GET /health', status: 200 },
  { endpoint: `POST ${IP}`, status: 201 },
  {
    endpoint: `POST ${IP}`,
    nth: 1,
    status: 201,
    expected: `{ "id": 2, "name": "ipv6-site", "description": "IPv6 site allocation", "pool_type": "ipv6",
      "cidr": "2001:db8::/48", "network_address": "2001:db8::", "broadcast_address": null,
      "total_addresses": 1208925819614629174706176, "usable_addresses": 1208925819614629174706176,
      "allocated_count": 0, "available_count": 1208925819614629174706176, "created_at": "2026-01-07T15:35:00Z" }`,
  },
  { endpoint: `POST ${IP}/{name}/allocate`, status: 200 },
  {
    endpoint: `GET ${IP}/{name}`,
    status: 200,
    others: {
      allocated_count: '#4',
      available_count: '#252',
      'allocations.0.description': UPLINK,
    },
  },
  {
    endpoint: `GET ${IP}`,
    status: 200,
    others: { '0.allocated_count': '#4', '0.available_count': '#252' },
  },
  { endpoint: `POST ${IP}/{name}/allocate`, nth: 1, status: 200 },
  {
    endpoint: `GET ${IP}/{name}/allocations`,
    status: 200,
    others: {
      'allocations.0.description': UPLINK,
      'allocations.1.description': 'Loopback address',
    },
  },
  {
    endpoint: `POST ${IP}/{name}/allocate`,
    nth: 2,
    status: 200,
    expected: `{ "id": 3, "allocated_cidr": "2001:db8::/64", "network_address": "2001:db8::",
      "broadcast_address": null, "ip_addresses": [], "block_size": 18446744073709551616,
      "pool_name": "ipv6-site", "pool_type": "ipv6", "pool_cidr": "2001:db8::/48", "prefix_length": 64,
      "subnet_mask": null, "description": "Office LAN", "allocated_to": "office-building-1",
      "status": "allocated", "allocated_at": "2026-01-07T15:55:00Z", "ip_addresses_truncated": true }`,
  },
  { endpoint: `POST ${IP}/{name}/release`, status: 200 },
  { endpoint: `DELETE ${IP}/{name}`, status: 204 },
  { endpoint: `POST ${RT}`, status: 201 },
  { endpoint: `POST ${RT}/{name}/allocate`, status: 200 },
  {
    endpoint: `POST ${RT}/{name}/allocate`,
    status: 200,
    edit: command => command.replace('ABC', 'XYZ').replace('-abc', '-xyz'),
    others: {
      id: '#2',
      value: '65000:1001',
      description: 'Customer XYZ L3VPN',
      allocated_to: 'customer-xyz',
    },
  },
  {
    endpoint: `GET ${RT}`,
    status: 200,
    others: { '0.allocated_count': '#2', '0.available_count': '#998' },
  },
  { endpoint: `GET ${RT}/{name}`, status: 200 },
  { endpoint: `GET ${RT}/{name}/allocations`, status: 200 },
  {
    endpoint: `POST ${RT}`,
    nth: 1,
    status: 201,
    expected: `{ "id": 2, "name": "site-rd-pool", "description": "Route distinguishers by site IP",
      "pool_type": "rd", "format_type": 1, "admin_value": "10.0.0.1", "format_display": "10.0.0.1:{1-1000}",
      "range_start": 1, "range_end": 1000, "total_values": 1000, "allocated_count": 0,
      "available_count": 1000, "created_at": "2026-01-07T16:05:00Z" }`,
  },
  { endpoint: `POST ${RT}/{name}/release`, status: 200 },
  { endpoint: `DELETE ${RT}/{name}`, status: 204 },
]

function exampleOf({ endpoint, nth = 0 }: Step): Example {
  const example = examples.filter(one => one.endpoint === endpoint)[nth]
  if (example === undefined) throw new Error(`the document has no command ${nth} of ${endpoint}`)
  return example
}

t.test('the document has 20 commands for 16 endpoints, and each is run', async t => {
  t.equal(examples.length, 20)
  t.equal(examples.filter(({ printed }) => printed !== null).length, 15)
  t.equal(new Set(steps.map(({ endpoint }) => endpoint)).size, 16)
  t.same(new Set(steps.map(exampleOf)), new Set(examples))
})

t.test('every command is answered as the document prints it', async t => {
  const directory = temporaryDirectory(t)
  const [server] = await makeCluster({ directory: join(directory, 'cluster'), nodes: 1 })
  if (server === undefined) throw new Error('there is no server')
  server.start()
  t.teardown(() => server.end('SIGTERM'))
  await server.ready()
  const sinceMs = Date.now()
  const table = [['endpoint', 'status', 'fields compared', 'not as printed']]
  for (const step of steps) {
    const example = exampleOf(step)
    const command = step.edit?.(example.command) ?? example.command
    const answer = await runCurl(command, BASE, server.url)
    const compared = checkAnswer(t, step, example, answer, sinceMs)
    const others = Object.keys(step.others ?? {}).map(path => path.split('.').at(-1))
    const note = step.expected === undefined ? others.join(' ') : '(nothing is printed)'
    table.push([step.endpoint, String(answer.status), String(compared), note])
  }
  for (const [endpoint = '', status = '', fields = '', note] of table)
    t.comment(`${endpoint.padEnd(44)} ${status.padEnd(6)} ${fields.padStart(15)}  ${note}`)
})

function checkAnswer(
  t: Test,
  step: Step,
  example: Example,
  answer: CurlAnswer,
  sinceMs: number,
): number {
  const name = `${step.endpoint} ${step.nth ?? ''}: ${answer.body.slice(0, 200)}`
  t.equal(answer.status, step.status, name)
  const printed = example.printed ?? step.expected
  if (printed === undefined) {
    t.equal(answer.body, '', name)
    return 0
  }
  const actual = parseExactly(answer.body)
  const comparison = compareFields(parseExactly(printed), actual, step.others ?? {}, sinceMs)
  t.same(comparison.objections, [], name)
  return comparison.compared
}
