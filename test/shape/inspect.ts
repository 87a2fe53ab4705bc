// Reads source text and says where it breaks the picture. Pure over a map of files, so that planted faults can be tested.
import { dirname, join, normalize } from 'node:path/posix'
import { arrows, impureWords, linesMax, pureRooms } from './rooms.js'

/** Path from the project's root → text. */
export type Sources = ReadonlyMap<string, string>

export function inspectShape(sources: Sources): string[] {
  const findings: string[] = []
  for (const [path, text] of sources) {
    const room = roomOf(path)
    if (room === null) {
      findings.push(`${path}: belongs to no room of ARCHITECTURE.md`)
      continue
    }
    if (text.split('\n').length > linesMax + 1) {
      findings.push(`${path}: longer than ${linesMax} lines`)
    }
    for (const specifier of importsOf(text)) findings.push(...judgeImport(path, room, specifier))
    if (pureRooms.includes(room)) findings.push(...judgePurity(path, text))
    if (/^\s*export \* from/m.test(text)) findings.push(`${path}: export * hides what it exports`)
    if (/^\s*export default/m.test(text)) findings.push(`${path}: a default export has no name`)
  }
  return findings
}

function roomOf(path: string): string | null {
  let best: string | null = null
  for (const room of Object.keys(arrows)) {
    if (path.startsWith(`${room}/`) && (best === null || room.length > best.length)) best = room
  }
  return best
}

function importsOf(text: string): string[] {
  const found: string[] = []
  const code = withoutComments(text)
  const pattern =
    /(?:^|[\s;}])(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm
  for (const match of code.matchAll(pattern)) {
    const specifier = match[1] ?? match[2] ?? match[3]
    if (specifier !== undefined) found.push(specifier)
  }
  return found
}

function judgeImport(path: string, room: string, specifier: string): string[] {
  if (!specifier.startsWith('.')) {
    return pureRooms.includes(room)
      ? [`${path}: a pure room imports the package or module ${specifier}`]
      : []
  }
  const target = normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts')
  if (target.endsWith('.json')) return []
  const targetRoom = roomOf(target)
  if (targetRoom === room) return []
  if (targetRoom === null) return [`${path}: imports ${specifier}, which is in no room`]
  if (!(arrows[room] ?? []).includes(targetRoom)) {
    return [`${path}: ${room} may not import ${targetRoom} (${specifier})`]
  }
  const door = `${targetRoom}/index.ts`
  return target === door || room === 'bin'
    ? []
    : [`${path}: imports ${target} instead of its room's door ${door}`]
}

function judgePurity(path: string, text: string): string[] {
  const code = withoutStrings(withoutComments(text))
  return impureWords
    .filter(word => word.pattern.test(code))
    .map(word => `${path}: a pure room uses ${word.what}`)
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1')
}

function withoutStrings(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'/g, "''").replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
}
