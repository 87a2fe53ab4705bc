// The program `ipam`: its commands, and what their endings mean.
import { Command, CommanderError } from 'commander'
import { UnreachableError } from './client.js'
import { allocateCommand, listCommand, releaseCommand } from './commands/allocation.js'
import { backupCommand } from './commands/backup.js'
import { clusterCommand } from './commands/cluster.js'
import { completionCommand } from './commands/completion.js'
import { effectsCommand } from './commands/effects.js'
import { networkCommand } from './commands/network.js'
import { numberPoolCommands } from './commands/number-pool.js'
import { poolCommand } from './commands/pool.js'
import { tokenCommand } from './commands/token.js'
import { userCommand } from './commands/user.js'
import { versionCommand } from './commands/version.js'
import { watchCommand } from './commands/watch.js'
import { clientOptions, type Surroundings } from './context.js'
import { UnfinishedError } from './wish.js'

export const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3, unfinished: 4 } as const

/** An error that a command explains in one sentence, with its exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message)
  }
}

/**
 * @param local commands that open a node on this machine (serve, check), from the room that may
 * @param localOfCluster the same under `cluster`
 */
export function createProgram(
  surroundings: Surroundings,
  local: readonly Command[],
  localOfCluster: readonly Command[] = [],
): Command {
  const program = new Command('ipam')
    .description('Hands out addresses and prefixes, replicated over a few small machines.')
    .showSuggestionAfterError()
    .showHelpAfterError('(see ipam help)')
    .enablePositionalOptions()
  // Before the command as after it.
  clientOptions(program)
  for (const command of local) program.addCommand(command)
  program.addCommand(networkCommand(surroundings))
  program.addCommand(allocateCommand(surroundings))
  program.addCommand(releaseCommand(surroundings))
  program.addCommand(listCommand(surroundings))
  program.addCommand(poolCommand(surroundings))
  for (const command of numberPoolCommands(surroundings)) program.addCommand(command)
  program.addCommand(userCommand(surroundings))
  program.addCommand(tokenCommand(surroundings))
  const cluster = clusterCommand(surroundings)
  for (const command of localOfCluster) cluster.addCommand(command)
  program.addCommand(cluster)
  program.addCommand(watchCommand(surroundings))
  program.addCommand(backupCommand(surroundings))
  program.addCommand(effectsCommand(surroundings))
  program.addCommand(versionCommand(surroundings))
  program.addCommand(completionCommand(surroundings, program))
  return program
}

/** Runs one command line. @returns the exit code; never throws. */
export async function runProgram(
  program: Command,
  args: readonly string[],
  { stdout, stderr }: Surroundings,
): Promise<number> {
  configure(program, { stdout, stderr })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    }
    stderr(`error: ${(error as Error).message}\n`)
    if (error instanceof CommandError) return error.exitCode
    if (error instanceof UnfinishedError) return exitCodes.unfinished
    return error instanceof UnreachableError ? exitCodes.unreachable : exitCodes.refused
  }
}

function configure(command: Command, output: Pick<Surroundings, 'stdout' | 'stderr'>): void {
  command.exitOverride()
  command.configureOutput({ writeOut: output.stdout, writeErr: output.stderr })
  for (const child of command.commands) configure(child, output)
}
