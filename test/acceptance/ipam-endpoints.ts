// The endpoints of documents 001 and 000 and those that they imply (CONTRACT.md 3 and 9), each as it is asked by nobody, a reader, a
// manager and an admin, and what each of them is answered.

export type IpamEndpoint = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As the document has it; `{…}` is filled in: `{region}` and `{host}` stand there from the beginning, `{made}` is what `before` made. */
  readonly path: string
  /** Statuses for nobody, user, manager and admin. */
  readonly statuses: string
  /** Fields that the document prints, by their paths, parted by blanks; `0` is the first of a list. */
  readonly fields: string
  /** @param n who asks: 0 nobody, 1 user, 2 manager, 3 admin */
  readonly body?: (n: number) => unknown
  /** What whoever asks makes before, as far as he may, and the field of the answer that is its id. */
  readonly before?: (n: number) => readonly [path: string, body: unknown, field: string]
}

const list = (name: string, fields: string) => fields.replace(/\S+/g, `${name}.0.$&`)
const pages =
  'pagination.page pagination.page_size pagination.total_count pagination.total_pages pagination.has_next pagination.has_prev'

const reservationFields =
  'reservation_id user_id resource_type x_octet y_octet z_octet reserved_address reason status expires_at created_at created_by metadata'
const reserve = (kind: string, x: number, y: number) => ({
  resource_type: kind,
  x_octet: x,
  y_octet: y,
  ...(kind === 'host' ? { z_octet: 9 } : {}),
  reason: 'acceptance',
  expires_in_days: 30,
})
const share = { resource_type: 'region', resource_id: '{region}', expires_in_days: 30 }
const shareFields =
  'share_id share_token share_url resource_type resource_id view_count expires_at created_at is_active'
const filter = { name: 'full', criteria: { utilization_min: 80 } }
const rule = {
  rule_name: 'full',
  conditions: { utilization_threshold: 99, resource_type: 'region' },
  notification_channels: ['in_app'],
  severity: 'critical',
}
const hook = { webhook_url: 'http://127.0.0.1:9/hook', events: ['capacity.critical'] }
const tagging = (ids: readonly string[]) => ({
  resource_type: 'region',
  resource_ids: ids,
  operation: 'add',
  tags: { environment: 'production' },
})
const unknownIds = Array.from({ length: 101 }, (_, n) => `unknown_${n}`)
const notificationFields =
  'notification_id notification_type severity message resource_type resource_id resource_link is_read created_at'
const deliveryFields =
  'delivery_id event_type status_code response_time_ms attempt_number delivered_at error_message'
const countryFields =
  'country_code country continent x_start x_end total_capacity allocated_regions utilization_percentage remaining_capacity'
const regionFields =
  'region_id region_name country country_code x_octet y_octet cidr description owner status tags utilization host_count created_at updated_at'
const hostFields =
  'host_id hostname ip_address x_octet y_octet z_octet region_id device_type os_type application owner tags status created_at updated_at'
const region = (x: number, n: number) => ({
  x_octet: x,
  y_octet: n,
  region_name: `r-${x}-${n}`,
  tags: { of: 'test' },
})
const host = (name: string) => ({ region_id: '{region}', hostname: name, device_type: 'VM' })

