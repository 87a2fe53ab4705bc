// README.md as a stranger reads it: its commands.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../support/processes.js'

/** The contents of its ```bash blocks, in order. */
export function bashBlocks(): string[] {
  return blocks('bash')
}

/** The contents of its blocks of no language, in order. */
export function plainBlocks(): string[] {
  return blocks('')
}

function blocks(language: string): string[] {
  const text = readFileSync(join(projectRoot(), 'README.md'), 'utf8')
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, named]) => named === language)
    .map(([, , content]) => content as string)
}
