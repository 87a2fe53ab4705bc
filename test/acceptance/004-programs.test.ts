// Document 004's two client programs, base URL and password apart unchanged, with axios and requests themselves: against three
// nodes behind HAProxy, and against each node.
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { hasHaproxy } from '../support/haproxy.js'
import { projectRoot } from '../support/processes.js'
import { haproxyFor } from '../system/haproxy.js'
import { ADMIN_PASSWORD, ask, startRealOffice } from './real-office.js'

t.setTimeout(120_000)

const run = promisify(execFile)
const programs = readFileSync(join(projectRoot(), 'test/fixtures/document-004-clients.md'), 'utf8')

function program(language: string, url: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(programs) ?? []
  if (code === undefined) throw new Error(`the document has no program in ${language}`)
  return code
    .replaceAll('https://your-domain.com', url)
    .replace('"password")', `"${ADMIN_PASSWORD}")`)
}

/** The document's program declares functions and calls none of them: this does, as its reader would. */
const useOfJavaScript = `
await login('admin', ${JSON.stringify(ADMIN_PASSWORD)})
const free = await getIPAddresses({ subnet_id: 1, status: 'available', size: 2 })
const made = await allocateIP({ subnet_id: 1, hostname: 'server02', device_type: 'server' })
const page = await getIPAddresses({ search: 'server02' })
const refused = await allocateIP({ subnet_id: 1, ip_address: made.ip_address }).catch(error => error.response)
console.log(JSON.stringify({ free: free.data.length, made: made.ip_address, found: page.data.some(({ ip_address }) => ip_address === made.ip_address),
  refused: [refused.status, refused.data.error.code] }))
`
const storage = `
import axios from 'axios'
const items = new Map()
const localStorage = { getItem: name => items.get(name) ?? null, setItem: (name, value) => items.set(name, value) }
`

/** And the same of the one in Python, which ends with its use. */
const checkOfPython = `
print(json.dumps({"free": len(ips["data"]) > 0, "made": result["ip_address"], "status": result["status"],
  "subnets": [subnet["network"] for subnet in client.get_subnets()["data"]]}, ensure_ascii=False))
`

const hasRequests = spawnSync('python3', ['-c', 'import requests']).status === 0

t.test('the client programs of document 004 run on every node', async t => {
  const { urls, admin } = await startRealOffice(t, 3)
  const made = await ask(urls[0] ?? '', admin, 'POST', '/api/subnets', {
    network: '192.168.1.0/24',
    gateway: '192.168.1.1',
  })
  t.equal(made.status, 201)
  const front = hasHaproxy() ? [await haproxyFor(t, urls)] : []
  const given = new Set<string>()
  for (const url of [...front, ...urls]) {
    await t.test(`JavaScript with axios on ${url}`, async t => {
      const code = storage + program('javascript', url) + useOfJavaScript
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
        cwd: projectRoot(),
        env: { ...process.env, NODE_OPTIONS: '' },
      })
      const [last = ''] = stdout.trim().split('\n').slice(-1)
      const said = JSON.parse(last)
      t.match(said, { free: 2, found: true, refused: [422, 'IP_ALREADY_ALLOCATED'] })
      t.notOk(given.has(said.made), `${said.made} was given to nobody before`)
      given.add(said.made)
    })
    await t.test(
      `Python with requests on ${url}`,
      { skip: hasRequests ? false : 'there is no Python with requests' },
      async t => {
        const { stdout } = await run('python3', ['-c', program('python', url) + checkOfPython])
        const said = JSON.parse(stdout)
        t.match(said, { free: true, status: 'allocated', subnets: ['192.168.1.0/24'] })
        t.notOk(given.has(said.made), `${said.made} was given to nobody before`)
        given.add(said.made)
      },
    )
  }
  t.notOk(given.has('192.168.1.1'), 'the gateway is given to nobody')
})
