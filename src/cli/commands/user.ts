// ipam user: who may do what (document 004).
import { Argument, Command, Option } from 'commander'
import type { UserAnswer } from '../api.js'
import { type Client, RefusedError } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { formatTable, show } from '../output.js'
import { readNewPassword } from '../password.js'

const PATH = '/api/users'
const ROLES = ['admin', 'manager', 'user']

const columns = [
  { title: 'NAME', value: (user: UserAnswer) => user.username },
  { title: 'ROLE', value: (user: UserAnswer) => user.role },
  { title: 'ACTIVE', value: (user: UserAnswer) => (user.is_active ? 'yes' : 'no') },
  { title: 'EMAIL', value: (user: UserAnswer) => user.email },
  { title: 'LAST LOGIN', value: (user: UserAnswer) => user.last_login },
]

const nameArgument = () => new Argument('<name>', 'of the user')

export function userCommand(surroundings: Surroundings): Command {
  return new Command('user')
    .description('users: who may do what')
    .addCommand(addCommand(surroundings))
    .addCommand(listCommand(surroundings))
    .addCommand(passwdCommand(surroundings))
    .addCommand(roleCommand(surroundings))
    .addCommand(activityCommand('activate', 'let a user in again', true, surroundings))
    .addCommand(activityCommand('deactivate', 'end all that a user signed in', false, surroundings))
    .addCommand(deleteCommand(surroundings))
}

function addCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('add'))
    .description('add a user; the password is asked for, or taken from IPAM_PASSWORD')
    .addArgument(nameArgument())
    .requiredOption('-e, --email <address>')
    .addOption(new Option('-r, --role <role>').choices(ROLES).default('user'))
  return command.action(async (username: string, options: { email: string; role: string }) => {
    const { client, output } = contextOf(command, surroundings)
    const password = await readNewPassword(surroundings, `Password for ${username}: `)
    const { email, role } = options
    const body = { username, password, email, role }
    const answer = await client.call<UserAnswer>({ method: 'POST', path: PATH, body })
    show(output, answer, user => `User ${user.username} added as ${user.role}.`)
  })
}

function listCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('list')).description('list all users')
  return command.action(async () => {
    const { client, output } = contextOf(command, surroundings)
    const answer = await client.call<{ data: UserAnswer[] }>({ method: 'GET', path: PATH })
    show(output, answer, ({ data }) => formatTable(columns, data))
  })
}

function passwdCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('passwd'))
    .description('set a new password; what was signed in with the old one ends')
    .addArgument(nameArgument())
  return command.action(async (name: string) => {
    const { client, output } = contextOf(command, surroundings)
    const user = await findUser(client, name)
    const password = await readNewPassword(surroundings, `New password for ${name}: `)
    await put(client, user, { password })
    show(output, { changed: name }, () => `The password of ${name} was changed.`)
  })
}

function roleCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('role'))
    .description('give a user another role')
    .addArgument(nameArgument())
    .addArgument(new Argument('<role>').choices(ROLES))
  return command.action(async (name: string, role: string) => {
    const { client, output } = contextOf(command, surroundings)
    await put(client, await findUser(client, name), { role })
    show(output, { changed: name, role }, () => `${name} is ${role} now.`)
  })
}

function activityCommand(
  verb: string,
  description: string,
  isActive: boolean,
  surroundings: Surroundings,
): Command {
  const command = clientOptions(new Command(verb))
    .description(description)
    .addArgument(nameArgument())
  return command.action(async (name: string) => {
    const { client, output } = contextOf(command, surroundings)
    await put(client, await findUser(client, name), { is_active: isActive })
    show(output, { changed: name, is_active: isActive }, () => `${name} was ${verb}d.`)
  })
}

function deleteCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('delete'))
    .description('delete a user and all tokens of his')
    .addArgument(nameArgument())
  return command.action(async (name: string) => {
    const { client, output } = contextOf(command, surroundings)
    const { id } = await findUser(client, name)
    await client.call({ method: 'DELETE', path: `${PATH}/${id}` })
    show(output, { deleted: name }, () => `User ${name} deleted.`)
  })
}

function put(client: Client, { id }: UserAnswer, body: object): Promise<UserAnswer> {
  return client.call<UserAnswer>({ method: 'PUT', path: `${PATH}/${id}`, body })
}

/** @throws RefusedError 404 */
async function findUser(client: Client, name: string): Promise<UserAnswer> {
  const { data } = await client.call<{ data: UserAnswer[] }>({ method: 'GET', path: PATH })
  const found = data.find(user => user.username === name)
  if (found === undefined)
    throw new RefusedError(404, `no user is called ${name}; see ipam user list`)
  return found
}
