// The 31 curl commands of document 000 in their order, against three nodes behind HAProxy: the status that is printed, every field that
// is printed, and what the command said comes back as it was said. Address, token and placeholder ids are all that is replaced.
import t, { type Test } from 'tap'
import { hasHaproxy } from '../support/haproxy.js'
import { haproxyFor } from '../system/haproxy.js'
import { type CurlExample, objectionsTo, readCurlExamples } from './document-000.js'
import { type CurlAnswer, runCurl } from './document-examples.js'
import { EAGER, IpamWorld, text } from './ipam-world.js'
import { startRealOffice } from './real-office.js'

t.setTimeout(120_000)

const REGION = '770e8400-e29b-41d4-a716-446655440002'
/** The document's placeholder, and the field of the answer that it stands for from then on. */
const made: {
  readonly [endpoint: string]: readonly (readonly [placeholder: string, field: string])[]
} = {
  'POST /ipam/reservations': [['550e8400-e29b-41d4-a716-446655440000', 'reservation_id']],
  'POST /ipam/reservations/{reservation_id}/convert': [[REGION, 'resource_id']],
  'POST /ipam/shares': [
    ['abc123def456ghi789', 'share_token'],
    ['880e8400-e29b-41d4-a716-446655440003', 'share_id'],
  ],
  'POST /ipam/preferences/filters': [['filter_990e8400-e29b-41d4-a716-446655440004', 'filter_id']],
  'POST /ipam/notifications/rules': [['bb0e8400-e29b-41d4-a716-446655440006', 'rule_id']],
  'POST /ipam/webhooks': [['cc0e8400-e29b-41d4-a716-446655440007', 'webhook_id']],
}

t.test('every curl command of document 000 is answered as it prints', async t => {
  const { urls, admin } = await startRealOffice(t, 3, EAGER)
  const front = hasHaproxy() ? await haproxyFor(t, urls) : (urls[0] ?? '')
  const world = new IpamWorld(front, admin)
  const ids = new Map<string, string>()
  const examples = readCurlExamples()
  t.equal(examples.length, 31)
  for (const example of examples) {
    await prepare(world, example, ids)
    const answer = await run(front, admin, example, ids)
    judge(t, JSON.parse(filled(JSON.stringify(example), ids)), answer)
    for (const [placeholder, field] of made[example.endpoint] ?? [])
      if (!ids.has(placeholder)) ids.set(placeholder, text(JSON.parse(answer.body), field))
  }
})

async function run(
  front: string,
  token: string,
  { command }: CurlExample,
  ids: ReadonlyMap<string, string>,
): Promise<CurlAnswer> {
  const said = filled(command.replaceAll('<token>', token), ids)
  return runCurl(said, 'https://api.example.com', front)
}

function filled(text: string, ids: ReadonlyMap<string, string>): string {
  return [...ids].reduce((so, [placeholder, id]) => so.replaceAll(placeholder, id), text)
}

/** What the document takes for granted at this place. */
async function prepare(
  world: IpamWorld,
  { endpoint }: CurlExample,
  ids: Map<string, string>,
): Promise<void> {
  if (endpoint === 'GET /ipam/notifications') {
    await world.rule('everything', 0)
    ids.set('aa0e8400-e29b-41d4-a716-446655440005', await world.notification())
  }
  if (endpoint === 'GET /ipam/webhooks/{webhook_id}/deliveries') {
    const hook = {
      webhook_url: `${world.url}/livez`,
      events: ['region.created'],
      description: 'what it is sent is no request of its own, and so refused',
    }
    const id = text(await world.post('/ipam/webhooks', hook), 'webhook_id')
    ids.set('cc0e8400-e29b-41d4-a716-446655440007', id)
    await world.region(5, 26, 'an event')
    await world.delivery(id)
  }
  if (endpoint === 'POST /ipam/bulk/tags') {
    ids.set('880e8400-e29b-41d4-a716-446655440003', await world.region(5, 24, 'second'))
    ids.set('990e8400-e29b-41d4-a716-446655440004', await world.region(5, 25, 'third'))
  }
  if (endpoint === 'GET /ipam/bulk/jobs/{job_id}') {
    const unknown = Array.from({ length: 250 }, (_, n) => `invalid_${n}`)
    const resources = [ids.get(REGION), ...unknown]
    const body = {
      ...{ resource_type: 'region', resource_ids: resources },
      ...{ operation: 'add', tags: { environment: 'production' } },
    }
    ids.set(
      'ff0e8400-e29b-41d4-a716-446655440010',
      text(await world.post('/ipam/bulk/tags', body), 'job_id'),
    )
  }
}

function judge(
  t: Test,
  { heading, endpoint, command, printed }: CurlExample,
  answer: CurlAnswer,
): void {
  const body: unknown = answer.body === '' ? undefined : JSON.parse(answer.body)
  const candidates = printed.filter(({ status }) => status === answer.status)
  const objections = candidates.map(one =>
    one.body === undefined ? [] : objectionsTo(body, one.body, command),
  )
  const best = objections.sort((a, b) => a.length - b.length)[0]
  const name = `${heading}: ${endpoint}`
  const wanted = printed.map(({ status }) => status).join(' or ')
  t.ok(
    best !== undefined,
    `${name} is ${wanted}, not ${answer.status}: ${answer.body.slice(0, 300)}`,
  )
  t.same(best ?? [], [], `${name} has what is printed: ${answer.body.slice(0, 300)}`)
  t.comment(`${heading.padEnd(44)} ${endpoint.padEnd(52)} ${answer.status}`)
}
