// What rules about regions share: names, who may allocate in one, and how an allocation's Change says where it lies.
import type { NetworkNode } from '../address-space/network-node.js'
import { regionOf } from '../address-space/region-table.js'
import { allocationImage } from '../changes/images.js'
import type { Allocation, ChangeAction } from '../entities.js'
import { checkLine } from './checks.js'
import type { CommandContext } from './command-context.js'
import { type Decision, invalid, refuse } from './decision.js'

/** In code points. */
const NAME_CHARACTERS_MAX = 100
const MARKUP = /[<>&"']/

/** Of a country or a region: what may stand in a page as it is. @param field name of the refusal */
export function checkPlainName(
  field: string,
  name: string,
  charactersMin: number,
): Decision | null {
  const refused = checkLine(field, name, NAME_CHARACTERS_MAX)
  if (refused !== null) return refused
  if (Array.from(name).length < charactersMin) {
    return invalid(field, name, `must have at least ${charactersMin} characters`)
  }
  return MARKUP.test(name) ? invalid(field, name, `must not hold < > & " or '`) : null
}

/** A Reserved region allocates nothing, in networks inside it neither (LEDGER.md, Facets). */
export function checkMayAllocate(node: NetworkNode): Decision | null {
  const network = regionOf(node)?.network
  if (network?.region?.status !== 'Reserved') return null
  return refuse({ code: 'region-reserved', id: network.id, name: network.region.name })
}

/** Of addresses it says the region that they lie in. */
export function recordAllocation(
  context: CommandContext,
  action: ChangeAction,
  before: Allocation | null,
  after: Allocation,
): void {
  const node = after.kind === 'block' ? null : context.space.node(after.networkId)
  const regionId = node === null ? null : (regionOf(node)?.network.id ?? null)
  const images = [before === null ? null : allocationImage(before), allocationImage(after)] as const
  context.record(action, 'allocation', after.id, ...images, regionId)
}
