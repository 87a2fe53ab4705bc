// The commands that pools of every family have in common: create, list, show, delete, allocate, release. A family says
// where it lies, what its pools are made from, what they hand out, and how that is shown.
import { Argument, Command } from 'commander'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { type Column, formatFields, formatTable, show } from '../output.js'

/** Body of a request from what commander gives an action: arguments in order, then the options. */
export type BodyOf = (args: readonly unknown[]) => object

export type PoolFamily<Pool, Item> = {
  readonly command: string
  readonly path: string
  /** `route targets`: what its pools are of. */
  readonly pools: string
  /** `blocks`: what is handed out. */
  readonly items: string
  readonly poolColumns: readonly Column<Pool>[]
  readonly itemColumns: readonly Column<Item>[]
  /** `65000:{1000-1999}`: what a pool hands out from. */
  rangeOf(pool: Pool): string
  /** The item as it is named in a release. */
  valueOf(item: Item): string
  /** Each adds its own arguments and options to the command. */
  creation(command: Command): BodyOf
  allocation(command: Command): BodyOf
  release(command: Command): BodyOf
}

type Listed<Pool, Item> = Pool & { readonly allocations?: readonly Item[] }

export function poolFamilyCommand<Pool extends object, Item>(
  family: PoolFamily<Pool, Item>,
  surroundings: Surroundings,
): Command {
  const group = new Command(family.command).description(`pools of ${family.pools}`)
  const add = (name: string, description: string): Command => {
    const command = clientOptions(new Command(name)).description(description)
    group.addCommand(command)
    return command
  }
  const { path, items } = family

  const create = add('create', `make a pool of ${family.pools}`).addArgument(nameArgument())
  const creationOf = family.creation(create)
  create.action(async (name: string, ...args: unknown[]) => {
    const { client, output } = contextOf(create, surroundings)
    const body = { name, ...creationOf(args) }
    const answer = await client.call<Pool>({ method: 'POST', path, body })
    show(output, answer, pool => `Pool ${name} created: ${family.rangeOf(pool)}.`)
  })

  addList(add('list', `list all pools, or the ${items} of one`), family, surroundings)

  const showOne = add('show', 'show one pool').addArgument(nameArgument())
  showOne.action(async (name: string) => {
    const { client, output } = contextOf(showOne, surroundings)
    const answer = await client.call<Listed<Pool, Item>>({
      method: 'GET',
      path: pathOf(family, name),
    })
    show(output, answer, ({ allocations, ...pool }) =>
      formatFields({ ...pool, [items]: allocations?.length ?? 0 }),
    )
  })

  const remove = add('delete', `delete a pool and release all of its ${items}`)
  remove.addArgument(nameArgument()).action(async (name: string) => {
    const { client, output } = contextOf(remove, surroundings)
    await client.call({ method: 'DELETE', path: pathOf(family, name) })
    show(output, { deleted: name }, () => `Pool ${name} deleted.`)
  })

  addAllocate(add('allocate', 'take a free one'), family, surroundings)
  addRelease(add('release', 'give one back'), family, surroundings)
  return group
}

function addList<Pool extends object, Item>(
  command: Command,
  family: PoolFamily<Pool, Item>,
  surroundings: Surroundings,
): void {
  const { path, items } = family
  command.argument('[name]', `of the pool whose ${items} are listed`)
  command.action(async (name: string | undefined) => {
    const { client, output } = contextOf(command, surroundings)
    if (name === undefined) {
      const answer = await client.call<Pool[]>({ method: 'GET', path })
      show(output, answer, pools =>
        pools.length === 0 ? 'No pools found.' : formatTable(family.poolColumns, pools),
      )
      return
    }
    const answer = await client.call<readonly Item[] | { readonly allocations: readonly Item[] }>({
      method: 'GET',
      path: `${pathOf(family, name)}/allocations`,
    })
    // Document 003 puts its lists into an object, the core surface does not.
    const listed = 'allocations' in answer ? answer.allocations : answer
    show(output, answer, () =>
      listed.length === 0
        ? `Pool ${name} has no ${items} handed out.`
        : formatTable(family.itemColumns, listed),
    )
  })
}

function addAllocate<Pool, Item>(
  command: Command,
  family: PoolFamily<Pool, Item>,
  surroundings: Surroundings,
): void {
  command.addArgument(nameArgument())
  const bodyOf = family.allocation(command)
  command.option('-d, --description <text>').option('--for <whom>', 'who it is for')
  command.action(async (name: string, ...args: unknown[]) => {
    const { client, output } = contextOf(command, surroundings)
    const { description, for: owner } = command.opts<{ description?: string; for?: string }>()
    const body = { ...bodyOf(args), description, allocated_to: owner }
    const path = `${pathOf(family, name)}/allocate`
    const answer = await client.call<Item>({ method: 'POST', path, body })
    show(output, answer, item => `${family.valueOf(item)} allocated from ${name}.`)
  })
}

function addRelease<Pool, Item>(
  command: Command,
  family: PoolFamily<Pool, Item>,
  surroundings: Surroundings,
): void {
  command.addArgument(nameArgument())
  const bodyOf = family.release(command)
  command.action(async (name: string, ...args: unknown[]) => {
    const { client, output } = contextOf(command, surroundings)
    const path = `${pathOf(family, name)}/release`
    const answer = await client.call<object>({ method: 'POST', path, body: bodyOf(args) })
    show(output, answer, () => `${String(args[0])} released.`)
  })
}

function pathOf({ path }: { readonly path: string }, name: string): string {
  return `${path}/${encodeURIComponent(name)}`
}

function nameArgument(): Argument {
  return new Argument('<name>', 'of the pool')
}
