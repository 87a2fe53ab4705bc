// ipam check: verifies the log and the state of a stopped node and says what it verified, or precisely what is wrong.
import { existsSync } from 'node:fs'
import { Command } from 'commander'
import type { DirectoryReport } from '../../node/index.js'
import { CommandError, exitCodes, type Surroundings } from '../index.js'

export function checkCommand({ stdout }: Surroundings): Command {
  return new Command('check')
    .description('verify the log and the state of a stopped node')
    .option('--data-dir <dir>', 'where they are kept', './ipam-data')
    .option('--json', 'print the report as JSON')
    .action(async (options: { dataDir: string; json?: boolean }) => {
      if (!existsSync(options.dataDir)) {
        throw new CommandError(`there is no directory ${options.dataDir}`, exitCodes.usage)
      }
      const { checkDirectory } = await import('../../node/index.js')
      const report = await checkDirectory(options.dataDir)
      stdout(`${options.json ? JSON.stringify(report, jsonValue, 2) : describe(report)}\n`)
      if (!report.ok) throw new CommandError('the data directory is damaged', exitCodes.refused)
    })
}

function describe({ findings, log, state }: DirectoryReport): string {
  const { changes, vrfs, networks, allocations, liveClaims } = state.verified
  return [
    ...findings.map(finding => `directory: ${finding}`),
    ...(findings.length > 0 ? [] : ['directory: identity, log and state belong together']),
    describeLog(log),
    ...state.findings.map(({ area, message }) => `state: ${area}: ${message}`),
    `state: ${state.ok ? 'sound' : 'DAMAGED'} at applied index ${state.appliedIndex ?? 'unknown'}`,
    `verified: ${changes} changes in the chain, ${vrfs} VRFs, ${networks} networks, ${allocations} allocations, ${liveClaims} live claims without overlap`,
    `state hash: ${state.stateHash ?? 'unknown'}`,
  ].join('\n')
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
