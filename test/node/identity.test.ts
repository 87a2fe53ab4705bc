// The first admin's password as a node looks at it before it opens anything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/index.js'
import { checkFirstPassword, firstPasswordOf } from '../../src/node/identity.js'
import { openNode } from '../../src/node/index.js'

const directory = mkdtempSync(join(tmpdir(), 'ipam-node-'))
t.teardown(() => rmSync(directory, { recursive: true, force: true }))

function passwordFile(text: string): string {
  const path = join(directory, 'password')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

t.test('nothing said, a good password, or a file that is gone: the node begins', async t => {
  const gone = join(directory, 'gone')
  for (const [file, variable] of [
    [null, undefined],
    [null, 'correct horse'],
    [passwordFile('correct horse\n'), undefined],
    [gone, undefined],
  ] as const) {
    const environment = { IPAM_ADMIN_PASSWORD: variable }
    const password = firstPasswordOf({ adminPasswordFile: file }, environment)
    t.doesNotThrow(() => checkFirstPassword(password))
  }
})

t.test('a password that could never be set ends the start before anything is opened', async t => {
  const data_dir = join(directory, 'data')
  const flags = { data_dir, listen: ['127.0.0.1:0'] }
  const { config } = loadConfig({ file: null, environment: {}, flags })
  const surroundings = {
    abort: new AbortController().signal,
    environment: { IPAM_ADMIN_PASSWORD: 'aaaaaaaaaaaa' },
    print: (text: string) => t.fail(text),
  }
  await t.rejects(openNode(config, surroundings), {
    message:
      "The first admin's password from IPAM_ADMIN_PASSWORD is refused: a password is not one character repeated.",
  })
  const file = passwordFile('short')
  const fromFile = firstPasswordOf({ adminPasswordFile: file }, {})
  t.throws(() => checkFirstPassword(fromFile), { message: /password is refused: .* 8 characters/ })
})
