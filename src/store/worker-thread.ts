// The threads of this room start as all do.
export { startWorker } from '../lib/index.js'
