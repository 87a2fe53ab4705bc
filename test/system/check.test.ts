// `ipam check` on the directory of a real node: what it verified when all is well; the place, and exit code 1, after one flipped bit.
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDatabase } from '../../src/store/open.js'
import { Daemon, freePorts, ipamProgram } from '../support/processes.js'
import { endWithTest, temporaryDirectory } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'

t.setTimeout(120_000)

/** A stopped node with a network, allocations and releases. */
async function makeDirectory(t: Test): Promise<string> {
  const directory = temporaryDirectory(t)
  const data = join(directory, 'data')
  const [port] = await freePorts(1)
  const daemon = new Daemon({
    url: `http://127.0.0.1:${port}`,
    logFile: join(directory, 'log'),
    args: ['--data-dir', data, '--listen', `127.0.0.1:${port}`],
  })
  endWithTest(t, [daemon])
  daemon.start()
  await daemon.ready()
  const network = await createNetwork(daemon.url, '10.0.0.0/24')
  for (let count = 0; count < 60; count++) {
    const { id } = await allocate(daemon.url, { network_id: network.id, hostname: `host-${count}` })
    if (count % 3 === 0) {
      await call(daemon.url, `/api/v1/allocations/${id}/release`, { method: 'POST' })
    }
  }
  await daemon.end('SIGTERM')
  return data
}

function check(directory: string): { readonly code: number | null; readonly text: string } {
  const args = [ipamProgram(), 'check', '--data-dir', directory]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { code: status, text: `${stdout}${stderr}` }
}

function flip(file: string, at: (bytes: Buffer) => number): void {
  const bytes = readFileSync(file)
  const position = at(bytes)
  bytes[position] = (bytes[position] ?? 0) ^ 4
  writeFileSync(file, bytes)
}

/** Everywhere: SQLite leaves old copies of rows in the unused parts of its pages, which nobody reads. */
function flipText(file: string, text: string): void {
  const bytes = readFileSync(file)
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    bytes[at + 3] = (bytes[at + 3] ?? 0) ^ 4
  }
  writeFileSync(file, bytes)
}

function logFileOf(directory: string): string {
  const [name = ''] = readdirSync(join(directory, 'raft')).filter(name => name.endsWith('.log'))
  return join(directory, 'raft', name)
}

const stateFile = join('state', '0-0', 'state.db')

const damages: readonly {
  readonly name: string
  readonly damage: (directory: string) => void
  readonly says: RegExp
}[] = [
  {
    name: 'the identity',
    damage: directory => flip(join(directory, 'identity.json'), bytes => bytes.length >> 1),
    says: /its identity\.json is not as it was written/,
  },
  {
    name: 'the middle of the log',
    damage: directory => flip(logFileOf(directory), bytes => bytes.length >> 1),
    says: /log ends at \d+, but entry \d+ is already in its state|is damaged: Entr.* \d+/,
  },
  {
    name: 'the end of the log',
    damage: directory => flip(logFileOf(directory), bytes => bytes.length - 40),
    says: /log ends at \d+, but entry \d+ is already in its state|log is damaged/,
  },
  {
    name: 'the text of a Change',
    damage: directory => flipText(join(directory, stateFile), '"host-33"'),
    says: /Change \d+\.\d+ does not follow from the one before it/,
  },
  {
    name: 'the header of the state',
    damage: directory => flip(join(directory, stateFile), () => 5),
    says: /state: file: /,
  },
  {
    name: 'CURRENT',
    damage: directory => flip(join(directory, 'CURRENT'), () => 0),
    says: /CURRENT is damaged/,
  },
]

t.test('ipam check tells what it verified, and where one flipped bit lies', async t => {
  const directory = await makeDirectory(t)
  const sound = check(directory)
  t.equal(sound.code, 0, sound.text)
  t.match(sound.text, /identity, log and state belong together/)
  t.match(sound.text, /log: sound, entries 1 to \d+, term \d+, chain head [0-9a-f]{8}/)
  t.match(
    sound.text,
    /verified: \d+ changes in the chain, 1 VRFs, 1 networks, 60 allocations, 40 live/,
  )
  const copy = `${directory}-copy`
  for (const { name, damage, says } of damages) {
    cpSync(directory, copy, { recursive: true })
    damage(copy)
    const { code, text } = check(copy)
    t.equal(code, 1, `${name}: ${text}`)
    t.match(text, says, name)
    rmSync(copy, { recursive: true })
  }
  cpSync(directory, copy, { recursive: true })
  const db = openDatabase(join(copy, stateFile), { mode: 'write', cacheBytes: 1 << 20 })
  db.exec('UPDATE claims SET id = 1000 WHERE id = (SELECT max(id) FROM claims)')
  db.close()
  t.match(check(copy), { code: 1, text: /allocation/ }, 'a row that was edited')
})
