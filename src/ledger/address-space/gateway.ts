// A network's own claim on its gateway: taken and counted like a live claim, but only while no other claim has the address.
import type { UndoList } from '../undo-list.js'
import { gatewayOf, type NetworkNode } from './network-node.js'

/** The gateway takes its address if that is free. If not, a claim has it, and this is to be asked again when that one ends. */
export function standGateway(node: NetworkNode, undo: UndoList): void {
  const gateway = gatewayOf(node.network)
  if (gateway === null || node.gatewayStands || !node.space.isFree(gateway, gateway)) return
  stand(node, gateway)
  undo.push(() => yieldAddress(node, gateway))
}

/** The gateway gives back what it has taken. */
export function withdrawGateway(node: NetworkNode, undo: UndoList): void {
  const gateway = gatewayOf(node.network)
  if (gateway === null || !node.gatewayStands) return
  yieldAddress(node, gateway)
  undo.push(() => stand(node, gateway))
}

function stand(node: NetworkNode, gateway: bigint): void {
  node.space.take(gateway, gateway)
  node.allocated += 1n
  node.gatewayStands = true
}

function yieldAddress(node: NetworkNode, gateway: bigint): void {
  node.space.release(gateway, gateway)
  node.allocated -= 1n
  node.gatewayStands = false
}
