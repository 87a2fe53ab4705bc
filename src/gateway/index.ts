// What other rooms may use of the gateway.
export type { GatewayDependencies, GatewayOptions } from './gateway.js'
export { Gateway, gatewayDefaults } from './gateway.js'
export type { QuorumRisk } from './live-quorum.js'
export { describeRisk, quorumRisk, riskWithout } from './live-quorum.js'
export type {
  Availability,
  GatewayView,
  LeaderView,
  ReadContext,
  ReadLevel,
  SubmitContext,
} from './types.js'
export { GatewayError } from './types.js'
