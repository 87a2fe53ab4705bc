// ipam user and ipam token against a real server.
import t from 'tap'
import { PASSWORD, startOffice } from '../http/office.js'
import { ipam } from '../support/command-line.js'

t.test('an admin adds a user, changes him and lets him go', async t => {
  const office = await startOffice(t)
  const connection = ['--server', office.h.url, '--token', await office.token('admin')]
  const environment = { IPAM_PASSWORD: 'a long password' }
  const user = (...args: string[]) => ipam(['user', ...args, ...connection], environment)
  t.match(await user('add', 'anna', '--email', 'anna@example.com', '--role', 'manager'), {
    code: 0,
    out: 'User anna added as manager.\n',
  })
  t.match(await user('list'), { code: 0, out: /anna +manager +yes +anna@example\.com +-/ })
  t.equal((await office.login('anna', 'a long password')).status, 200)
  const other = { IPAM_PASSWORD: 'another password' }
  const change = ['user', 'passwd', 'anna', ...connection]
  t.match(await ipam(change, other), { code: 0, out: /was changed/ })
  t.equal((await office.login('anna', 'another password')).status, 200)
  t.match(await user('role', 'anna', 'user'), { code: 0, out: 'anna is user now.\n' })
  t.match(await user('deactivate', 'anna'), { code: 0, out: 'anna was deactivated.\n' })
  t.equal((await office.login('anna', 'another password')).status, 401)
  t.match(await user('activate', 'anna'), { code: 0 })
  t.match(await user('delete', 'anna'), { code: 0, out: 'User anna deleted.\n' })
  t.match(await user('delete', 'anna'), { code: 1, err: /no user is called anna/ })
})

t.test('refusals are told in words, and without the password', async t => {
  const office = await startOffice(t)
  const environment = { IPAM_SERVER: office.h.url, IPAM_PASSWORD: 'short1' }
  const add = ['user', 'add', 'anna', '--email', 'anna@example.com']
  t.match(await ipam(add, environment), { code: 1, err: /Authentication required.*\(401\)/ })
  const manager = { ...environment, IPAM_API_TOKEN: await office.token('manager') }
  t.match(await ipam(['user', 'list'], manager), { code: 1, err: /ipam:admin.*\(403\)/ })
  const admin = { ...environment, IPAM_API_TOKEN: await office.token('admin') }
  const refused = await ipam(add, admin)
  t.match(refused, { code: 1, err: /at least 8 characters.*\(422\)/ })
  t.notMatch(refused.err, 'short1')
  t.match(await ipam(['user', 'delete', 'admin'], admin), { code: 1, err: /\(409\)/ })
})

t.test('a program gets a token, which is listed and revoked', async t => {
  const office = await startOffice(t)
  const environment = { IPAM_SERVER: office.h.url, IPAM_PASSWORD: PASSWORD }
  const signIn = ['--user', 'manager']
  const made = await ipam(
    ['token', 'create', ...signIn, '-d', 'nightly job', '--days', '30', '--from', '127.0.0.1,::1'],
    environment,
  )
  t.equal(made.code, 0, made.err)
  const token = made.out.trim()
  t.match(token, /^ipam_\w{49}$/)
  const withToken = { IPAM_SERVER: office.h.url, IPAM_API_TOKEN: token }
  const list = await ipam(['token', 'list'], withToken)
  t.match(list, { code: 0, out: /pt_1 +ipam_\w{4} .*127\.0\.0\.1\/32,::1\/128 +nightly job/ })
  t.notMatch(list.out, token)
  t.match(await ipam(['network', 'list'], withToken), { code: 0 })
  t.match(await ipam(['token', 'create'], withToken), { code: 1, err: /\(403\)/ })
  t.match(await ipam(['token', 'revoke', 'pt_1', ...signIn], environment), { code: 0 })
  t.match(await ipam(['network', 'list'], withToken), { code: 1, err: /not valid.*\(401\)/ })
  const wrong = { ...environment, IPAM_PASSWORD: 'not this one' }
  t.match(await ipam(['token', 'list', ...signIn], wrong), { code: 1, err: /wrong.*\(401\)/ })
})
