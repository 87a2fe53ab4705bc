// The commands that open a node on this machine.
export { checkCommand } from './check.js'
export { restoreCommand } from './restore.js'
export { serveCommand } from './serve.js'
