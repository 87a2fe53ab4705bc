// The first command of every cluster: its identity and the VRF that always exists.
import { assert } from '../../lib/index.js'
import { clusterImage, vrfImage } from '../changes/images.js'
import type { GenesisCommand } from '../commands.js'
import type { Vrf } from '../entities.js'
import type { CommandContext } from './command-context.js'
import { type Decision, done } from './decision.js'

export const DEFAULT_VRF_ID = 1
export const DEFAULT_VRF_NAME = 'default'

/** Mints the cluster's identity once; a second time it changes nothing. */
export function decideGenesis(context: CommandContext, command: GenesisCommand): Decision {
  const { rows, state, vrfs } = context
  if (state.cluster !== null) return done()
  const { clusterId, clusterUuid, members } = command
  const cluster = { clusterId, clusterUuid, members }
  rows.saveCluster(cluster)
  state.cluster = cluster
  context.record('cluster.created', 'cluster', clusterId, null, clusterImage(cluster))

  const vrf: Vrf = {
    id: rows.nextId('vrf'),
    name: DEFAULT_VRF_NAME,
    description: null,
    createdMs: context.timeMs,
    revision: context.revision,
  }
  assert(vrf.id === DEFAULT_VRF_ID, 'genesis comes before every other VRF')
  rows.saveVrf(vrf)
  vrfs.put(vrf)
  context.record('vrf.created', 'vrf', vrf.id, null, vrfImage(vrf))
  return done()
}
