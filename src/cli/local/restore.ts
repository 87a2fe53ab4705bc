// ipam restore: a backup becomes the first member of a new cluster, which begins with effects off.
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import type { Restored } from '../../node/index.js'
import { CommandError, exitCodes, type Surroundings } from '../index.js'
import { nodeIdOf } from './node-id.js'

type RestoreOptions = { readonly dataDir: string; readonly nodeId: number; readonly json?: boolean }

export function restoreCommand({ stdout }: Surroundings): Command {
  return new Command('restore')
    .description('make a backup the first member of a new cluster, in an empty directory')
    .argument('<file>', 'the backup')
    .requiredOption('--data-dir <dir>', 'the empty directory')
    .option('--node-id <id>', 'the id of the member', nodeIdOf, 1)
    .option('--json', 'print what was restored as JSON')
    .action(async (file: string, options: RestoreOptions) => {
      if (!existsSync(file)) throw new CommandError(`there is no file ${file}`, exitCodes.usage)
      const { restoreDirectory } = await import('../../node/index.js')
      const { dataDir: directory, nodeId } = options
      const restored = await restoreDirectory({ file, directory, nodeId })
      stdout(`${options.json ? json(restored) : describe(restored, options)}\n`)
    })
}

function json({ header, report, clusterUuid, index }: Restored): string {
  const { clusterId } = header
  const from = { cluster_uuid: header.clusterUuid, index: header.index, term: header.term }
  const facts = { cluster_id: clusterId, cluster_uuid: clusterUuid, index, effects: false }
  return JSON.stringify({ ...facts, from, verified: report.verified }, null, 2)
}

function describe(
  { header, report, clusterUuid, index }: Restored,
  options: RestoreOptions,
): string {
  const { networks, allocations, liveClaims } = report.verified
  const { dataDir, nodeId } = options
  const label = header.clusterId === 1 ? '' : `IPAM_CLUSTER_ID=${header.clusterId} `
  return [
    `restored: ${networks} networks, ${allocations} allocations, ${liveClaims} of them live; every byte and every rule verified`,
    `backup:   index ${header.index} of cluster ${header.clusterUuid}, taken ${new Date(header.timeMs).toISOString()}`,
    `cluster:  ${clusterUuid}, a new one; node ${nodeId} is its only member, and its log begins at ${index}`,
    'effects:  off. No lease ends and no history is pruned until you say: ipam effects on',
    '',
    `start it: ${label}ipam serve --node ${nodeId} --data-dir ${dataDir}`,
    '          or with the cluster file of its node. Others start empty with --join, then: ipam cluster add ID HOST:PORT',
  ].join('\n')
}
