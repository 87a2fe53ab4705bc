// The simulator is only worth what it finds: each planted bug is found within 200 seeds, in processes of its own.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { edited } from './mutate.js'
import { mutations } from './mutations.js'

t.setTimeout(300_000)

const SEEDS_MAX = 200
const main = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url),
)

for (const { name, foundAt } of mutations) {
  t.test(`${name} is found`, async t => {
    // As long as the code is what it was, the first seed finds it again; else the search goes on from there.
    const seeds = ['--from', `${foundAt}`, '--seeds', `${SEEDS_MAX}`, '--jobs', '1']
    const args = [main, '--mutation', name, ...seeds]
    const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    const found = /^FOUND: (.*)/m.exec(stdout)?.[1]
    const seed = /^again: .* --seed (\d+)$/m.exec(stdout)?.[1]
    t.comment(`seed ${seed}: ${found}`)
    if (!t.ok(found !== undefined && seed !== undefined, name)) t.comment(stderr)
  })
}

t.test('an edit that fits nothing, or twice, is refused', async t => {
  t.equal(edited('a  (b,\n c) d', { find: 'b, c', replace: 'x' }), 'a  (x) d')
  t.throws(() => edited('a b', { find: 'c', replace: 'x' }), /stands 0 times/)
  t.throws(() => edited('a b a', { find: 'a', replace: 'x' }), /stands 2 times/)
})
