// The way back in when the admin's password is lost: whoever may write into the data directory of a running node, and so
// could change its state there, puts a new one beside it (docs/decisions/0051). Used once, then gone.
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FIRST_ADMIN_NAME, firstAdminPassword, systemRandom } from '../auth/index.js'
import type { GatewayView } from '../gateway/index.js'
import type { Command, IdentityView } from '../ledger/index.js'
import type { Clock, Log } from '../raft/index.js'

export const RESET_FILE = 'admin-password'
const LOOK_EVERY_MS = 2_000
const TIMEOUT_MS = 10_000
const EMAIL = 'admin@localhost'
const origin = { actor: 'system', clientAddress: null, userAgent: null } as const

export type AdminResetDependencies = {
  readonly gateway: Pick<GatewayView, 'read' | 'submit'>
  readonly identities: () => IdentityView
  readonly hash: (password: string) => Promise<string>
  readonly clock: Pick<Clock, 'after'>
  readonly log: Pick<Log, 'warn' | 'error'>
}

/** Returns a function that stops looking. */
export function watchForReset(directory: string, dependencies: AdminResetDependencies): () => void {
  const path = join(directory, RESET_FILE)
  const { clock, log } = dependencies
  let closed = false
  let cancel = (): void => {}
  const look = async (): Promise<void> => {
    try {
      if (isWritten(path)) await reset(path, dependencies)
    } catch (error) {
      const reason = (error as Error).message
      log.error({ path, reason }, "the admin's password was not set; put the file there again")
    }
    if (!closed) later()
  }
  const later = (): void => {
    cancel = clock.after(LOOK_EVERY_MS, () => void look())
  }
  later()
  return () => {
    closed = true
    cancel()
  }
}

/** An empty file has only just been made: what is to stand in it follows. */
function isWritten(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** The file goes first: a password that was used must not be set again by a later start. */
async function reset(path: string, dependencies: AdminResetDependencies): Promise<void> {
  const { gateway, identities, hash, log } = dependencies
  const password = takePassword(path)
  const passwordHash = await hash(password)
  await gateway.read({
    ...{ level: 'linearizable', freshnessMs: null },
    ...{ minRevision: 0, timeoutMs: TIMEOUT_MS },
  })
  const command = resetCommand(identities(), passwordHash)
  const context = { origin, idempotency: null, timeoutMs: TIMEOUT_MS }
  const outcome = await gateway.submit(command, context)
  if (!outcome.ok) throw new Error(`it was refused: ${outcome.refusal.code}`)
  const fields = { username: FIRST_ADMIN_NAME, path }
  log.warn(
    fields,
    "the admin's password was set from the data directory; whoever was signed in as admin is no more",
  )
}

/** @throws FirstAdminError, with a sentence, when it is no good as a password */
function takePassword(path: string): string {
  try {
    return firstAdminPassword({ environment: {}, file: path }, systemRandom).password
  } finally {
    rmSync(path, { force: true })
  }
}

/** Active, unlocked and an admin, whatever became of him. */
function resetCommand(identities: IdentityView, passwordHash: string): Command {
  const admin = identities.userNamed(FIRST_ADMIN_NAME)
  if (admin !== null) {
    const set = { passwordHash, role: 'admin', isActive: true } as const
    return { type: 'user.update', id: admin.id, ifRevision: null, set }
  }
  const admins = {
    username: FIRST_ADMIN_NAME,
    email: EMAIL,
    role: 'admin',
    theme: 'light',
  } as const
  return { type: 'user.create', ...admins, passwordHash }
}
