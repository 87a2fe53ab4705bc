// ipam cluster: who is in it and who leads.
import { Command } from 'commander'
import type { ClusterStatusAnswer } from '../api.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { formatTable, show } from '../output.js'
import { memberCommands } from './members.js'

type Member = ClusterStatusAnswer['members'][number]

const columns = [
  { title: 'NODE', value: (member: Member) => member.node_id },
  { title: 'ADDRESS', value: (member: Member) => member.addr },
  { title: 'ROLE', value: (member: Member) => member.role },
  { title: 'LAG', value: (member: Member) => member.lag },
  { title: 'PROGRAM', value: (member: Member) => programOf(member) },
  { title: 'STATE', value: (member: Member) => stateOf(member) },
]

export function clusterCommand(surroundings: Surroundings): Command {
  const status = clientOptions(new Command('status')).description(
    'members, leader, term and commit index',
  )
  status.action(async () => {
    const { client, output } = contextOf(status, surroundings)
    const path = '/api/v1/cluster/status'
    const answer = await client.call<ClusterStatusAnswer>({ method: 'GET', path })
    show(output, answer, describe)
  })
  const cluster = new Command('cluster').description('the nodes of the cluster').addCommand(status)
  for (const command of memberCommands(surroundings)) cluster.addCommand(command)
  return cluster
}

function describe(status: ClusterStatusAnswer): string {
  const leader = status.leader_id === null ? 'no leader' : `node ${status.leader_id} leads`
  return [
    `Cluster ${status.cluster_id}: ${leader}, term ${status.term}, commit index ${status.commit_index}.`,
    `Asked node ${status.node_id} (${status.role}).`,
    formatTable(columns, status.members),
  ].join('\n')
}

/** `1.2.0 (commands 2)` */
function programOf({ program, command_version }: Member): string | null {
  return command_version == null ? null : `${program || '?'} (commands ${command_version})`
}

function stateOf({ leaving, replaces, active, held }: Member): string | null {
  const state = leaving ? 'leaving' : replaces !== null ? `replaces ${replaces}` : null
  if (state === null && active === false) return 'silent'
  return held == null ? state : `${state ?? 'joins'} (held: ${held})`
}
