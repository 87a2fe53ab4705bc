// One command of the program as it is shipped, and all it printed.
import { spawn } from 'node:child_process'
import { ipamProgram } from '../support/processes.js'

export async function runIpam(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, [ipamProgram(), ...args])
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString()
    })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, text }
}
