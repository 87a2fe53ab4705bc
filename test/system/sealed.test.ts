// Secrets on real disks: neither log, state nor backup has the key of logins or the mail password in clear, and nodes whose
// secret was changed, or given to them later, go on.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Sealer, SMTP_PASSWORD, systemRandom } from '../../src/auth/index.js'
import { signingKeyPurpose } from '../../src/auth/sealer.js'
import { isSealed } from '../../src/ledger/index.js'
import { currentState } from '../../src/store/layout.js'
import { openDatabase } from '../../src/store/open.js'
import { readCatalogue } from '../../src/store/tables/catalogue-rows.js'
import { readIdentity } from '../../src/store/tables/identity-rows.js'
import { Daemon, dataDirectoryOf, freePorts } from '../support/processes.js'
import { endWithTest, logOf, startCluster, temporaryDirectory } from './cluster-of-three.js'
import { call } from './http.js'
import { runIpam } from './run-ipam.js'
import { callAs, signIn } from './signed-in.js'
import { until } from './until.js'

const ADMIN = { username: 'admin', password: 'correct horse battery' }
const MAIL_USER = 'mail-user-that-is-no-secret'
const MAIL_PASSWORD = 'mail-password-that-is-a-secret'
/** As `makeCluster` writes it. */
const SECRET = 'a secret for tests only, long enough'
const CONFIG = '/api/system/config'

t.setTimeout(180_000)

function withAdmin({ options }: Daemon): Daemon {
  const environment = { ...options.environment, IPAM_ADMIN_PASSWORD: ADMIN.password }
  return new Daemon({ ...options, environment })
}

function signInSoon(url: string): Promise<string> {
  return until('the admin signs in', () => signIn(url, ADMIN))
}

function keyIdOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
}

async function setMailPassword(url: string, token: string): Promise<void> {
  const body = { smtp_user: MAIL_USER, smtp_password: MAIL_PASSWORD }
  const answer = await callAs(token, url, CONFIG, { method: 'PUT', body })
  if (answer.status !== 200) throw new Error(`it was refused: ${JSON.stringify(answer.body)}`)
}

/** As they stand in the state of a node that was stopped; keys oldest first. */
function secretsOf(daemon: Daemon) {
  const path = currentState(dataDirectoryOf(daemon))
  if (path === null) throw new Error('the node has a state')
  const db = openDatabase(path, { mode: 'read', cacheBytes: 1 << 20 })
  const { signingKeys } = readIdentity(db)
  const { settings } = readCatalogue(db)
  db.close()
  const keys = [...signingKeys].sort((a, b) => a.createdMs - b.createdMs)
  return { keys, mailPassword: settings?.smtpPassword ?? '' }
}

/** All bytes of every file below, one after the other. */
function bytesBelow(directory: string): Buffer {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
  return Buffer.concat(
    files
      .filter(file => file.isFile())
      .map(({ parentPath, path, name }) => readFileSync(join(parentPath ?? path, name))),
  )
}

t.test('no log, state or backup has a key or the mail password in clear', async t => {
  const { directory, daemons, urls } = await startCluster(t, withAdmin)
  const [first, second] = urls as [string, string]
  await setMailPassword(second, await signInSoon(first))
  const backup = join(directory, 'the.backup')
  t.match(await runIpam('backup', backup, '--server', second), { code: 0 })
  t.match(await runIpam('check', backup), { code: 0 })
  for (const daemon of daemons) await daemon.end('SIGTERM')

  const sealer = new Sealer(SECRET, systemRandom)
  const places = daemons.map(daemon => bytesBelow(dataDirectoryOf(daemon)))
  for (const bytes of [...places, readFileSync(backup)])
    t.ok(bytes.includes(MAIL_USER), 'what is no secret is found, so the search works')
  for (const daemon of daemons) {
    const { keys, mailPassword } = secretsOf(daemon)
    t.equal(sealer.open(mailPassword, SMTP_PASSWORD), MAIL_PASSWORD)
    t.ok(keys.length > 0)
    for (const { id, secret } of keys) {
      t.ok(isSealed(secret))
      const key = sealer.open(secret, signingKeyPurpose(id)) ?? ''
      const raw = Buffer.from(key, 'base64url')
      t.equal(raw.length, 32)
      for (const bytes of [...places, readFileSync(backup)]) {
        for (const clear of [key, raw, raw.toString('hex'), MAIL_PASSWORD, SECRET])
          t.notOk(bytes.includes(clear))
        t.ok(bytes.includes(secret), 'and where each was sealed')
      }
    }
    t.match(await runIpam('check', '--data-dir', dataDirectoryOf(daemon)), { code: 0 })
    t.notMatch(logOf(daemon), MAIL_PASSWORD)
  }
})

