// The program `ipam` run in this process, with what it writes and its exit code.
import { createProgram, runProgram } from '../../src/cli/index.js'

export type Run = { readonly code: number; readonly out: string; readonly err: string }

export async function ipam(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Run> {
  let out = ''
  let err = ''
  const surroundings = {
    environment,
    stdout: (text: string) => {
      out += text
    },
    stderr: (text: string) => {
      err += text
    },
    writeBytes: async (bytes: Uint8Array) => {
      out += Buffer.from(bytes).toString('latin1')
    },
    isTerminal: false,
  }
  const code = await runProgram(createProgram(surroundings, []), args, surroundings)
  return { code, out, err }
}
