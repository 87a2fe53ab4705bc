// What other rooms may use of logging and metrics.
export type { LogLevel } from './logger.js'
export { createLogger } from './logger.js'
export type { Labelled } from './registry.js'
export {
  addCounter,
  addGauge,
  addHistogram,
  addLabelledCounter,
  addLabelledGauge,
  createRegistry,
  secondsBuckets,
} from './registry.js'
