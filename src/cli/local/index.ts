// The commands that open a node on this machine.
export { checkCommand } from './check.js'
export { serveCommand } from './serve.js'
