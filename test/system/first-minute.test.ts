// A stranger's first minute: `npm start`, document 002's example unchanged, README's commands, and all of it again
// after a restart.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { freePorts, projectRoot } from '../support/processes.js'
import { temporaryDirectory } from './cluster-of-three.js'
import { call } from './http.js'
import { isTaken, NpmProgram } from './npm-program.js'
import { bashBlocks } from './readme.js'
import { runBash, runWorkflow, WORKFLOW_PORT, workflowText } from './workflow.js'
import { checkTraces, checkWorkflow } from './workflow-checks.js'

const SEEDS = join(projectRoot(), '..', 'shared', 'seeds')
const FIRST_LINE = 408
const LAST_LINE = 432
const PASSWORD_LINE = /^ipam: sign in as admin with the password \w{20}$/m

t.setTimeout(180_000)

/**
 * 8080, as the documents say. Where something else listens there, the test still holds: it takes another port, says
 * so, and replaces the number in the commands, which are otherwise run as they stand.
 */
async function choosePort(t: Test): Promise<number> {
  if (!(await isTaken(WORKFLOW_PORT))) return WORKFLOW_PORT
  const [port] = await freePorts(1)
  t.comment(`port ${WORKFLOW_PORT} is taken on this machine: ${port} is put in its place`)
  return Number(port)
}

async function npmStart(
  t: Test,
  dataDirectory: string,
): Promise<{ program: NpmProgram; port: number }> {
  const port = await choosePort(t)
  const listen = port === WORKFLOW_PORT ? {} : { IPAM_LISTEN: `127.0.0.1:${port}` }
  const program = new NpmProgram(t, ['start'], { IPAM_DATA_DIR: dataDirectory, ...listen })
  await program.prints(/^docs: /m)
  return { program, port }
}

t.test('the example that is run is the one that stands in document 002', async t => {
  const name = existsSync(SEEDS) && readdirSync(SEEDS).find(file => file.startsWith('002'))
  if (!name) {
    t.pass('the documents are not beside this checkout: nothing to compare with', { skip: true })
    return
  }
  const lines = readFileSync(join(SEEDS, name), 'utf8').split('\n')
  t.equal(lines[FIRST_LINE - 2], '```bash')
  t.equal(workflowText(), `${lines.slice(FIRST_LINE - 1, LAST_LINE).join('\n')}\n`)
  t.equal(lines[LAST_LINE], '```')
})

t.test('npm start answers the example of document 002, and remembers it', async t => {
  const dataDirectory = join(temporaryDirectory(t), 'data')
  const { program, port } = await npmStart(t, dataDirectory)
  const url = `http://127.0.0.1:${port}`
  t.match(program.printed, `ipam: node 1 at ${url}, data in ${dataDirectory}`)
  await program.prints(PASSWORD_LINE)
  await checkWorkflow(t, await runWorkflow(port), { url })

  const [, tryLine] = await program.prints(/^try: {2}(curl .*)$/m)
  const tried = await runBash(tryLine as string)
  t.match(JSON.parse(tried.printed), { id: 'net-2', cidr: '10.0.0.0/24' }, 'the printed line works')
  const before = await remembered(url)
  await program.interrupt()
  t.match(program.printed, 'SIGINT: finishing what was begun')
  t.notOk(await isTaken(port), 'Ctrl-C ends the daemon with npm')

  const again = await npmStart(t, dataDirectory)
  const urlAgain = `http://127.0.0.1:${again.port}`
  t.same(await remembered(urlAgain), before, 'after a restart everything is still there')
  await checkTraces(t, { url: urlAgain, networkId: 'net-1', allocationId: 'alloc-1' })
  const next = await call(urlAgain, '/api/v1/networks', {
    method: 'POST',
    body: { cidr: '10.9.0.0/24' },
  })
  t.match(next.body, { id: 'net-3' }, 'ids go on where they were')
  await again.program.interrupt()
  t.notMatch(again.program.printed, PASSWORD_LINE, 'the password is printed once')
})

async function remembered(url: string): Promise<unknown> {
  const paths = ['/api/v1/networks', '/api/v1/allocations?include_released=true', '/api/v1/audit']
  return Promise.all(paths.map(async path => (await call(url, path)).body))
}

t.test("README's quick start does what it says", async t => {
  const { program, port } = await npmStart(t, join(temporaryDirectory(t), 'data'))
  const url = `http://127.0.0.1:${port}`
  const block = bashBlocks().find(text => text.includes('curl')) ?? ''
  const { exitCode, printed } = await runBash(
    block.replaceAll(`localhost:${WORKFLOW_PORT}`, `localhost:${port}`),
  )
  t.equal(exitCode, 0)
  const [network, allocation] = printed.split(/(?<=\})\n?(?=\{)/).map(text => JSON.parse(text))
  t.match(network, { id: 'net-1', cidr: '10.0.0.0/24' })
  t.match(allocation, { id: 'alloc-1', network_id: 'net-1', ip: '10.0.0.1', hostname: 'web-1' })
  for (const [path, type] of [
    ['/docs', 'text/html'],
    ['/redoc', 'text/html'],
    ['/openapi.json', 'application/json'],
    ['/livez', 'text/plain'],
    ['/readyz', 'text/plain'],
    ['/metrics', 'text/plain'],
  ] as const) {
    const { status, headers } = await call(url, path)
    t.equal(status, 200, path)
    t.ok(headers.get('content-type')?.startsWith(type), `${path} is ${type}`)
  }
  await program.interrupt()
})
