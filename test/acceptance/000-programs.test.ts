// The programs of document 000 as they stand there, each on a fresh cluster of three nodes behind HAProxy: four workflows, the SDK class
// with its usage, the webhook receiver with its signature check. Base URL, token, ports and what is said of them are all that is replaced.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { hasHaproxy } from '../support/haproxy.js'
import { freePorts } from '../support/processes.js'
import { haproxyFor } from '../system/haproxy.js'
import { until } from '../system/until.js'
import { readProgram } from './document-000.js'
import { EAGER, IpamWorld } from './ipam-world.js'
import { startRealOffice } from './real-office.js'

t.setTimeout(240_000)

const run = promisify(execFile)
const has = (module: string) => spawnSync('python3', ['-c', `import ${module}`]).status === 0
const skip = has('requests') && has('flask') ? false : 'there is no Python with requests and Flask'

/** On fresh state. */
async function freshWorld(t: Test): Promise<IpamWorld> {
  const { urls, admin } = await startRealOffice(t, 3, EAGER)
  const front = hasHaproxy() ? await haproxyFor(t, urls) : (urls[0] ?? '')
  return new IpamWorld(front, admin)
}

function filled(program: string, { url, token }: IpamWorld): string {
  return program
    .replaceAll('https://api.example.com', url)
    .replaceAll('<your_token>', token)
    .replaceAll('your_jwt_token_here', token)
}

async function python(program: string): Promise<string> {
  const { stdout } = await run('python3', ['-c', program])
  return stdout
}

t.test('13.1: reservation to allocation', { skip }, async t => {
  const world = await freshWorld(t)
  const printed = await python(filled(readProgram('13.1', 'python'), world))
  t.match(printed, /✓ Reservation created: 10\.5\.23\.0\/24\n✓ Active reservations: 1\n/)
  t.match(
    printed,
    /✓ Converted to allocation: [0-9a-f-]{36}\n {2}Region: Production Network\n {2}CIDR: 10\.5\.23\.0\/24\n$/,
  )
})

t.test('13.2: notifications', { skip }, async t => {
  const world = await freshWorld(t)
  await world.hosts(await world.region(5, 23, 'busy'), 210, 'web')
  await world.rule('there before', 80)
  await world.notification()
  const printed = await python(filled(readProgram('13.2', 'python'), world))
  t.match(
    printed,
    /✓ Notification rule created: High Utilization Alert\n✓ Unread notifications: [12]\n/,
  )
  t.match(printed, /- \[warning\] Region 10\.5\.23\.0\/24 is at 82\.7% capacity\n/)
  t.match(printed, /✓ Marked notification as read\n/)
})

t.test('13.3: capacity', { skip }, async t => {
  const world = await freshWorld(t)
  await world.hosts(await world.region(5, 23, 'busy'), 200, 'web')
  const printed = await python(filled(readProgram('13.3', 'python'), world))
  t.match(
    printed,
    /Total Regions: 1\n {2}Total Hosts: 200\n {2}Overall Utilization: 78\.7%\n {2}Capacity Warnings: 0\n/,
  )
  t.match(
    printed,
    /✓ Allocation Trends:\n {2}Total Allocations: \d+\n {2}Average Daily Rate: \d+(\.\d)?\n/,
  )
})

t.test('13.4: the webhook receiver, in Flask', { skip }, async t => {
  const world = await freshWorld(t)
  const [port] = await freePorts(1)
  const program = filled(readProgram('13.4', 'python'), world)
    .replaceAll('https://your-app.com', `http://127.0.0.1:${port}`)
    .replaceAll('port=5000', `port=${port}`)
  const receiver = startReceiver(t, program)
  await until('the receiver listens', () => fetch(`http://127.0.0.1:${port}/`).then(() => true))
  t.match(receiver.printed(), /✓ Webhook created: [0-9a-f-]{36}\n {2}Secret: whsec_\S+\n/)
  const region = await world.region(5, 23, 'Production Network')
  await world.hosts(region, 210, 'web')
  const wanted = [
    'Received event: region.created',
    'New region created: Production Network (10.5.23.0/24)',
    'Received event: host.allocated',
    'New host allocated: web-210-001 (10.5.23.1)',
    '⚠ Capacity warning: Region 10.5.23.0/24 is at',
  ]
  for (const line of wanted) {
    await until(`the receiver prints "${line}"`, () => receiver.printed().includes(line))
    t.pass(line)
  }
  t.notOk(receiver.printed().includes(' 401 '), 'no signature was wrong')
})

type Receiver = { printed(): string; readonly child: ChildProcess }

