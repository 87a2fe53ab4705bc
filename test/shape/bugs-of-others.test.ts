// docs/bugs-of-others.md names tests; they must be there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { projectRoot } from '../support/processes.js'

t.test('every test that docs/bugs-of-others.md names exists', async t => {
  const root = projectRoot()
  const rows = readFileSync(join(root, 'docs', 'bugs-of-others.md'), 'utf8').match(/^\| B\d+ .*$/gm)
  t.equal(rows?.length, 30, 'a row for each bug')
  let named = 0
  for (const row of rows ?? []) {
    // A file in backquotes, then the names of its tests in quotes.
    for (const [, file = '', names = ''] of row.matchAll(
      /`(test\/[^`]+)`: ("[^"]+"(?:, "[^"]+")*)/g,
    )) {
      t.ok(existsSync(join(root, file)), `${file} is there`)
      const text = readFileSync(join(root, file), 'utf8')
      for (const [, name = ''] of names.matchAll(/"([^"]+)"/g)) {
        t.ok(text.includes(`'${name}'`), `${file} has a test "${name}"`)
        named++
      }
    }
    t.match(row, /`test\//, `${row.slice(2, 6).trim()} names a test`)
  }
  t.ok(named >= 30, 'at least one each')
})
