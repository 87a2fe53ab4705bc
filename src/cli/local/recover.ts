// ipam cluster recover: says what would become of a lost majority's last node, and does it when told so in so many words.
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import type { RecoveryPlan } from '../../node/index.js'
import { CommandError, exitCodes, type Surroundings } from '../index.js'

type RecoverOptions = {
  readonly dataDir: string
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function recoverCommand({ stdout }: Surroundings): Command {
  return new Command('recover')
    .description('make a stopped node a cluster of its own, when the majority is lost for ever')
    .requiredOption('--data-dir <dir>', 'where its log and state are kept')
    .option('--dry-run', 'only say what it has, to compare the nodes that are left')
    .option('--yes', 'do it; what only the others had is lost')
    .option('--json', 'print what it has as JSON')
    .action(async (options: RecoverOptions) => {
      const { dataDir } = options
      if (!existsSync(dataDir))
        throw new CommandError(`there is no directory ${dataDir}`, exitCodes.usage)
      const { planRecovery, recoverDirectory } = await import('../../node/index.js')
      const plan = await planRecovery(dataDir)
      stdout(`${options.json ? JSON.stringify(plan, null, 2) : describe(plan)}\n`)
      if (options.dryRun) return
      if (!options.yes)
        throw new CommandError('nothing was changed; to do it, say --yes', exitCodes.usage)
      const { nodeId, clusterUuid, index } = await recoverDirectory(dataDir)
      const text = `\nNode ${nodeId} is the only member of the new cluster ${clusterUuid}; its log begins at ${index}. Start it as ever; add others under new ids, with empty directories: ipam cluster add ID HOST:PORT`
      if (!options.json) stdout(`${text}\n`)
    })
}

function describe(plan: RecoveryPlan): string {
  const { nodeId, clusterId, clusterUuid, others, lastIndex, lastTerm, committedIndex } = plan
  const open = lastIndex - committedIndex
  const uncertain =
    open <= 0
      ? 'nothing of its log is uncertain'
      : `${open} ${open === 1 ? 'entry' : 'entries'} up to ${lastIndex}, of which this node was never told that a majority had ${open === 1 ? 'it' : 'them'}, will count as committed`
  return [
    ...(plan.unfinished
      ? ['A recovery was begun here and not finished: only a recovery goes on from here.']
      : []),
    `node:    ${nodeId} of cluster ${clusterId}, ${clusterUuid}`,
    `has:     all up to entry ${lastIndex} of term ${lastTerm}; applied up to ${plan.appliedIndex}, ${new Date(plan.appliedTimeMs).toISOString()}`,
    'compare: of the nodes that are left, recover the one whose last entry has the highest term, then the highest number',
    `lost:    whatever the others acknowledged after entry ${lastIndex} without this node`,
    `kept:    all up to there; ${uncertain}`,
    `others:  ${others.length === 0 ? 'none' : `nodes ${others.join(', ')} are refused if they come back; their ids are not used again`}`,
  ].join('\n')
}
