// What the process's log writes for errors and secrets; a process of its own, as it writes to standard error.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { projectRoot } from '../support/processes.js'

const logger = pathToFileURL(join(projectRoot(), 'dist', 'src', 'observe', 'index.js')).href

/** @param statement has `log` @returns the line that it logged */
function logged(statement: string): Record<string, unknown> {
  const script = `import { createLogger } from '${logger}'
    const log = createLogger({ level: 'info', nodeId: 7 })
    ${statement}`
  const environment = { ...process.env, NODE_OPTIONS: '' }
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: environment,
  })
  return JSON.parse(stderr)
}

t.test('an error is logged with its message and stack, whichever key carries it', async t => {
  for (const key of ['error', 'err', 'second']) {
    const line = logged(`log.error({ ${key}: new TypeError('it broke') }, 'request failed')`)
    t.match(line, { level: 'error', node: 7, msg: 'request failed' })
    t.match(line[key], { type: 'TypeError', message: 'it broke', stack: /TypeError: it broke/ })
  }
})

t.test('a text under the same key stays a text', async t => {
  t.match(logged(`log.warn({ error: 'no answer' }, 'given up')`), { error: 'no answer' })
})

t.test('secrets are never written', async t => {
  const line = logged(`log.info({ secret: 'abc', peer: { token: 'def' } }, 'hello')`)
  t.match(line, { secret: '[secret]', peer: { token: '[secret]' } })
})
