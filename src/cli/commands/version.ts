// ipam version: of this program, and of the server when one answers.
import { Command } from 'commander'
import { programVersion } from '../../lib/index.js'
import type { VersionAnswer } from '../api.js'
import { UnreachableError } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { show } from '../output.js'

export function versionCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('version')).description(
    'version of this program and of the server',
  )
  return command.action(async () => {
    const { client, output } = contextOf(command, surroundings)
    const server = await serverVersion(client)
    show(output, { program: programVersion, server }, versions =>
      [`ipam ${versions.program}`, `server ${versions.server ?? 'not reachable'}`].join('\n'),
    )
  })
}

async function serverVersion(client: {
  call<T>(request: object): Promise<T>
}): Promise<string | null> {
  try {
    const answer = await client.call<VersionAnswer>({ method: 'GET', path: '/version' })
    return answer.version
  } catch (error) {
    if (error instanceof UnreachableError) return null
    throw error
  }
}
