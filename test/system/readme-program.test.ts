// README's "The program" and "A cluster", command by command, with real processes against one daemon.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  Daemon,
  dataDirectoryOf,
  freePorts,
  ipamProgram,
  projectRoot,
} from '../support/processes.js'
import { endWithTest, temporaryDirectory } from './cluster-of-three.js'
import { createNetwork } from './http.js'
import { bashBlocks, plainBlocks } from './readme.js'
import { until } from './until.js'
import { runBash } from './workflow.js'

const SECRET_PATH = '/etc/ipam/cluster.secret'
/** `ipam` is `node dist/bin/ipam.js` in a checkout. */
const DEFINE_IPAM = `ipam() { "${process.execPath}" "${ipamProgram()}" "$@"; }`

t.setTimeout(120_000)

type Said = { readonly exitCode: number; readonly printed: string; readonly errors: string }

t.test('README names every command of the program, and no other', async t => {
  const usage = plainBlocks().find(block => block.startsWith('ipam serve')) ?? ''
  const named = [...usage.matchAll(/\bipam ([a-z]+)/g)].map(([, command]) => command)
  const { printed } = await runBash(`${DEFINE_IPAM}; ipam --help`)
  const [, list = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(printed) ?? []
  const known = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, command]) => command)
  t.same([...new Set(named)].sort(), known.filter(command => command !== 'help').sort())
})

t.test('the daily work, by the commands of README', async t => {
  const directory = temporaryDirectory(t)
  const [port, closedPort] = await freePorts(2)
  const url = `http://127.0.0.1:${port}`
  const daemon = new Daemon({
    url,
    logFile: join(directory, 'node.log'),
    args: ['--data-dir', join(directory, 'data'), '--listen', `127.0.0.1:${port}`],
  })
  endWithTest(t, [daemon])
  daemon.start()
  await daemon.ready()
  const ipam = (line: string, server = url): Promise<Said> =>
    runBash(`${DEFINE_IPAM}; export IPAM_SERVER=${server}; ${line}`)

  const steps: readonly (readonly [string, RegExp])[] = [
    ['ipam network add 10.0.0.0/16', /^Network 10\.0\.0\.0\/16 added as net-1\.\n$/],
    ['ipam network list', /net-1 +10\.0\.0\.0\/16/],
    ['ipam network show net-1', /10\.0\.0\.0\/16/],
    ['ipam allocate -n net-1', /^10\.0\.0\.1 allocated as alloc-1\.\n$/],
    ['ipam allocate -n net-1 -k 3 -H web-1', /^10\.0\.0\.2-10\.0\.0\.4 allocated as alloc-2\.\n$/],
    ['ipam allocate -n net-1 --ip 10.0.7.7 -T 2', /^10\.0\.7\.7 allocated as alloc-3\.\n$/],
    [
      'ipam allocate -n net-1 --prefix-length 28',
      /^10\.0\.0\.16-10\.0\.0\.31 allocated as alloc-4/,
    ],
    ['ipam network stats net-1', /21/],
    ['ipam release alloc-1', /released/],
    ['ipam release 10.0.7.7', /released/],
    ['ipam list -n net-1', /alloc-2[\s\S]*alloc-4/],
    ['ipam list --all', /alloc-1 .*released/],
    ['ipam list --json | jq -r length', /^2\n$/],
    ['ipam version', /^\S*.*1\.0\.0/],
    ['ipam completion bash', /complete -F _ipam ipam/],
    ['ipam network add 10.9.0.0/24 && ipam network delete net-2', /net-2/],
  ]
  for (const [line, expected] of steps) {
    const said = await ipam(line)
    t.match(said, { exitCode: 0, errors: '' }, line)
    t.match(said.printed, expected, line)
  }
  await watchTells(t, ipam, url)

  await exitCodesAreTold(t, ipam, `http://127.0.0.1:${closedPort}`)
  const check = `ipam check --data-dir ${dataDirectoryOf(daemon)}`
  t.match(await ipam(check), { exitCode: 1, errors: /in use by another process/ }, check)
  t.equal(await daemon.end('SIGTERM'), 0)
  t.match(await ipam(check), { exitCode: 0, printed: /log: sound[\s\S]*state: sound/ }, check)
})

/** Into `head`, which reads two lines and leaves: the next change ends the command, without a word. */
async function watchTells(
  t: Test,
  ipam: (line: string) => Promise<Said>,
  url: string,
): Promise<void> {
  let said: Said | null = null
  const watching = ipam('{ ipam watch --from 1; echo "exit code $?" >&2; } | head -n 2')
  void watching.then(result => {
    said = result
  })
  let octet = 0
  await until('ipam watch ends with its reader', async () => {
    if (said === null) await createNetwork(url, `10.8.${octet++}.0/24`)
    return said !== null
  })
  const { printed, errors } = await watching
  t.match(printed, /^\S+ +\d+ +cluster_created +cluster +system\n\S+ +\d+ +vrf_created +vrf-1 /)
  t.equal(errors, 'exit code 0\n', 'no stack trace when nobody reads any more')
}

async function exitCodesAreTold(
  t: Test,
  ipam: (line: string, server?: string) => Promise<Said>,
  nobody: string,
): Promise<void> {
  t.match(await ipam('ipam network show net-99'), { exitCode: 1, errors: /net-99/ }, 'refused')
  const standalone = await ipam('ipam cluster status')
  t.match(standalone, { exitCode: 1, errors: /not in cluster mode/ })
  t.match(await ipam('ipam allocate'), { exitCode: 2, errors: /--network/ }, 'usage')
  t.match(await ipam('ipam list', nobody), { exitCode: 3, errors: /\S/ }, 'unreachable')
  const silent = await ipam(`ipam list --server ${nobody} --server $IPAM_SERVER`)
  t.equal(silent.exitCode, 0, 'of several servers the first that answers')
}

t.test('the example configuration and the commands that README gives for it', async t => {
  const directory = temporaryDirectory(t)
  const secretFile = join(directory, 'cluster.secret')
  const example = readFileSync(join(projectRoot(), 'cluster.example.yaml'), 'utf8')
  writeFileSync(join(directory, 'cluster.yaml'), example.replaceAll(SECRET_PATH, secretFile))
  const block = bashBlocks().find(text => text.includes('--check')) ?? ''
  const lines = block.replaceAll(SECRET_PATH, secretFile).split('\n')
  const makeSecret = lines.find(line => line.startsWith('head -c 32')) ?? 'false'
  const check = lines.find(line => line.includes('--check')) ?? 'false'
  const said = await runBash(`set -e; ${DEFINE_IPAM}; ${makeSecret}\n${check}`, { directory })
  t.match(said, { exitCode: 0, errors: '' })
  for (const expected of [
    'cluster_id: 100',
    'node: 1',
    'listen:\n  - node1.example.com:8080\n',
    'peer_listen:\n  - node1.example.com:5001\n',
    'auth:\n  core: required\n',
    'body_bytes_max: 1MiB\n',
    'retention: 365d\n',
  ])
    t.match(said.printed, expected)
  const secret = readFileSync(secretFile, 'utf8').trim()
  t.ok(secret.length > 16, 'the secret is made')
  t.notMatch(said.printed, secret, 'and never shown')
})
