// Document 004's endpoints, each as it is asked by nobody, a reader, a manager and an admin, and what each of them is answered.

export type OfficeEndpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As the document has it; `{…}` is filled in by `path`. */
  readonly endpoint: string
  /** Statuses for nobody, user, manager and admin. */
  readonly statuses: string
  /** Fields that the document prints, by their paths, parted by blanks; `0` is the first of a list. */
  readonly fields: string
  /** @param n who asks: 0 nobody, 1 user, 2 manager, 3 admin; each needs things of his own */
  readonly path?: (n: number) => string
  readonly body?: (n: number) => unknown
  /** What an admin does beforehand, so that there is something to ask for. */
  readonly before?: (n: number) => readonly [method: string, path: string, body: unknown]
}

const ip =
  'id ip_address subnet_id status mac_address hostname device_type location assigned_to description allocated_at allocated_by tags custom_fields created_at updated_at'
const subnet =
  'id network netmask gateway description vlan_id location total_ips allocated_ips available_ips utilization tags created_by created_at updated_at'
const user = 'id username email role is_active last_login created_at'
const pagination = 'pagination.page pagination.size pagination.total pagination.pages'
const listOf = (fields: string) => `${fields.replace(/\S+/g, 'data.0.$&')} ${pagination}`
const profile = 'id username email role theme created_at updated_at'

/** The address that is each one's own: in the subnet that stands there from the beginning. */
const address = (n: number) => `192.168.1.${100 + n}`
const another = (n: number) => `192.168.1.${200 + n}`

