#!/usr/bin/env -S node --max-semi-space-size=8
// The program `ipam`. Node's flag keeps the memory of a node under load down by a third; `npm start` gives it, too.
import { once } from 'node:events'
import { createProgram, runProgram } from '../src/cli/index.js'
import {
  checkCommand,
  recoverCommand,
  restoreCommand,
  serveCommand,
} from '../src/cli/local/index.js'

const surroundings = {
  environment: process.env,
  stdout: (text: string) => void process.stdout.write(text),
  stderr: (text: string) => void process.stderr.write(text),
  writeBytes: async (bytes: Uint8Array) => {
    if (!process.stdout.write(bytes)) await once(process.stdout, 'drain')
  },
  isTerminal: process.stderr.isTTY === true,
}
// Whoever read our output has heard enough (`ipam list | head`): a command is done then, and a daemon goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (process.argv[2] !== 'serve') process.exit()
  })
}

const program = createProgram(
  surroundings,
  [serveCommand(surroundings), checkCommand(surroundings), restoreCommand(surroundings)],
  [recoverCommand(surroundings)],
)
process.exitCode = await runProgram(program, process.argv.slice(2), surroundings)
