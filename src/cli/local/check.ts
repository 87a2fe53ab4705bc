// ipam check: verifies the log and the state of a stopped node, or a backup, and says what it verified, or precisely what is wrong.
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import type { BackupReport, DirectoryReport } from '../../node/index.js'
import { CommandError, exitCodes, type Surroundings } from '../index.js'

type CheckOptions = { readonly dataDir?: string; readonly json?: boolean }

const DATA_DIRECTORY = './ipam-data'

export function checkCommand({ stdout }: Surroundings): Command {
  return new Command('check')
    .description('verify the log and the state of a stopped node, or a backup')
    .argument('[file]', 'a backup, instead of a data directory')
    .option('--data-dir <dir>', `where log and state are kept (default: ${DATA_DIRECTORY})`)
    .option('--json', 'print the report as JSON')
    .action(async (file: string | undefined, options: CheckOptions) => {
      const say = <R extends { readonly ok: boolean }>(report: R, text: string, what: string) => {
        stdout(`${options.json ? JSON.stringify(report, jsonValue, 2) : text}\n`)
        if (!report.ok) throw new CommandError(`${what} is damaged`, exitCodes.refused)
      }
      if (file !== undefined && options.dataDir !== undefined)
        throw new CommandError('either a backup or --data-dir is checked', exitCodes.usage)
      const { checkBackup, checkDirectory } = await import('../../node/index.js')
      if (file !== undefined) {
        requireThere(file, 'file')
        const report = await checkBackup(file)
        say({ ok: report.state.ok, ...report }, describeBackup(report), 'the backup')
        return
      }
      const directory = options.dataDir ?? DATA_DIRECTORY
      requireThere(directory, 'directory')
      const report = await checkDirectory(directory)
      say(report, describe(report), 'the data directory')
    })
}

function requireThere(path: string, kind: string): void {
  if (!existsSync(path)) throw new CommandError(`there is no ${kind} ${path}`, exitCodes.usage)
}

function describe({ findings, log, state }: DirectoryReport): string {
  return [
    ...findings.map(finding => `directory: ${finding}`),
    ...(findings.length > 0 ? [] : ['directory: identity, log and state belong together']),
    describeLog(log),
    ...describeState(state),
  ].join('\n')
}

/** Damage of the file itself is an error, which says where. */
function describeBackup({ header, state }: BackupReport): string {
  const { clusterId, clusterUuid, index, timeMs, nodeId, version } = header
  return [
    `backup: every byte verified, SHA-256 of the state ${header.stateSha256}`,
    `backup: index ${index}, taken ${new Date(timeMs).toISOString()} by node ${nodeId} (ipam ${version}) of cluster ${clusterId}, ${clusterUuid}`,
    ...describeState(state),
  ].join('\n')
}

function describeState(state: DirectoryReport['state']): string[] {
  const { changes, vrfs, networks, allocations, liveClaims, numberPools, numbers } = state.verified
  return [
    ...state.findings.map(({ area, message }) => `state: ${area}: ${message}`),
    `state: ${state.ok ? 'sound' : 'DAMAGED'} at applied index ${state.appliedIndex ?? 'unknown'}`,
    `verified: ${changes} changes in the chain, ${vrfs} VRFs, ${networks} networks, ${allocations} allocations, ${liveClaims} live claims without overlap, ${numberPools} number pools, ${numbers} numbers`,
    `state hash: ${state.stateHash ?? 'unknown'}`,
  ]
}

function describeLog(log: DirectoryReport['log']): string {
  switch (log.state) {
    case 'empty':
      return 'log: none was ever begun here'
    case 'damaged':
      return `log: DAMAGED: ${log.damage.message}`
    case 'sound':
      return `log: sound, entries ${log.firstIndex} to ${log.lastIndex}, term ${log.hardState.term}, chain head ${log.chainHead}`
  }
}

/** Errors and big integers as text. */
function jsonValue(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.message
  return typeof value === 'bigint' ? value.toString() : value
}
