// What the starting program and the local commands may use of the command line.
export type { Surroundings } from './context.js'
export { CommandError, createProgram, exitCodes, runProgram } from './program.js'
