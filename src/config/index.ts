// What other rooms may use of the configuration.
export { describeEffective, describeOptions } from './explain.js'
export type { Config, ConfigSources, OptionValues } from './load.js'
export { loadConfig } from './load.js'
export type { OptionKey } from './option-table.js'
export { environmentName, optionTable } from './option-table.js'
export type { HostPort, NodeSpec } from './values.js'
export { ConfigError, formatHostPort, isLoopbackHost, parseHostPort } from './values.js'
