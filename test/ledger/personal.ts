// Users with things of their own, and commands about these with only the options that matter set.
import type {
  Command,
  CreateRuleCommand,
  CreateShareCommand,
  Network,
  Outcome,
  Refusal,
  Result,
} from '../../src/ledger/index.js'
import { asUser, refusalOf } from './office.js'
import { World } from './world.js'

export const ADMIN = 1
export const ANNA = 2
export const BEN = 3
/** As much as 128 bits of chance have in base64url. */
export const TOKEN = 'AAAAAAAAAAAAAAAAAAAAA-'

/** A world with an admin, and two users who may read. */
export function worldOfUsers(): World {
  const world = new World()
  for (const [username, role] of [
    ['admin', 'admin'],
    ['anna', 'user'],
    ['ben', 'user'],
  ] as const) {
    world.result({
      ...({ type: 'user.create', username, role, theme: 'light' } as const),
      ...{ email: `${username}@example.com`, passwordHash: 'hash' },
    })
  }
  return world
}

export function region(world: World, cidr: string): Network {
  const facts = { owner: null, description: null, tags: [] }
  return world.network({
    ...{ type: 'region.create', place: { cidr }, region: { name: `of ${cidr}`, ...facts } },
  })
}

export function share(set: Partial<CreateShareCommand> = {}): CreateShareCommand {
  const about = { resourceType: 'region', resourceId: 1, description: null } as const
  return { type: 'share.create', token: TOKEN, ...about, ttlMs: 60_000, ...set }
}

export function rule(set: Partial<CreateRuleCommand> = {}): CreateRuleCommand {
  const facts = { name: 'nearly full', threshold: 8500, severity: 'warning' } as const
  const watched = { resourceType: null, resourceIds: [], channels: ['in_app'] } as const
  return { type: 'rule.create', ...facts, ...watched, ...set }
}

export function merge(patch: unknown): Command {
  return { type: 'preferences.merge', patch: JSON.stringify(patch) }
}

/** What a user is answered; throws when he is refused. */
export function resultFor<Type extends Result['type']>(
  world: World,
  userId: number,
  command: Command,
  type: Type,
): Extract<Result, { readonly type: Type }> {
  const outcome: Outcome = asUser(world, userId, command)
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`)
  const { result } = outcome
  if (result.type !== type) throw new Error(`a ${result.type} is no ${type}`)
  return result as Extract<Result, { readonly type: Type }>
}

export function refusalFor(world: World, userId: number, command: Command): Refusal {
  return refusalOf(asUser(world, userId, command))
}
