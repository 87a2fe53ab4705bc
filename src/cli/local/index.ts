// The commands that open a node on this machine.
export { checkCommand } from './check.js'
export { recoverCommand } from './recover.js'
export { restoreCommand } from './restore.js'
export { serveCommand } from './serve.js'
