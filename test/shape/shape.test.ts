import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { inspectShape, type Sources } from './inspect.js'

/** The folder with package.json, wherever this file was built to. */
function projectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (!readdirSync(directory).includes('tsconfig.json')) directory = dirname(directory)
  return directory
}

function readSources(root: string): Map<string, string> {
  const sources = new Map<string, string>()
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const path = join(directory, name)
      if (statSync(path).isDirectory()) walk(path)
      else if (name.endsWith('.ts')) sources.set(relative(root, path), readFileSync(path, 'utf8'))
    }
  }
  walk(join(root, 'src'))
  walk(join(root, 'bin'))
  return sources
}

t.test('the code keeps the picture of ARCHITECTURE.md', async t => {
  const sources = readSources(projectRoot())
  t.ok(sources.size > 10, 'the sources were found')
  t.same(inspectShape(sources), [])
})

const planted: readonly { path: string; text: string; finding: RegExp }[] = [
  {
    path: 'src/ledger/rules/planted.ts',
    text: 'export const now = () => Date.now()',
    finding: /pure room uses the clock/,
  },
  {
    path: 'src/ledger/planted.ts',
    text: "import { randomUUID } from 'node:crypto'",
    finding: /pure room imports the package or module node:crypto/,
  },
  {
    path: 'src/raft/core/planted.ts',
    text: 'export async function wait() {}',
    finding: /pure room uses waiting/,
  },
  {
    path: 'src/ledger/planted.ts',
    text: "import { Store } from '../store/index.js'",
    finding: /src\/ledger may not import src\/store/,
  },
  {
    path: 'src/raft/planted.ts',
    text: "import { Ledger } from '../ledger/index.js'",
    finding: /src\/raft may not import src\/ledger/,
  },
  {
    path: 'src/auth/planted.ts',
    text: "import { Router } from '../http/index.js'",
    finding: /src\/auth may not import src\/http/,
  },
  {
    path: 'src/http/planted.ts',
    text: "import { x } from '../store/rows.js'",
    finding: /instead of its room's door/,
  },
  {
    path: 'src/cli/planted.ts',
    text: "import { openNode } from '../node/index.js'",
    finding: /src\/cli may not import src\/node/,
  },
  { path: 'src/utils/planted.ts', text: '', finding: /belongs to no room/ },
  { path: 'src/lib/planted.ts', text: 'x\n'.repeat(500), finding: /longer than 400 lines/ },
  { path: 'src/lib/planted.ts', text: "export * from './assert.js'", finding: /export \*/ },
]

t.test('the inspection finds what is planted against it', async t => {
  for (const { path, text, finding } of planted) {
    const sources: Sources = new Map([[path, text]])
    const findings = inspectShape(sources)
    t.ok(
      findings.some(line => finding.test(line)),
      `${path} with ${JSON.stringify(text.slice(0, 50))}: ${JSON.stringify(findings)}`,
    )
  }
})

t.test('words in comments and strings are not code', async t => {
  const text = "// Date is not read here\nexport const word = 'await the Date'\n"
  t.same(inspectShape(new Map([['src/ledger/planted.ts', text]])), [])
})
