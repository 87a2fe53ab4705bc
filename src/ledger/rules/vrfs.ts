// Address spaces beside one another: made, renamed, and deleted when empty.
import { familyLast } from '../address/family.js'
import { vrfImage } from '../changes/images.js'
import {
  COMMAND_ROWS_MAX,
  type CreateVrfCommand,
  type DeleteVrfCommand,
  type UpdateVrfCommand,
} from '../commands.js'
import type { Vrf } from '../entities.js'
import { checkRevision } from './checks.js'
import { DEFAULT_VRF_ID } from './cluster.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'

export function createVrf(context: CommandContext, command: CreateVrfCommand): Decision {
  const { name, description } = command
  const refused = checkName(context, name, null)
  if (refused !== null) return refused
  const id = context.rows.nextId('vrf')
  const vrf = { id, name, description, createdMs: context.timeMs, revision: context.revision }
  save(context, vrf)
  context.record('vrf.created', 'vrf', id, null, vrfImage(vrf))
  return answer({ type: 'vrf', vrf })
}

/** The default VRF keeps its name. */
export function updateVrf(context: CommandContext, command: UpdateVrfCommand): Decision {
  const { id, set } = command
  const old = context.vrfs.get(id)
  if (old === null) return refuse({ code: 'vrf-not-found', vrf: String(id) })
  const name = set.name ?? old.name
  if (id === DEFAULT_VRF_ID && name !== old.name) return refuse({ code: 'vrf-fixed', id })
  const refused = checkRevision(command.ifRevision, old.revision) ?? checkName(context, name, id)
  if (refused !== null) return refused
  const description = set.description === undefined ? old.description : set.description
  const vrf = { ...old, name, description, revision: context.revision }
  save(context, vrf)
  context.record('vrf.updated', 'vrf', id, vrfImage(old), vrfImage(vrf))
  return answer({ type: 'vrf', vrf })
}

export function deleteVrf(context: CommandContext, command: DeleteVrfCommand): Decision {
  const { id } = command
  const old = context.vrfs.get(id)
  if (old === null) return refuse({ code: 'vrf-not-found', vrf: String(id) })
  if (id === DEFAULT_VRF_ID) return refuse({ code: 'vrf-fixed', id })
  const refused = checkRevision(command.ifRevision, old.revision)
  if (refused !== null) return refused
  const networks = context.space.networkCount(id)
  if (networks > 0) return refuse({ code: 'vrf-in-use', id, networks })
  const reservations = countWaiting(context, id)
  if (reservations > 0) return refuse({ code: 'vrf-in-use', id, networks, reservations })
  context.rows.deleteVrf(id)
  context.vrfs.delete(id)
  context.record('vrf.deleted', 'vrf', id, vrfImage(old), null)
  return done()
}

/** @param ownId the VRF that may have the name already; null when it is new. */
function checkName(context: CommandContext, name: string, ownId: number | null): Decision | null {
  if (name === '') return invalid('name', name, 'must not be empty')
  const holder = context.vrfs.named(name)
  if (holder === null || holder.id === ownId) return null
  return refuse({ code: 'vrf-exists', name, id: holder.id })
}

/** Active reservations in no network, up to a limit. */
function countWaiting({ rows }: CommandContext, vrfId: number): number {
  const found = ([4, 6] as const).flatMap(family => {
    const all = { vrfId, family, first: 0n, last: familyLast(family) }
    return rows.reservationsOutside(all, COMMAND_ROWS_MAX)
  })
  return Math.min(found.length, COMMAND_ROWS_MAX)
}

function save(context: CommandContext, vrf: Vrf): void {
  context.rows.saveVrf(vrf)
  context.vrfs.put(vrf)
}
