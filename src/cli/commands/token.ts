// ipam token: permanent API tokens, for programs and for this one (IPAM_API_TOKEN).
import { Command } from 'commander'
import type { LoginAnswer, TokenAnswer } from '../api.js'
import type { Client } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { formatTable, show } from '../output.js'
import { wholeNumber, words } from '../parse.js'
import { readPassword } from '../password.js'

const PATH = '/api/auth/permanent-tokens'
const DAY_MS = 86_400_000

const columns = [
  { title: 'ID', value: (token: TokenAnswer) => token.token_id },
  { title: 'BEGINS', value: (token: TokenAnswer) => token.hint },
  { title: 'CREATED', value: (token: TokenAnswer) => token.created_at },
  { title: 'EXPIRES', value: (token: TokenAnswer) => token.expires_at },
  { title: 'FROM', value: (token: TokenAnswer) => token.ip_restrictions },
  { title: 'DESCRIPTION', value: (token: TokenAnswer) => token.description },
]

export function tokenCommand(surroundings: Surroundings): Command {
  return new Command('token')
    .description('permanent API tokens, given to programs instead of a password')
    .addCommand(createCommand(surroundings))
    .addCommand(listCommand(surroundings))
    .addCommand(revokeCommand(surroundings))
}

function createCommand(surroundings: Surroundings): Command {
  const command = withUser(new Command('create'))
    .description('make a token; it is shown this once')
    .option('-d, --description <text>')
    .option('--days <n>', 'it ends by itself after so many days', wholeNumber)
    .option('--from <cidr,cidr>', 'only for requests from there', words)
  type Options = { description?: string; days?: number; from?: string[] }
  return command.action(async ({ description, days, from }: Options) => {
    const { client, output } = await signedIn(command, surroundings)
    const body = {
      description,
      ip_restrictions: from,
      expires_at: days === undefined ? undefined : new Date(Date.now() + days * DAY_MS),
    }
    const answer = await client.call<TokenAnswer>({ method: 'POST', path: PATH, body })
    show(output, answer, token => String(token.token))
  })
}

function listCommand(surroundings: Surroundings): Command {
  const command = withUser(new Command('list')).description("list one's own tokens")
  return command.action(async () => {
    const { client, output } = await signedIn(command, surroundings)
    const answer = await client.call<{ data: TokenAnswer[] }>({ method: 'GET', path: PATH })
    show(output, answer, ({ data }) =>
      data.length === 0 ? 'No tokens found.' : formatTable(columns, data),
    )
  })
}

function revokeCommand(surroundings: Surroundings): Command {
  const command = withUser(new Command('revoke'))
    .description('end a token at once')
    .argument('<id>', 'as ipam token list shows it')
  return command.action(async (id: string) => {
    const { client, output } = await signedIn(command, surroundings)
    await client.call({ method: 'DELETE', path: `${PATH}/${encodeURIComponent(id)}` })
    show(output, { revoked: id }, () => `Token ${id} revoked.`)
  })
}

function withUser(command: Command): Command {
  return clientOptions(command).option(
    '-u, --user <name>',
    'sign in with a password first (asked for, or IPAM_PASSWORD), instead of by --token',
  )
}

async function signedIn(command: Command, surroundings: Surroundings) {
  const context = contextOf(command, surroundings)
  const { user } = command.opts<{ user?: string }>()
  if (user === undefined) return context
  return { ...context, client: await signIn(context.client, user, surroundings) }
}

async function signIn(
  client: Client,
  username: string,
  surroundings: Surroundings,
): Promise<Client> {
  const password = await readPassword(surroundings, `Password for ${username}: `)
  const { access_token: token } = await client.call<LoginAnswer>({
    method: 'POST',
    path: '/api/auth/login',
    body: { username, password },
  })
  return client.with(token)
}
