// The program that an administrator changes the members with.
import { spawn } from 'node:child_process'
import { ipamProgram } from './processes.js'

/** Runs `ipam cluster …` to its end. @returns what it printed. @throws unless it exits with 0 */
export async function ipamCluster(url: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [ipamProgram(), 'cluster', ...args, '--server', url])
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  const code = await new Promise(resolve => child.once('close', resolve))
  if (code !== 0) throw new Error(`ipam cluster ${args.join(' ')} ended with ${code}: ${printed}`)
  return printed
}
