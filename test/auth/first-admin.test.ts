import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import { FirstAdminError, firstAdminPassword, systemRandom } from '../../src/auth/index.js'

const nothing = { environment: {}, file: null }

function fileWith(t: Test, content: string | Buffer, mode = 0o600): string {
  const path = join(t.testdir(), 'password')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

function refusal(run: () => unknown): FirstAdminError {
  try {
    run()
  } catch (error) {
    if (error instanceof FirstAdminError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

t.test('without a password one is made up, that people can read to each other', async t => {
  const passwords = new Set<string>()
  for (let i = 0; i < 500; i++) {
    const { password, generated, warning } = firstAdminPassword(nothing, systemRandom)
    t.equal(generated, true)
    t.equal(warning, null)
    passwords.add(password)
  }
  t.equal(passwords.size, 500)
  const text = [...passwords].join('')
  t.equal(text.length, 500 * 20)
  t.notMatch(text, /[0Oo1Iil2Z5S8B]/)
  const characters = new Set(text).size
  t.ok(20 * Math.log2(characters) >= 110, `${characters} characters`)
})

t.test('the environment comes first, then the file', async t => {
  const file = fileWith(t, 'from the file')
  const environment = { IPAM_ADMIN_PASSWORD: 'from the environment' }
  t.strictSame(firstAdminPassword({ environment, file }, systemRandom), {
    password: 'from the environment',
    generated: false,
    warning: null,
  })
  t.strictSame(firstAdminPassword({ environment: {}, file }, systemRandom), {
    password: 'from the file',
    generated: false,
    warning: null,
  })
})

t.test('an empty variable is none', async t => {
  const environment = { IPAM_ADMIN_PASSWORD: '' }
  t.equal(firstAdminPassword({ environment, file: null }, systemRandom).generated, true)
})

t.test('one line end is cut from the file, and nothing else', async t => {
  const rows: readonly (readonly [string, string])[] = [
    ['correct horse\n', 'correct horse'],
    ['correct horse\r\n', 'correct horse'],
    ['correct horse\n\n', 'correct horse\n'],
    [' correct horse ', ' correct horse '],
    ['密码应当足够长吗\n', '密码应当足够长吗'],
  ]
  for (const [content, password] of rows) {
    const file = fileWith(t, content)
    t.equal(firstAdminPassword({ environment: {}, file }, systemRandom).password, password)
  }
})

t.test('a file that everybody may read or write is used with a warning', async t => {
  for (const [mode, warned] of [
    [0o600, false],
    [0o640, false],
    [0o644, true],
    [0o602, true],
  ] as const) {
    const file = fileWith(t, 'correct horse', mode)
    const { warning } = firstAdminPassword({ environment: {}, file }, systemRandom)
    t.equal(warning !== null, warned, mode.toString(8))
    if (warning !== null) {
      t.match(warning, file)
      t.notMatch(warning, 'correct horse')
    }
  }
})

t.test('a password that breaks the rules is refused, and not shown', async t => {
  const rows = [
    ['horse', 'at least 8'],
    ['x'.repeat(3_000), 'at most 128'],
    ['漢'.repeat(3_000).slice(0, 682), 'at most 128'],
    ['zzzzzzzzzz', 'one character'],
  ] as const
  for (const [password, why] of rows) {
    for (const sources of [
      { environment: { IPAM_ADMIN_PASSWORD: password }, file: null },
      { environment: {}, file: fileWith(t, password) },
    ]) {
      const error = refusal(() => firstAdminPassword(sources, systemRandom))
      t.equal(error.code, 'password-refused')
      t.match(error.message, why)
      t.notOk(inspect(error).includes(password), 'nor in its stack or fields')
    }
  }
})

t.test('an empty file is refused, not taken for none', async t => {
  const file = fileWith(t, '\n')
  const error = refusal(() => firstAdminPassword({ environment: {}, file }, systemRandom))
  t.equal(error.code, 'password-refused')
})

t.test('a file that cannot be read is named with the reason', async t => {
  const binary = fileWith(t, Buffer.from([0xff, 0xfe, 0x41, 0x42]))
  const directory = dirname(binary)
  const rows: readonly (readonly [string, RegExp])[] = [
    [join(directory, 'missing'), /ENOENT/],
    [directory, /EISDIR/],
    [binary, /ENCODING/],
  ]
  for (const [file, why] of rows) {
    const error = refusal(() => firstAdminPassword({ environment: {}, file }, systemRandom))
    t.equal(error.code, 'file-unreadable')
    t.match(error.message, why)
    t.match(error.message, file)
  }
})
