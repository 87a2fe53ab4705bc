// What the local commands may use of the composition root.
export type { IpamNode } from './open-node.js'
export { openNode } from './open-node.js'
