import t from 'tap'
import { type OfficeFunction, officePermissions, permits } from '../../src/auth/index.js'
import type { Role } from '../../src/ledger/index.js'

/** Document 004, lines 837 to 846, cell by cell: super admin, network admin, read-only user. */
const matrix: readonly (readonly [OfficeFunction, string])[] = [
  ['view IPs', '✓ ✓ ✓'],
  ['allocate IPs', '✓ ✓ ✗'],
  ['release IPs', '✓ ✓ ✗'],
  ['manage subnets', '✓ ✓ ✗'],
  ['user management', '✓ ✗ ✗'],
  ['system configuration', '✓ ✗ ✗'],
  ['view reports', '✓ ✓ ✓'],
  ['export data', '✓ ✓ ✗'],
]
const roles: readonly Role[] = ['admin', 'manager', 'user']

t.test('every role may do what the document’s matrix says, and no more', async t => {
  for (const [name, cells] of matrix) {
    for (const [column, role] of roles.entries()) {
      const expected = cells.split(' ')[column] === '✓'
      t.equal(permits(role, officePermissions[name]), expected, `${role}: ${name}`)
    }
  }
})

t.test('the table has the matrix’s functions and no others', async t => {
  t.strictSame(
    Object.keys(officePermissions),
    matrix.map(([name]) => name),
  )
})

t.test('roles have the permissions of CONTRACT.md D-2', async t => {
  const all = ['read', 'allocate', 'release', 'update', 'admin'] as const
  const granted = (role: Role) => all.filter(permission => permits(role, permission))
  t.strictSame(granted('admin'), all)
  t.strictSame(granted('manager'), ['read', 'allocate', 'release', 'update'])
  t.strictSame(granted('user'), ['read'])
})
