// ipam effects [on | off]: whether leases end and history is pruned; off after a restore.
import { Argument, Command } from 'commander'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { show } from '../output.js'

type EffectsAnswer = { readonly enabled: boolean }

export function effectsCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('effects'))
    .description('whether leases end and history is pruned; off after a restore')
    .addArgument(new Argument('[wish]', 'without it, as it is').choices(['on', 'off']))
  return command.action(async (wish: 'on' | 'off' | undefined) => {
    const { client, output } = contextOf(command, surroundings)
    const path = '/api/v1/effects'
    const answer = await client.call<EffectsAnswer>(
      wish === undefined
        ? { method: 'GET', path }
        : { method: 'POST', path, body: { enabled: wish === 'on' } },
    )
    show(output, answer, ({ enabled }) =>
      enabled
        ? 'Effects are on: leases end, and history is pruned.'
        : 'Effects are off: no lease ends, and no history is pruned, until: ipam effects on',
    )
  })
}
