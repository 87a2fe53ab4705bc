// Makes a fresh clone runnable: installs what is missing, builds what has changed. Needs nothing but Node and npm.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const say = line => process.stderr.write(`ipam: ${line}\n`)

function run(command, args, why) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (result.status === 0) return
  say(
    `${why} failed (${command} ${args.join(' ')}, ${result.error?.message ?? `exit ${result.status}`})`,
  )
  process.exit(1)
}

/** Newest change below the paths, ms; 0 when there is none. */
function newest(paths) {
  let latest = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const stat = statSync(path)
    latest = Math.max(latest, stat.mtimeMs)
    if (stat.isDirectory())
      latest = Math.max(latest, newest(readdirSync(path).map(name => join(path, name))))
  }
  return latest
}

const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  say(`Node ${process.versions.node} is too old: Node 20 or newer is needed.`)
  process.exit(1)
}

const installed = join(root, 'node_modules', '.package-lock.json')
const wanted = newest([join(root, 'package.json'), join(root, 'package-lock.json')])
if (!existsSync(installed) || statSync(installed).mtimeMs < wanted) {
  say('installing dependencies. SQLite is compiled on this machine where no ready-made binary')
  say('can be had; that takes one to two minutes and needs python3, make and g++.')
  // Not `npm ci`: it refuses a lock file without the optional packages of platforms that a registry does not carry.
  run('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts'], 'installing')
}

// An installation that was interrupted while it compiled looks complete to npm the next time.
const addon = ['better-sqlite3', 'build', 'Release', 'better_sqlite3.node']
if (!existsSync(join(root, 'node_modules', ...addon))) {
  say('compiling SQLite, which an earlier installation did not finish: one to two minutes')
  run('npm', ['rebuild', 'better-sqlite3', '--foreground-scripts'], 'compiling SQLite')
}

const built = join(root, 'dist', '.tsbuildinfo')
const sources = ['src', 'bin', 'test', 'tsconfig.json'].map(name => join(root, name))
if (!existsSync(built) || statSync(built).mtimeMs < newest(sources)) {
  say('building')
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], 'building')
}