function startReceiver(t: Test, program: string): Receiver {
  const child = spawn('python3', ['-u', '-c', program], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  t.teardown(() => {
    child.kill('SIGKILL')
  })
  return { child, printed: () => printed }
}

/** What the document's usage leaves out: every method of the class once, and the class's own errors. */
const useOfClient = `
import json
region = client.convert_reservation(reservation["reservation_id"], region_name="Production Network", owner="DevOps")
share = client.create_share("region", region["resource_id"], 30, "for all to see")
hook = client.create_webhook("https://your-app.com/webhooks/ipam", ["region.created"], "made by the SDK")
said = {
  "listed": [one["reserved_address"] for one in client.list_reservations(status="converted", resource_type="region")["results"]],
  "shares": [one["share_id"] for one in client.list_shares()["shares"]] == [share["share_id"]],
  "unread": client.list_notifications(is_read=False, severity="warning")["unread_count"],
  "forecast": client.get_forecast("region", region["resource_id"])["status"],
  "trends": client.get_trends(group_by="week", resource_type="region")["summary"]["total_allocations"],
  "webhooks": [one["webhook_id"] for one in client.list_webhooks()["webhooks"]] == [hook["webhook_id"]],
}
try:
  client.create_reservation("region", 5, 23, "once more")
except requests.exceptions.HTTPError as error:
  said["refused"] = error.response.status_code
try:
  client.mark_notification_read(share["share_id"])
except requests.exceptions.HTTPError as error:
  said["not found"] = error.response.json()["error"]
print(json.dumps(said))
`

t.test('14.1: the SDK class, its usage, and all its methods', { skip }, async t => {
  const world = await freshWorld(t)
  const printed = await python(filled(readProgram('14.1', 'python'), world) + useOfClient)
  t.match(
    printed,
    /^Created reservation: 10\.5\.23\.0\/24\nTotal regions: 0\nUnread notifications: 0\n/,
  )
  const [last = ''] = printed.trim().split('\n').slice(-1)
  t.same(JSON.parse(last), {
    listed: ['10.5.23.0/24'],
    shares: true,
    unread: 0,
    forecast: 'insufficient_data',
    trends: 1,
    webhooks: true,
    refused: 409,
    'not found': 'not_found',
  })
})

/** 12.4, 15.3 and 16.1 to 16.4 declare functions; this calls them as their reader would. */
function useOfSnippets({ url, token }: IpamWorld, password: string): string {
  const snippets = [
    ['12.4', 1],
    ['12.4', 2],
    ['15.3', 0],
    ['16.1', 1],
    ['16.2', 0],
    ['16.3', 0],
    ['16.3', 1],
    ['16.4', 0],
  ] as const
  const declared = snippets.map(([number, n]) => readProgram(number, 'python', n)).join('\n')
  return `
import requests, json
headers = {"Authorization": "Bearer ${token}"}
${declared}
url = "${url}/ipam"
data = {"resource_type": "host", "x_octet": 9, "y_octet": 1, "z_octet": 7, "reason": "snippet"}
validate_reservation(data)
url_of_reservations = url + "/reservations"
made = make_request_with_retry(url_of_reservations, data)
manager = TokenManager("${url}/api/auth/login", {"username": "admin", "password": ${JSON.stringify(password)}})
fresh = requests.get(url + "/quotas/me", headers={"Authorization": "Bearer " + manager.get_token()})
conflict = safe_api_call(lambda: requests.post(url_of_reservations, json=data, headers=headers))
missing = safe_api_call(lambda: requests.get(url_of_reservations + "/nothing", headers=headers))
class Client:
  def get_dashboard_stats(self):
    return make_request_with_backoff(url + "/statistics/dashboard").json()
  def bulk_tag_update(self, **fields):
    return requests.post(url + "/bulk/tags", json=fields, headers=headers).json()
cached = CachedIPAMClient(Client())
region = requests.post(url + "/regions", json={"x_octet": 9, "y_octet": 2, "region_name": "r"}, headers=headers).json()["region_id"]
batch_tag_updates(Client(), [{"resource_id": region, "tags": {"a": "b"}}])
print(json.dumps([made.status_code, fresh.status_code, conflict, missing, cached.get_dashboard_stats() == cached.get_dashboard_stats()]))
`
}

t.test('12.4, 15.3 and 16: the functions that the document advises', { skip }, async t => {
  const world = await freshWorld(t)
  const printed = await python(useOfSnippets(world, 'correct horse battery'))
  t.match(printed, 'Conflict: ')
  t.match(printed, 'Resource not found\n')
  t.match(printed, 'Batch 1: 1 successful\n')
  const [last = ''] = printed.trim().split('\n').slice(-1)
  t.same(JSON.parse(last), [201, 200, null, null, true])
})

t.test('10.3: both checks of a signature', { skip }, async t => {
  const secret = 'whsec_abc123def456ghi789jkl012'
  const { createHmac } = await import('node:crypto')
  const body = '{"event_type":"region.created"}'
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const [declared = ''] = readProgram('10.3', 'python').split('# Usage')
  const asked = `print(verify_webhook_signature(${JSON.stringify(body)}, "${signature}", "${secret}"))`
  t.equal((await python(`${declared}\n${asked}\n`)).trim(), 'True')
  const script = `${readProgram('10.3', 'javascript')}\nconsole.log(verifyWebhookSignature(${JSON.stringify(body)}, '${signature}', '${secret}'))`
  const { stdout } = await run(process.execPath, ['-e', script])
  t.equal(stdout.trim(), 'true')
})
