// Preferences: a document of each user over defaults.
import t from 'tap'
import { refusal, startIpam } from './ipam.js'

const PATH = '/ipam/preferences'
const defaults = {
  saved_filters: [],
  dashboard_layout: {
    widgets: ['utilization', 'recent_activity', 'top_countries'],
    refresh_interval: 300,
  },
  notification_settings: {
    email_enabled: false,
    in_app_enabled: true,
    severity_threshold: 'warning',
  },
  theme_preference: 'pacific-blue',
}

t.test('who has said nothing has the defaults', async t => {
  const ipam = await startIpam(t)
  t.strictSame((await ipam.as('reader', 'GET', PATH)).json, defaults)
  t.equal(refusal(await ipam.office.h.call('GET', PATH)), '401 unauthorized')
})

t.test('what one says is merged into what one said, and lies over the defaults', async t => {
  const ipam = await startIpam(t)
  const put = (body: object) => ipam.as('reader', 'PUT', PATH, body)
  const shown = async (name = 'reader') => (await ipam.as(name, 'GET', PATH)).json
  t.strictSame((await put({ dashboard_layout: { widgets: ['forecast'] } })).json, {
    success: true,
    updated_at: '2025-11-12T10:00:00Z',
  })
  await put({ dashboard_layout: { refresh_interval: 600 }, theme_preference: 'ocean-depths' })
  const changed = {
    ...defaults,
    dashboard_layout: { widgets: ['forecast'], refresh_interval: 600 },
    theme_preference: 'ocean-depths',
  }
  t.strictSame(await shown(), changed)
  t.strictSame(await shown('other'), defaults, 'everybody has his own')

  await put({ theme_preference: null, dashboard_layout: { widgets: null }, mine: { a: [1] } })
  t.strictSame(await shown(), {
    ...defaults,
    dashboard_layout: { ...defaults.dashboard_layout, refresh_interval: 600 },
    mine: { a: [1] },
  })
  await put({ dashboard_layout: null })
  t.strictSame((await shown()).dashboard_layout, defaults.dashboard_layout)
})

t.test('filters are shown with the preferences, and are not set through them', async t => {
  const ipam = await startIpam(t)
  const filter = { name: 'Full', criteria: { utilization_min: 80 } }
  const made = (await ipam.as('reader', 'POST', '/ipam/preferences/filters', filter)).json
  const { saved_filters } = (await ipam.as('reader', 'GET', PATH)).json
  t.strictSame(saved_filters, [{ ...made, criteria: filter.criteria }])
  const refused = await ipam.as('reader', 'PUT', PATH, { saved_filters: [] })
  t.equal(refusal(refused), '400 validation_error')
  t.match(refused.json.details, { saved_filters: /preferences\/filters/ })
})

t.test('what is too much, too deep or of another kind is refused', async t => {
  const ipam = await startIpam(t)
  const put = (body: unknown) => ipam.as('reader', 'PUT', PATH, body)
  const half = 'x'.repeat(26_000)
  t.equal((await put({ notes: half })).status, 200)
  t.equal(refusal(await put({ more: half })), '400 validation_error', 'with what is there')
  t.equal(refusal(await put({ more: `${half}${half}` })), '400 validation_error', 'by itself')
  for (const body of [
    [],
    'text',
    { dashboard_layout: 'wide' },
    { theme_preference: 7 },
    { mine: JSON.parse(`${'[{"a":'.repeat(20)}null${'}]'.repeat(20)}`) },
  ])
    t.equal(refusal(await put(body)), '400 validation_error', JSON.stringify(body))
  const deep = `{"mine":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  t.equal(refusal(await put(deep)), '400 validation_error', 'deeper than a stack')
  const { json } = await ipam.as('reader', 'GET', PATH)
  t.strictSame(json, { ...defaults, notes: half }, 'nothing of it was kept')
})
