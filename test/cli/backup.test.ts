// ipam backup: the file has its name only once it is whole, and nothing is replaced unasked.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BackupReader } from '../../src/backup/index.js'
import { createProgram, runProgram } from '../../src/cli/index.js'
import { Harness } from '../http/harness.js'
import { copyOf } from '../support/fake-gateway.js'

const STATE = randomBytes((3 << 20) + 77)

async function begun(t: Test) {
  const harness = await new Harness().start()
  const directory = mkdtempSync(join(tmpdir(), 'ipam-backup-'))
  t.teardown(async () => {
    await harness.server.close()
    rmSync(directory, { recursive: true })
  })
  harness.gateway.takeCopy = index => copyOf(index, STATE)
  return { harness, directory, file: join(directory, 'today.backup') }
}

async function ipam(harness: Harness, args: readonly string[], isTerminal = false) {
  const bytes: Uint8Array[] = []
  let out = ''
  let err = ''
  const surroundings = {
    environment: { IPAM_SERVER: harness.url },
    stdout: (text: string) => {
      out += text
    },
    stderr: (text: string) => {
      err += text
    },
    writeBytes: async (piece: Uint8Array) => {
      bytes.push(Buffer.from(piece))
    },
    isTerminal,
  }
  const code = await runProgram(createProgram(surroundings, []), args, surroundings)
  return { code, out, err, bytes: Buffer.concat(bytes) }
}

t.test('it says where the backup stands, and what sha256sum will say', async t => {
  const { harness, file, directory } = await begun(t)
  const run = await ipam(harness, ['backup', file])
  const bytes = readFileSync(file)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  t.match(run, { code: 0, out: /index 1, term 3, 2024-01-15T10:30:00.000Z, from node 1/ })
  t.match(run.out, `${bytes.length} bytes, verified, SHA-256 ${sha256}`)
  t.same(readdirSync(directory), ['today.backup'])
  const json = await ipam(harness, ['backup', file, '--force', '--json', '--level', 'none'], true)
  t.match(JSON.parse(json.out), { file, bytes: bytes.length, sha256, index: 1, node_id: 1 })
  t.match(json.err, /bytes \(\d+ %\)/, 'a person sees how far it is')
  t.match(harness.gateway.readsAsked.at(-1), { level: 'none' })
  const piped = await ipam(harness, ['backup', '-'])
  t.match(piped, { code: 0, out: '', err: '' })
  t.ok(piped.bytes.equals(bytes))
})

t.test('a file that is there stays', async t => {
  const { harness, file, directory } = await begun(t)
  writeFileSync(file, 'yesterday')
  t.match(await ipam(harness, ['backup', file]), { code: 1, err: /is there already; --force/ })
  t.equal(readFileSync(file, 'utf8'), 'yesterday')
  t.same(harness.gateway.readsAsked, [], 'no copy was made for nothing')
  harness.gateway.failure = new Error('broken')
  t.match(await ipam(harness, ['backup', file, '--force']), { code: 1 })
  t.equal(readFileSync(file, 'utf8'), 'yesterday', 'also when its successor did not come')
  t.same(readdirSync(directory), ['today.backup'])
})

t.test('nothing is left of a backup that broke off, or came damaged', async t => {
  const { harness, file, directory } = await begun(t)
  harness.gateway.takeCopy = index => {
    const copy = copyOf(index, STATE)
    const read = (offset: number, count: number) =>
      offset === 0 ? copy.read(offset, count) : Promise.reject(new Error('the disk is gone'))
    return { ...copy, read }
  }
  t.match(await ipam(harness, ['backup', file]), { code: 3, err: /connection broke after \d+ of/ })
  t.same(readdirSync(directory), [])
  t.match(await ipam(harness, ['backup', join(directory, 'no', 'such')]), {
    code: 1,
    err: /ENOENT/,
  })
  t.notOk(existsSync(file))
})

t.test('the bytes are those of a backup', async t => {
  const { harness, file } = await begun(t)
  await ipam(harness, ['backup', file])
  const reader = new BackupReader()
  const state = reader.push(readFileSync(file))
  t.ok(Buffer.from(state).equals(STATE))
  reader.end()
})

t.test('effects are said and switched', async t => {
  const { harness } = await begun(t)
  t.match(await ipam(harness, ['effects']), { code: 0, out: /^Effects are on: leases end/ })
  t.match(await ipam(harness, ['effects', 'off']), { code: 0, out: /^Effects are off: no lease/ })
  t.match(await ipam(harness, ['effects', '--json']), { out: /"enabled": false/ })
  t.match(await ipam(harness, ['effects', 'on']), { code: 0, out: /^Effects are on/ })
  t.match(await ipam(harness, ['effects', 'maybe']), {
    code: 2,
    err: /Allowed choices are on, off/,
  })
})
