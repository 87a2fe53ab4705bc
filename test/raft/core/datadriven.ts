// Reads test cases in the text format of cockroachdb/datadriven, in which etcd-io/raft keeps its own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Directive = {
  /** Where it stands, for messages: file name and line. */
  readonly place: string
  readonly command: string
  /** Arguments that are no key=value, in order. */
  readonly words: readonly string[]
  /** The values of key=value and key=(a,b); a key alone has none. */
  readonly args: ReadonlyMap<string, readonly string[]>
  /** Lines between the command and `----`. */
  readonly input: readonly string[]
  readonly expected: readonly string[]
}

/** One list of directives for each file of the folder, in order of their names. */
export function readCases(folder: string): { name: string; directives: Directive[] }[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.txt'))
  return names.sort().map(name => {
    return { name, directives: parseDirectives(name, readFileSync(join(folder, name), 'utf8')) }
  })
}

/** Blocks are separated by blank lines; `#` starts a comment line. */
export function parseDirectives(name: string, text: string): Directive[] {
  const lines = text.split('\n')
  const directives: Directive[] = []
  let at = 0
  const takeUntil = (end: string): string[] => {
    const taken: string[] = []
    while (at < lines.length && lines[at] !== end) taken.push(lines[at++] ?? '')
    at++
    return taken
  }
  while (at < lines.length) {
    const line = lines[at++] ?? ''
    if (line.trim() === '' || line.startsWith('#')) continue
    const place = `${name}:${at}`
    const [command = '', ...rest] = line.split(' ')
    const text = rest.join(' ')
    directives.push({
      place,
      command,
      words: rest.filter(word => word !== '' && !/[=,)]/.test(word)),
      args: parseArgs(text),
      input: takeUntil('----'),
      expected: takeUntil(''),
    })
  }
  return directives
}

function parseArgs(text: string): Map<string, string[]> {
  const args = new Map<string, string[]>()
  for (const [, key = '', list, value] of text.matchAll(/([\w-]+)(?:=(?:\(([^)]*)\)|(\S+)))?/g)) {
    const values = list?.split(',').map(item => item.trim()) ?? (value === undefined ? [] : [value])
    args.set(key, values)
  }
  return args
}
