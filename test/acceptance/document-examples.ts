// A document's examples: its curl commands, each with the JSON printed after it, and how an answer is held against that.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../support/processes.js'
import { runBash } from '../system/workflow.js'

export type Example = {
  /** As its heading says: `POST /api/v1/ip-pools/{name}/allocate`. */
  readonly endpoint: string
  readonly command: string
  /** null where the document prints no answer. */
  readonly printed: string | null
}

/** In the document's order. */
export function readExamples(fixture: string): readonly Example[] {
  const text = readFileSync(join(projectRoot(), 'test/fixtures', fixture), 'utf8')
  const examples: Example[] = []
  let endpoint = ''
  for (const [, heading, language, code = ''] of text.matchAll(
    /^\*\*Endpoint:\*\* `([^`]+)`$|^```(bash|json)\n(.*?)^```$/gms,
  )) {
    if (heading !== undefined) endpoint = heading
    else if (language === 'bash') examples.push({ endpoint, command: code, printed: null })
    else {
      const last = examples.pop()
      if (last === undefined) throw new Error('an answer is printed before any command')
      examples.push({ ...last, printed: code })
    }
  }
  return examples
}

export type CurlAnswer = { readonly status: number; readonly body: string }

/** Runs the command as it stands, but for the server's address. */
export async function runCurl(command: string, from: string, to: string): Promise<CurlAnswer> {
  const script = command.replaceAll(from, to).replace(/^curl /, "curl -sS -w '\\n%{http_code}' ")
  const { exitCode, printed, errors } = await runBash(script)
  if (exitCode !== 0) throw new Error(`${command}: ${errors}`)
  const at = printed.trimEnd().lastIndexOf('\n')
  return { status: Number(printed.slice(at + 1)), body: printed.slice(0, Math.max(0, at)) }
}

/** JSON in which whole numbers are kept digit by digit, as `#123`: they may be beyond what a number holds. */
export function parseExactly(json: string): unknown {
  return JSON.parse(json.replace(/("[\w]+":\s*)(-?\d+)(?=\s*[,}\]])/g, '$1"#$2"'))
}

export type Comparison = { readonly compared: number; readonly objections: readonly string[] }

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const CLOCK_MS = 5000

/**
 * Field by field and in order. Times must be those of the test; what cannot be as printed is given by its path.
 * @param others path → value: { 'allocations.0.description': 'x' }
 */
export function compareFields(
  printed: unknown,
  actual: unknown,
  others: { readonly [path: string]: unknown },
  sinceMs: number,
): Comparison {
  const objections: string[] = []
  const used = new Set<string>()
  let compared = 0
  const compare = (want: unknown, got: unknown, path: string): void => {
    if (typeof want === 'object' && want !== null && typeof got === 'object' && got !== null) {
      const keys = Object.keys(want)
      if (keys.join() !== Object.keys(got).join())
        objections.push(`${path}: fields are ${Object.keys(got)}, not ${keys}`)
      for (const key of keys)
        compare(Reflect.get(want, key), Reflect.get(got, key), path === '' ? key : `${path}.${key}`)
      return
    }
    compared++
    if (path in others) {
      used.add(path)
      want = others[path]
    } else if (typeof want === 'string' && TIMESTAMP.test(want)) {
      if (!isRecent(got, sinceMs)) objections.push(`${path}: ${got} is no time of this test`)
      return
    }
    if (want !== got) objections.push(`${path}: ${got}, not ${want}`)
  }
  compare(printed, actual, '')
  for (const path of Object.keys(others))
    if (!used.has(path)) objections.push(`${path}: there is no such field`)
  return { compared, objections }
}

function isRecent(text: unknown, sinceMs: number): boolean {
  if (typeof text !== 'string' || !TIMESTAMP.test(text)) return false
  const timeMs = Date.parse(text)
  return timeMs >= sinceMs - CLOCK_MS && timeMs <= Date.now() + CLOCK_MS
}
