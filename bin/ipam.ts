#!/usr/bin/env node
// The program `ipam`.
import { createProgram, runProgram } from '../src/cli/index.js'
import { checkCommand, serveCommand } from '../src/cli/local/index.js'

const surroundings = {
  environment: process.env,
  stdout: (text: string) => void process.stdout.write(text),
  stderr: (text: string) => void process.stderr.write(text),
}
const program = createProgram(surroundings, [
  serveCommand(surroundings),
  checkCommand(surroundings),
])
process.exitCode = await runProgram(program, process.argv.slice(2), surroundings)
