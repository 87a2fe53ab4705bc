// What other rooms may use of logging and metrics.
export type { LogLevel } from './logger.js'
export { createLogger } from './logger.js'
export { addCounter, addGauge, addHistogram, createRegistry, secondsBuckets } from './registry.js'
