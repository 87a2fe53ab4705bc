// Document 000: its curl commands, each with the answers printed after it, and its programs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../support/processes.js'

export type PrintedAnswer = { readonly status: number; readonly body: unknown }
export type CurlExample = {
  /** As its heading says: `1.1 Create a Region Reservation`. */
  readonly heading: string
  /** `POST /ipam/reservations`. */
  readonly endpoint: string
  readonly command: string
  /** All that the document prints for it; a body of undefined: none. */
  readonly printed: readonly PrintedAnswer[]
}

const text = () => readFileSync(join(projectRoot(), 'test/fixtures/document-000.md'), 'utf8')
const PARTS =
  /^### ([\d.]+ .+)$|^\*\*Endpoint\*\*: `([^`]+)`$|^\*\*Response\*\* \((.+)\):?$|^```(\w+)\n([\s\S]*?)^```$/gm

/** In the document's order. */
export function readCurlExamples(): readonly CurlExample[] {
  const examples: { -readonly [K in keyof CurlExample]: CurlExample[K] }[] = []
  let heading = ''
  let endpoint = ''
  let status: number | null = null
  const answer = (body?: unknown): void => {
    const last = examples.at(-1)
    if (last !== undefined && status !== null) last.printed = [...last.printed, { status, body }]
    status = null
  }
  for (const [, title, path, response, language, code = ''] of text().matchAll(PARTS)) {
    if (title !== undefined) heading = title
    else if (path !== undefined) endpoint = path
    else if (response !== undefined) {
      // "(Insufficient Data)" has no number: it is the answer to the same question, and no failure.
      status = Number.parseInt(response, 10) || 200
      if (status === 204) answer()
    } else if (language === 'bash' && code.startsWith('curl '))
      examples.push({ heading, endpoint, command: code, printed: [] })
    else if (language === 'json') answer(JSON.parse(code))
  }
  return examples
}

/** The `n`th program in that language under the heading with that number. */
export function readProgram(number: string, language: 'python' | 'javascript', n = 0): string {
  const [, section = ''] =
    new RegExp(`^### ${number.replace('.', '\\.')} .+?$(.*?)(?=^##|(?![^]))`, 'ms').exec(text()) ??
    []
  const programs = [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))]
  const code = programs[n]?.[1]
  if (code === undefined) throw new Error(`${number} has no ${language} program ${n}`)
  return code
}

/**
 * Where the answer is not as the document prints it: fields that are missing or of another type, and texts of the command that come back
 * otherwise. More fields than printed are fine (CONTRACT.md C-14); null may stand for what there is not.
 */
export function objectionsTo(answer: unknown, printed: unknown, command: string): string[] {
  const objections: string[] = []
  const compare = (want: unknown, got: unknown, path: string): void => {
    if (want === null || got === null) return
    if (Array.isArray(want)) {
      if (!Array.isArray(got)) objections.push(`${path} is no list`)
      else if (want.length > 0 && got.length > 0) compare(want[0], got[0], `${path}.0`)
      else if (want.length > 0) objections.push(`${path} is empty`)
      return
    }
    if (typeof want !== typeof got) {
      objections.push(`${path} is ${got === undefined ? 'missing' : `a ${typeof got}`}`)
      return
    }
    if (typeof want === 'object') {
      for (const key of Object.keys(want))
        compare(Reflect.get(want, key), Reflect.get(got as object, key), `${path}.${key}`)
      return
    }
    const isSaid = typeof want === 'string' && command.includes(`"${want}"`)
    if (isSaid && want !== got) objections.push(`${path} is ${got}, and ${want} was asked for`)
  }
  compare(printed, answer, 'answer')
  return objections
}