/** Subnet 1 is 192.168.1.0/24 with an address; tag 1, custom field 1 and user 4 are there too. */
export const officeEndpoints: readonly OfficeEndpoint[] = [
  {
    method: 'POST',
    endpoint: '/api/auth/refresh',
    statuses: '401 200 200 200',
    fields: 'access_token token_type expires_in',
  },
  { method: 'GET', endpoint: '/api/auth/profile', statuses: '401 200 200 200', fields: profile },
  {
    method: 'PUT',
    endpoint: '/api/auth/profile',
    statuses: '401 200 200 200',
    fields: profile,
    body: n => ({ email: `new${n}@example.com`, theme: 'dark' }),
  },
  {
    method: 'PUT',
    endpoint: '/api/auth/password',
    statuses: '401 422 422 422',
    fields: 'error.code',
    body: () => ({ old_password: 'not it', new_password: 'new and long enough' }),
  },

  {
    method: 'GET',
    endpoint: '/api/ips',
    statuses: '401 200 200 200',
    fields: listOf(ip),
    path: () => '/api/ips?page=1&size=50&subnet_id=1&status=allocated&sort=ip_address&order=asc',
  },
  {
    method: 'POST',
    endpoint: '/api/ips/allocate',
    statuses: '401 403 200 200',
    fields: 'id ip_address status allocated_at message',
    body: n => ({
      subnet_id: 1,
      ip_address: address(n),
      mac_address: '00:11:22:33:44:55',
      hostname: 'server01',
      device_type: 'server',
      location: '机房A',
      assigned_to: '张三',
      description: 'Web服务器',
      tags: ['production', 'web'],
      custom_fields: { department: 'IT部门' },
    }),
  },
  {
    method: 'GET',
    endpoint: '/api/ips/{ip_address}',
    statuses: '401 200 200 200',
    fields: ip,
    path: () => `/api/ips/${address(3)}`,
  },
  {
    method: 'PUT',
    endpoint: '/api/ips/{ip_address}/reserve',
    statuses: '401 403 200 200',
    fields: ip,
    path: n => `/api/ips/${another(n)}/reserve`,
    body: () => ({ reason: '为新服务器预留', reserved_until: '2099-12-31T23:59:59Z' }),
  },
  {
    method: 'PUT',
    endpoint: '/api/ips/{ip_address}/release',
    statuses: '401 403 200 200',
    fields: 'ip_address status',
    path: n => `/api/ips/${another(n)}/release`,
    body: () => ({ reason: '设备下线' }),
  },
  {
    method: 'GET',
    endpoint: '/api/ips/search',
    statuses: '401 200 200 200',
    fields: listOf(ip),
    path: () =>
      '/api/ips/search?q=server01&fields=ip_address,hostname,mac_address,description&subnet_id=1&status=allocated&tags=production',
  },
  {
    method: 'GET',
    endpoint: '/api/ips/{ip_address}/history',
    statuses: '401 200 200 200',
    fields:
      'data.0.id data.0.action data.0.old_values data.0.new_values.status data.0.new_values.hostname data.0.user_id data.0.user_name data.0.created_at',
    path: () => `/api/ips/${address(3)}/history`,
  },
  {
    method: 'POST',
    endpoint: '/api/ips/conflict-check',
    statuses: '401 200 200 200',
    fields: 'data.0.ip_address data.0.status data.0.conflict conflicts',
    body: () => ({ ip_addresses: ['192.168.1.100', '192.168.1.101'] }),
  },

  {
    method: 'GET',
    endpoint: '/api/subnets',
    statuses: '401 200 200 200',
    fields: listOf(subnet),
    path: () => '/api/subnets?page=1&size=50&search=192.168&vlan_id=100',
  },
  {
    method: 'POST',
    endpoint: '/api/subnets',
    statuses: '401 403 201 201',
    fields: subnet,
    body: n => ({
      network: `192.168.${10 + n}.0/24`,
      gateway: `192.168.${10 + n}.1`,
      description: '新办公网络',
      vlan_id: 200,
      location: '分部',
      tags: ['office', 'branch'],
    }),
  },
  {
    method: 'GET',
    endpoint: '/api/subnets/{id}',
    statuses: '401 200 200 200',
    fields: subnet,
    path: () => '/api/subnets/1',
  },
  {
    method: 'PUT',
    endpoint: '/api/subnets/{id}',
    statuses: '401 403 200 200',
    fields: subnet,
    path: () => '/api/subnets/1',
    body: n => ({ description: `changed by ${n}` }),
  },
  {
    method: 'DELETE',
    endpoint: '/api/subnets/{id}',
    statuses: '401 403 200 200',
    fields: 'message',
    path: () => '/api/subnets/{made}',
    before: n => ['POST', '/api/subnets', { network: `10.${n}.0.0/16` }],
  },
  {
    method: 'GET',
    endpoint: '/api/subnets/{id}/ips',
    statuses: '401 200 200 200',
    fields: listOf(ip),
    path: () => '/api/subnets/1/ips',
  },
  {
    method: 'POST',
    endpoint: '/api/subnets/validate',
    statuses: '401 200 200 200',
    fields: 'is_valid message overlapping_subnets',
    body: () => ({ network: '192.168.1.0/24' }),
  },

  {
    method: 'GET',
    endpoint: '/api/users',
    statuses: '401 403 403 200',
    fields: user.replace(/\S+/g, 'data.0.$&'),
  },
  {
    method: 'POST',
    endpoint: '/api/users',
    statuses: '401 403 403 201',
    fields: user,
    body: () => ({
      username: 'newuser',
      email: 'newuser@example.com',
      password: 'password123',
      role: 'user',
    }),
  },
  {
    method: 'PUT',
    endpoint: '/api/users/{id}',
    statuses: '401 403 403 200',
    fields: user,
    path: () => '/api/users/4',
    body: () => ({ theme: 'dark' }),
  },
  {
    method: 'PUT',
    endpoint: '/api/users/{id}/role',
    statuses: '401 403 403 200',
    fields: user,
    path: () => '/api/users/4/role',
    body: () => ({ role: 'manager' }),
  },
  {
    method: 'GET',
    endpoint: '/api/users/{id}/permissions',
    statuses: '401 403 403 200',
    fields: 'role permissions functions',
    path: () => '/api/users/4/permissions',
  },
  {
    method: 'DELETE',
    endpoint: '/api/users/{id}',
    statuses: '401 403 403 200',
    fields: 'message',
    path: () => '/api/users/4',
  },

  {
    method: 'GET',
    endpoint: '/api/reports/dashboard',
    statuses: '401 200 200 200',
    fields:
      'summary.total_subnets summary.total_ips summary.allocated_ips summary.available_ips summary.reserved_ips summary.utilization subnet_utilization.0.subnet_id subnet_utilization.0.network subnet_utilization.0.utilization subnet_utilization.0.total_ips subnet_utilization.0.allocated_ips recent_activities.0.action recent_activities.0.ip_address recent_activities.0.user recent_activities.0.timestamp',
  },
  {
    method: 'GET',
    endpoint: '/api/reports/utilization',
    statuses: '401 200 200 200',
    fields: 'summary subnet_details.0.network',
    path: () =>
      '/api/reports/utilization?subnet_id=1&start_date=2024-01-01&end_date=2024-01-31&format=json',
  },
  { method: 'GET', endpoint: '/api/reports/inventory', statuses: '401 200 200 200', fields: '' },
  {
    method: 'POST',
    endpoint: '/api/reports/export',
    statuses: '401 403 200 200',
    fields: '',
    body: () => ({
      report_type: 'utilization',
      format: 'pdf',
      filters: { subnet_id: 1, start_date: '2024-01-01', end_date: '2024-01-31' },
    }),
  },
  { method: 'GET', endpoint: '/api/reports/alerts', statuses: '401 200 200 200', fields: 'data' },

  {
    method: 'GET',
    endpoint: '/api/tags',
    statuses: '401 200 200 200',
    fields: 'data.0.name data.0.color data.0.description',
  },
  {
    method: 'POST',
    endpoint: '/api/tags',
    statuses: '401 403 201 201',
    fields: 'id name color description',
    body: n => ({ name: `production${n}`, color: '#ff0000', description: '生产环境' }),
  },
  {
    method: 'PUT',
    endpoint: '/api/tags/{id}',
    statuses: '401 403 200 200',
    fields: 'id name color description',
    path: () => '/api/tags/1',
    body: () => ({ color: '#00ff00' }),
  },
  {
    method: 'DELETE',
    endpoint: '/api/tags/{id}',
    statuses: '401 403 200 200',
    fields: 'message',
    path: () => '/api/tags/{made}',
    before: n => ['POST', '/api/tags', { name: `to go ${n}` }],
  },
  {
    method: 'GET',
    endpoint: '/api/custom-fields',
    statuses: '401 200 200 200',
    fields:
      'data.0.entity_type data.0.field_name data.0.field_type data.0.is_required data.0.field_options',
    path: () => '/api/custom-fields?entity_type=ip',
  },
  {
    method: 'POST',
    endpoint: '/api/custom-fields',
    statuses: '401 403 201 201',
    fields: 'entity_type field_name field_type is_required field_options',
    body: n => ({
      entity_type: 'ip',
      field_name: `department${n}`,
      field_type: 'text',
      is_required: false,
      field_options: null,
    }),
  },

  {
    method: 'GET',
    endpoint: '/api/audit-logs',
    statuses: '401 403 200 200',
    fields: listOf(
      'id user_id user_name action entity_type entity_id old_values new_values ip_address user_agent created_at',
    ),
    path: () => '/api/audit-logs?user_id=1&page=1&size=50',
  },
  {
    method: 'GET',
    endpoint: '/api/system/config',
    statuses: '401 403 403 200',
    fields: 'smtp_host smtp_port alert_email backup_retention_days',
  },
  {
    method: 'PUT',
    endpoint: '/api/system/config',
    statuses: '401 403 403 200',
    fields: 'smtp_host smtp_port alert_email backup_retention_days',
    body: () => ({
      smtp_host: null,
      smtp_port: 587,
      alert_email: 'admin@example.com',
      backup_retention_days: 30,
    }),
  },
  {
    method: 'GET',
    endpoint: '/api/health',
    statuses: '200 200 200 200',
    fields:
      'status timestamp version components.database.status components.database.response_time components.redis.status metrics.uptime metrics.memory_usage metrics.cpu_usage',
  },
  { method: 'POST', endpoint: '/api/auth/logout', statuses: '401 200 200 200', fields: 'message' },
]