t.test('after the secret was changed everybody signs in anew, on every node', async t => {
  const { directory, daemons, urls } = await startCluster(t, withAdmin)
  const [first] = urls as [string]
  const old = await signInSoon(first)
  await setMailPassword(first, old)
  for (const daemon of daemons) await daemon.end('SIGTERM')
  const changed = 'another secret, also long enough'
  writeFileSync(join(directory, 'secret'), changed)
  for (const daemon of daemons) daemon.start()
  await Promise.all(daemons.map(daemon => daemon.ready()))

  const token = await signInSoon(first)
  for (const url of urls) {
    t.equal((await callAs(token, url, CONFIG)).status, 200)
    t.match(await callAs(old, url, CONFIG), { status: 401 }, 'what the old key had signed')
    t.ok(await signIn(url, ADMIN))
  }
  t.match(await callAs(token, first, CONFIG), { body: { smtp_password: '********' } })
  t.match(daemons.map(logOf).join('\n'), /does not open the key that signed logins/)
  for (const daemon of daemons) await daemon.end('SIGTERM')
  const sealer = new Sealer(changed, systemRandom)
  for (const daemon of daemons) {
    const { keys, mailPassword } = secretsOf(daemon)
    t.equal(sealer.open(mailPassword, SMTP_PASSWORD), null, 'it must be set once more')
    t.strictSame(
      keys.map(({ id, secret }) => sealer.open(secret, signingKeyPurpose(id)) !== null),
      [false, true],
      'one new key, and no more',
    )
  }
})

t.test('a standalone node that becomes a cluster seals what it makes from then on', async t => {
  const directory = temporaryDirectory(t)
  const secretFile = join(directory, 'secret')
  writeFileSync(secretFile, SECRET)
  const [api, raft, otherApi, otherRaft] = (await freePorts(4)).map(port => `127.0.0.1:${port}`)
  const nodeOf = (nodeId: number, listen: string, more: readonly string[] = []) =>
    new Daemon({
      url: `http://${listen}`,
      logFile: join(directory, `node-${nodeId}.log`),
      environment: {
        IPAM_ADMIN_PASSWORD: ADMIN.password,
        ...(more.length === 0 ? {} : { IPAM_SECRET_FILE: secretFile }),
      },
      args: [
        ...['--node', String(nodeId), '--data-dir', join(directory, `node-${nodeId}`)],
        ...['--listen', listen, ...more],
      ],
    })
  const alone = nodeOf(1, `${api}`)
  const first = nodeOf(1, `${api}`, ['--peer-listen', `${raft}`])
  const second = nodeOf(2, `${otherApi}`, ['--peer-listen', `${otherRaft}`, '--join'])
  endWithTest(t, [alone, first, second])

  alone.start()
  await alone.ready()
  const old = await signInSoon(alone.url)
  await setMailPassword(alone.url, old)
  await alone.end('SIGTERM')
  t.match(secretsOf(alone), { keys: [{ retiresMs: null }], mailPassword: MAIL_PASSWORD })

  for (const daemon of [first, second]) daemon.start()
  await first.ready()
  const body = { node_id: 2, addr: otherRaft }
  const added = await call(first.url, '/api/v1/cluster/nodes', { method: 'POST', body })
  t.equal(added.status, 204)
  await second.ready()
  const token = await until('another key signs', async () => {
    const text = await signIn(second.url, ADMIN)
    return keyIdOf(text) === keyIdOf(old) ? null : text
  })
  for (const { url } of [first, second]) {
    t.equal((await callAs(old, url, CONFIG)).status, 200, 'who was signed in stays it')
    t.equal((await callAs(token, url, CONFIG)).status, 200)
  }
  await setMailPassword(first.url, token)
  for (const daemon of [second, first]) await daemon.end('SIGTERM')
  for (const daemon of [first, second]) {
    const { keys, mailPassword } = secretsOf(daemon)
    t.ok(isSealed(mailPassword))
    t.strictSame(
      keys.map(({ secret, retiresMs }) => [isSealed(secret), retiresMs === null]),
      [
        [false, false],
        [true, true],
      ],
    )
  }
})
