// Who may do what. The roles are the ledger's, which asks again where a command is decided; what the office surface calls
// its functions is said here.
import { type Permission, type Role, rolePermissions } from '../ledger/index.js'

export function permits(role: Role, permission: Permission): boolean {
  return rolePermissions[role].has(permission)
}

/** The rows of document 004's permission matrix (CONTRACT.md 6.7), in its order. */
export type OfficeFunction =
  | 'view IPs'
  | 'allocate IPs'
  | 'release IPs'
  | 'manage subnets'
  | 'user management'
  | 'system configuration'
  | 'view reports'
  | 'export data'

/** Exporting changes nothing, but the document keeps it from read-only users: so it asks for what they do not have. */
export const officePermissions: { readonly [F in OfficeFunction]: Permission } = {
  'view IPs': 'read',
  'allocate IPs': 'allocate',
  'release IPs': 'release',
  'manage subnets': 'update',
  'user management': 'admin',
  'system configuration': 'admin',
  'view reports': 'read',
  'export data': 'update',
}