export const ipamEndpoints: readonly IpamEndpoint[] = [
  {
    method: 'POST',
    path: '/ipam/reservations',
    statuses: '401 403 201 201',
    fields: reservationFields,
    body: n => reserve('region', 60, n),
  },
  {
    method: 'GET',
    path: '/ipam/reservations?status=active&resource_type=region&page=1&page_size=20',
    statuses: '401 200 200 200',
    fields: `${list('results', reservationFields)} ${pages}`,
  },
  {
    method: 'GET',
    path: '/ipam/reservations/{made}',
    statuses: '401 404 200 200',
    fields: reservationFields,
    before: n => ['/ipam/reservations', reserve('host', 61, n), 'reservation_id'],
  },
  {
    method: 'POST',
    path: '/ipam/reservations/{made}/convert',
    statuses: '401 403 201 201',
    fields:
      'resource_id resource_type allocation.region_id allocation.region_name allocation.x_octet allocation.y_octet allocation.cidr allocation.status allocation.created_at',
    before: n => ['/ipam/reservations', reserve('region', 62, n), 'reservation_id'],
    body: n => ({ region_name: `converted ${n}`, owner: 'DevOps', tags: { a: 'b' } }),
  },
  {
    method: 'DELETE',
    path: '/ipam/reservations/{made}',
    statuses: '401 403 204 204',
    fields: '',
    before: n => ['/ipam/reservations', reserve('region', 63, n), 'reservation_id'],
  },
  {
    method: 'POST',
    path: '/ipam/shares',
    statuses: '401 201 201 201',
    fields: shareFields,
    body: () => share,
  },
  {
    method: 'GET',
    path: '/ipam/shares/{made}',
    statuses: '404 200 200 200',
    fields:
      'resource_type resource_data.region_name resource_data.cidr resource_data.status resource_data.utilization resource_data.host_count resource_data.tags shared_by created_at',
    before: () => ['/ipam/shares', share, 'share_token'],
  },
  {
    method: 'GET',
    path: '/ipam/shares',
    statuses: '401 200 200 200',
    fields: list(
      'shares',
      'share_id resource_type resource_id share_url view_count last_accessed expires_at is_active',
    ),
  },
  {
    method: 'DELETE',
    path: '/ipam/shares/{made}',
    statuses: '401 204 204 204',
    fields: '',
    before: () => ['/ipam/shares', share, 'share_id'],
  },
  {
    method: 'GET',
    path: '/ipam/preferences',
    statuses: '401 200 200 200',
    fields:
      'saved_filters dashboard_layout.widgets dashboard_layout.refresh_interval notification_settings.email_enabled notification_settings.in_app_enabled notification_settings.severity_threshold theme_preference',
  },
  {
    method: 'PUT',
    path: '/ipam/preferences',
    statuses: '401 200 200 200',
    fields: 'success updated_at',
    body: () => ({ theme_preference: 'ocean-depths' }),
  },
  {
    method: 'POST',
    path: '/ipam/preferences/filters',
    statuses: '401 201 201 201',
    fields: 'filter_id name created_at',
    body: () => filter,
  },
  {
    method: 'GET',
    path: '/ipam/preferences/filters',
    statuses: '401 200 200 200',
    fields: list('filters', 'filter_id name criteria.utilization_min created_at'),
  },
  {
    method: 'DELETE',
    path: '/ipam/preferences/filters/{made}',
    statuses: '401 204 204 204',
    fields: '',
    before: () => ['/ipam/preferences/filters', filter, 'filter_id'],
  },
  {
    method: 'GET',
    path: '/ipam/notifications?is_read=false&severity=warning',
    statuses: '401 200 200 200',
    fields: `${list('notifications', notificationFields)} unread_count ${pages}`,
  },
  {
    method: 'GET',
    path: '/ipam/notifications/unread',
    statuses: '401 200 200 200',
    fields: `unread_count ${list('recent', 'notification_id severity message created_at')}`,
  },
  {
    method: 'PATCH',
    path: '/ipam/notifications/{notification}',
    statuses: '401 200 200 200',
    fields: 'success read_at',
    body: () => ({ is_read: true }),
  },
  {
    method: 'DELETE',
    path: '/ipam/notifications/{notification}',
    statuses: '401 204 204 204',
    fields: '',
  },
  {
    method: 'POST',
    path: '/ipam/notifications/rules',
    statuses: '401 201 201 201',
    fields: 'rule_id rule_name is_active created_at',
    body: () => rule,
  },
  {
    method: 'GET',
    path: '/ipam/notifications/rules',
    statuses: '401 200 200 200',
    fields: list(
      'rules',
      'rule_id rule_name conditions.utilization_threshold conditions.resource_type notification_channels severity is_active last_triggered created_at',
    ),
  },
  {
    method: 'PATCH',
    path: '/ipam/notifications/rules/{made}',
    statuses: '401 200 200 200',
    fields: 'success updated_at',
    before: () => ['/ipam/notifications/rules', rule, 'rule_id'],
    body: () => ({ is_active: false, conditions: { utilization_threshold: 90 } }),
  },
  {
    method: 'DELETE',
    path: '/ipam/notifications/rules/{made}',
    statuses: '401 204 204 204',
    fields: '',
    before: () => ['/ipam/notifications/rules', rule, 'rule_id'],
  },
  {
    method: 'GET',
    path: '/ipam/statistics/dashboard',
    statuses: '401 200 200 200',
    fields: `total_countries total_regions total_hosts overall_utilization ${list('top_countries', 'country_code country_name region_count host_count utilization')} recent_activity_count capacity_warnings generated_at`,
  },
  {
    method: 'GET',
    path: '/ipam/statistics/forecast/region/{region}',
    statuses: '401 200 200 200',
    fields: 'resource_type resource_id status message current_data_points required_data_points',
  },
  {
    method: 'GET',
    path: '/ipam/statistics/forecast/country/US',
    statuses: '401 200 200 200',
    fields: 'resource_type resource_id status message',
  },
  {
    method: 'GET',
    path: '/ipam/statistics/trends?group_by=week&resource_type=host&country_code=US',
    statuses: '401 200 200 200',
    fields: `${list('time_series', 'timestamp allocations releases net_growth')} summary.total_allocations summary.total_releases summary.net_growth summary.average_daily_rate summary.period_start summary.period_end`,
  },
  {
    method: 'POST',
    path: '/ipam/webhooks',
    statuses: '401 403 201 201',
    fields: 'webhook_id webhook_url secret_key events is_active created_at',
    body: () => hook,
  },
  {
    method: 'GET',
    path: '/ipam/webhooks',
    statuses: '401 200 200 200',
    fields: list(
      'webhooks',
      'webhook_id webhook_url events is_active last_delivery failure_count created_at',
    ),
  },
  {
    method: 'GET',
    path: '/ipam/webhooks/{hook}/deliveries?page=1',
    statuses: '401 404 404 200',
    fields: `${list('deliveries', deliveryFields)} ${pages}`,
  },
  {
    method: 'PATCH',
    path: '/ipam/webhooks/{made}',
    statuses: '401 403 200 200',
    fields: 'webhook_id is_active',
    before: () => ['/ipam/webhooks', hook, 'webhook_id'],
    body: () => ({ is_active: false }),
  },
  {
    method: 'DELETE',
    path: '/ipam/webhooks/{made}',
    statuses: '401 403 204 204',
    fields: '',
    before: () => ['/ipam/webhooks', hook, 'webhook_id'],
  },
  {
    method: 'POST',
    path: '/ipam/bulk/tags',
    statuses: '401 403 200 200',
    fields: `job_id total_requested successful failed ${list('results', 'resource_id success message')}`,
    body: () => tagging(['{region}', 'unknown']),
  },
  {
    method: 'POST',
    path: '/ipam/bulk/tags',
    statuses: '401 403 202 202',
    fields: 'job_id status total_requested message status_url',
    body: () => tagging(unknownIds),
  },
  {
    method: 'GET',
    path: '/ipam/bulk/jobs/{made}',
    statuses: '401 404 200 200',
    fields:
      'job_id status progress.total progress.processed progress.successful progress.failed created_at completed_at',
    before: () => ['/ipam/bulk/tags', tagging(unknownIds), 'job_id'],
  },
  {
    method: 'GET',
    path: '/ipam/search?cidr=10.5.0.0/16&sort_by=country:asc,utilization:desc&page=1',
    statuses: '401 200 200 200',
    fields: `${list('results', 'type region_id cidr region_name country utilization relevance_score')} ${pages}`,
  },
  {
    method: 'GET',
    path: '/ipam/search?ip_range=10.5.23.1-10.5.23.50&hostname=web',
    statuses: '401 200 200 200',
    fields: `${list('results', 'type host_id ip_address hostname region_name relevance_score')} ${pages}`,
  },
  {
    method: 'GET',
    path: '/ipam/countries?continent=Europe',
    statuses: '401 200 200 200',
    fields: countryFields.replace(/\S+/g, '0.$&'),
  },
  { method: 'GET', path: '/ipam/countries/US', statuses: '401 200 200 200', fields: countryFields },
  {
    method: 'GET',
    path: '/ipam/countries/US/utilization',
    statuses: '401 200 200 200',
    fields: 'total_capacity allocated available utilization_percent breakdown.0.allocated',
  },
  {
    method: 'POST',
    path: '/ipam/countries',
    statuses: '401 403 403 201',
    fields: countryFields,
    body: n => ({
      country_code: 'KE',
      country: `Kenya ${n}`,
      continent: 'Africa',
      x_start: 230,
      x_end: 231,
    }),
  },
  {
    method: 'PATCH',
    path: '/ipam/countries/KE',
    statuses: '401 403 403 200',
    fields: countryFields,
    body: () => ({ x_end: 232 }),
  },
  { method: 'DELETE', path: '/ipam/countries/KE', statuses: '401 403 403 204', fields: '' },
  {
    method: 'GET',
    path: '/ipam/regions?country_code=US&page=1',
    statuses: '401 200 200 200',
    fields: `${list('results', regionFields)} ${pages}`,
  },
  {
    method: 'POST',
    path: '/ipam/regions',
    statuses: '401 403 201 201',
    fields: regionFields,
    body: n => ({ country: 'Chile', region_name: `lowest ${n}`, description: 'd', owner: 'o' }),
  },
  {
    method: 'GET',
    path: '/ipam/regions/preview-next?country=Chile',
    statuses: '401 200 200 200',
    fields: 'cidr x_octet y_octet',
  },
  {
    method: 'GET',
    path: '/ipam/regions/{region}',
    statuses: '401 200 200 200',
    fields: regionFields,
  },
  {
    method: 'GET',
    path: '/ipam/regions/{region}/utilization',
    statuses: '401 200 200 200',
    fields: 'region_id capacity utilization_percentage',
  },
  {
    method: 'PATCH',
    path: '/ipam/regions/{made}',
    statuses: '401 403 200 200',
    fields: regionFields,
    before: n => ['/ipam/regions', region(65, n), 'region_id'],
    body: () => ({ status: 'Reserved', owner: 'nobody yet' }),
  },
  {
    method: 'DELETE',
    path: '/ipam/regions/{made}?reason=test&cascade=true',
    statuses: '401 403 200 200',
    fields: 'status message region_id cascade hosts_retired',
    before: n => ['/ipam/regions', region(66, n), 'region_id'],
  },
  {
    method: 'POST',
    path: '/ipam/regions/{region}/comments',
    statuses: '401 403 201 201',
    fields: 'comment_id text created_by created_at',
    body: () => ({ text: 'seen' }),
  },
  {
    method: 'GET',
    path: '/ipam/regions/{region}/comments',
    statuses: '401 200 200 200',
    fields: `${list('results', 'comment_id text created_by created_at')} ${pages}`,
  },
  {
    method: 'GET',
    path: '/ipam/hosts?region_id={region}&device_type=VM',
    statuses: '401 200 200 200',
    fields: `${list('results', hostFields)} ${pages}`,
  },
  {
    method: 'POST',
    path: '/ipam/hosts',
    statuses: '401 403 201 201',
    fields: hostFields,
    body: n => ({ ...host(`made-${n}`), os_type: 'Ubuntu 22.04', application: 'PostgreSQL' }),
  },
  {
    method: 'POST',
    path: '/ipam/hosts/batch',
    statuses: '401 403 201 201',
    fields: list('hosts', hostFields),
    body: n => ({ region_id: '{region}', count: 3, hostname_prefix: `batch-${n}` }),
  },
  {
    method: 'GET',
    path: '/ipam/hosts/preview-next?region_id={region}',
    statuses: '401 200 200 200',
    fields: 'ip_address',
  },
  { method: 'GET', path: '/ipam/hosts/{host}', statuses: '401 200 200 200', fields: hostFields },
  {
    method: 'GET',
    path: '/ipam/hosts/by-ip/10.5.23.1',
    statuses: '401 200 200 200',
    fields: hostFields,
  },
  {
    method: 'POST',
    path: '/ipam/hosts/bulk-lookup',
    statuses: '401 200 200 200',
    fields: list('results', 'host_id'),
    body: () => ({ host_ids: ['{host}'] }),
  },
  {
    method: 'PATCH',
    path: '/ipam/hosts/{made}',
    statuses: '401 403 200 200',
    fields: hostFields,
    before: n => ['/ipam/hosts', host(`patched-${n}`), 'host_id'],
    body: () => ({ os_type: 'Debian 12', notes: 'reinstalled' }),
  },
  {
    method: 'DELETE',
    path: '/ipam/hosts/{made}?reason=test',
    statuses: '401 403 200 200',
    fields: 'status message host_id',
    before: n => ['/ipam/hosts', host(`released-${n}`), 'host_id'],
  },
  {
    method: 'POST',
    path: '/ipam/hosts/bulk-release',
    statuses: '401 403 200 200',
    fields: 'status message host_ids.0 hosts_released',
    before: n => ['/ipam/hosts', host(`bulk-${n}`), 'host_id'],
    body: () => ({ host_ids: ['{made}'], reason: 'no longer used' }),
  },
  {
    method: 'POST',
    path: '/ipam/hosts/{host}/comments',
    statuses: '401 403 201 201',
    fields: 'comment_id text created_by created_at',
    body: () => ({ text: 'rebooted' }),
  },
  {
    method: 'GET',
    path: '/ipam/hosts/{host}/comments',
    statuses: '401 200 200 200',
    fields: `${list('results', 'comment_id text created_by created_at')} ${pages}`,
  },
  {
    method: 'POST',
    path: '/ipam/interpret',
    statuses: '401 200 200 200',
    fields: 'ip_address continent country region host',
    body: () => ({ ip_address: '10.5.23.1' }),
  },
  {
    method: 'GET',
    path: '/ipam/quotas/me',
    statuses: '401 200 200 200',
    fields: '',
  },
]
