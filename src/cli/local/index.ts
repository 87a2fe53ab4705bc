// The commands that open a node on this machine.
export { serveCommand } from './serve.js'
