// npm run cluster: three nodes on loopback with fresh data, for trying things out; they stop together.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODES = [1, 2, 3] as const
const ASK_EVERY_MS = 200

const directory = mkdtempSync(join(tmpdir(), 'ipam-cluster-'))
writeFileSync(join(directory, 'secret'), randomBytes(32).toString('hex'))
writeFileSync(
  join(directory, 'cluster.yaml'),
  [
    'cluster_id: 100',
    `secret_file: ${join(directory, 'secret')}`,
    'log: { level: warn }',
    'nodes:',
    ...NODES.map(
      id =>
        `  - { node_id: ${id}, raft_addr: "127.0.0.1:500${id}", api_addr: "127.0.0.1:808${id}" }`,
    ),
  ].join('\n'),
)

const program = fileURLToPath(new URL('./ipam.js', import.meta.url))
// The nodes' standard output goes nowhere, so the first admin's password is made up here.
const password = process.env.IPAM_ADMIN_PASSWORD || randomBytes(12).toString('base64url')
const environment = { ...process.env, IPAM_ADMIN_PASSWORD: password }
const children = new Map<number, ChildProcess>()
let stopping = false

for (const id of NODES) {
  const args = ['--config', join(directory, 'cluster.yaml'), '--node', String(id)]
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, 'serve', ...args, '--data-dir', join(directory, `node-${id}`)],
    { stdio: ['ignore', 'ignore', 'inherit'], env: environment },
  )
  children.set(id, child)
  say(`node ${id}: http://127.0.0.1:808${id}, process ${child.pid}`)
  child.once('exit', code => {
    children.delete(id)
    if (!stopping) say(`node ${id} ended (${code ?? 'killed'}); the others go on`)
    if (children.size === 0) {
      rmSync(directory, { recursive: true, force: true })
      process.exit(stopping ? 0 : 1)
    }
  })
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopping = true
    for (const child of children.values()) child.kill('SIGTERM')
  })
}

if (!process.env.IPAM_ADMIN_PASSWORD) say(`sign in as admin with the password ${password}`)

let announced = 0
setInterval(() => void announceLeader(), ASK_EVERY_MS).unref()

async function announceLeader(): Promise<void> {
  for (const id of children.keys()) {
    try {
      const response = await fetch(`http://127.0.0.1:808${id}/api/v1/cluster/status`)
      const status = (await response.json()) as { leader_id: number | null }
      if (!status.leader_id || status.leader_id === announced) return
      announced = status.leader_id
      say(`node ${announced} leads`)
      return
    } catch {
      // Not up yet or just killed: the next one is asked.
    }
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
