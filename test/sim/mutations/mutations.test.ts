// The simulator is only worth what it finds: each planted bug is found within 200 seeds, in a process of its own.
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

for (const { name } of mutations) {
  t.test(`${name} is found`, async t => {
    const args = [main, '--mutation', name, '--from', '1', '--seeds', `${SEEDS_MAX}`]
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
