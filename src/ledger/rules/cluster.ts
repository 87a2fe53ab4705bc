// The first command of every cluster, its identity and the VRF that always exists; and whether it acts by itself.
import { assert } from '../../lib/index.js'
import { clusterImage, vrfImage } from '../changes/images.js'
import type { GenesisCommand, SwitchEffectsCommand } from '../commands.js'
import type { Vrf } from '../entities.js'
import type { ClusterIdentity } from '../ports.js'
import type { CommandContext } from './command-context.js'
import { type Decision, done, invalid } from './decision.js'

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

export function switchEffects(context: CommandContext, { on }: SwitchEffectsCommand): Decision {
  const { rows, state } = context
  if (state.cluster === null)
    return invalid('enabled', String(on), 'the cluster is not founded yet')
  const { effects, ...cluster } = state.cluster
  if (on === (effects !== 'off')) return done()
  const switched: ClusterIdentity = on ? cluster : { ...cluster, effects: 'off' }
  rows.saveCluster(switched)
  state.cluster = switched
  const image = (isOn: boolean) => ({ effects: isOn ? 'on' : 'off' })
  context.record('effects.switched', 'cluster', cluster.clusterId, image(!on), image(on))
  return done()
}
