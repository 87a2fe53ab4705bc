// A password for a command: from IPAM_PASSWORD, else asked for at the terminal without showing it, else a line of
// standard input. Never an argument: these stand in the list of processes and in the history of shells.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Surroundings } from './context.js'

/** @param prompt `Password for anna: ` @throws when there is nothing to read */
export async function readPassword(
  { environment, stderr }: Surroundings,
  prompt: string,
): Promise<string> {
  const given = environment.IPAM_PASSWORD
  if (given !== undefined && given !== '') return given
  if (process.stdin.isTTY) stderr(prompt)
  const line = await readLine()
  if (process.stdin.isTTY) stderr('\n')
  if (line === '') throw new Error('a password is needed: IPAM_PASSWORD, or a line of input')
  return line
}

/** Twice at a terminal, as nobody sees what was typed. @throws when the two differ */
export async function readNewPassword(surroundings: Surroundings, prompt: string): Promise<string> {
  const first = await readPassword(surroundings, prompt)
  const isSure = !process.stdin.isTTY || surroundings.environment.IPAM_PASSWORD !== undefined
  if (isSure || (await readPassword(surroundings, 'The same again: ')) === first) return first
  throw new Error('the two passwords differ; nothing was changed')
}

function readLine(): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input: process.stdin,
    // With a terminal it echoes what is typed to its output.
    output: nowhere,
    terminal: process.stdin.isTTY === true,
  })
  return new Promise(resolve => {
    lines.once('line', line => {
      lines.close()
      resolve(line)
    })
    lines.once('close', () => resolve(''))
  })
}
