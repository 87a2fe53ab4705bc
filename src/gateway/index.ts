// What other rooms may use of the gateway.
export type { GatewayView, ReadContext, ReadLevel, SubmitContext } from './gateway.js'
export { GatewayError } from './gateway.js'
