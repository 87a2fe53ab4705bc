// Statistics as document 001 shows them.
import { Type } from '@sinclair/typebox'
import { momentText } from '../../dates.js'
import { strict, timestamp } from '../../schema-parts.js'
import { countryNamed } from './parts.js'

const percent = Type.Number({ description: 'In percent, one decimal.' })

export const Dashboard = Type.Object(
  {
    total_countries: Type.Integer(),
    total_regions: Type.Integer(),
    total_hosts: Type.Integer(),
    overall_utilization: percent,
    top_countries: Type.Array(
      Type.Object(
        {
          country_code: Type.String(),
          country_name: Type.String(),
          region_count: Type.Integer(),
          host_count: Type.Integer(),
          utilization: percent,
        },
        { title: 'IpamTopCountry', ...strict },
      ),
      { description: 'The five fullest of those that have regions.' },
    ),
    recent_activity_count: Type.Integer({
      description: 'Regions and hosts made on the last seven days of UTC, today included.',
    }),
    capacity_warnings: Type.Integer({ description: 'Regions of which 80 % or more is in use.' }),
    generated_at: Type.String(timestamp),
  },
  { title: 'IpamDashboard', ...strict },
)

const about = {
  resource_type: Type.String({ enum: ['country', 'region', 'host'] }),
  resource_id: Type.String({ description: 'As it was asked for.' }),
}

/** One schema for both answers: what the one has, the other has not. */
export const Forecast = Type.Object(
  {
    ...about,
    status: Type.Optional(Type.String({ enum: ['insufficient_data'] })),
    message: Type.Optional(Type.String()),
    current_data_points: Type.Optional(Type.Integer()),
    required_data_points: Type.Optional(Type.Integer()),
    current_utilization: Type.Optional(
      Type.Number({ description: 'Addresses in use of all that there are.' }),
    ),
    daily_allocation_rate: Type.Optional(
      Type.Number({ description: 'By how many addresses usage grows a day.' }),
    ),
    estimated_exhaustion_date: Type.Optional(Type.String(timestamp)),
    days_until_exhaustion: Type.Optional(
      Type.Integer({
        description:
          'Absent like its date: usage does not grow, or it takes more than a hundred years.',
      }),
    ),
    confidence_level: Type.Optional(Type.String({ enum: ['high', 'medium', 'low'] })),
    recommendation: Type.Optional(Type.String()),
    historical_data_points: Type.Optional(
      Type.Integer({ description: 'Allocations of the last 90 days.' }),
    ),
    forecast_generated_at: Type.Optional(Type.String(timestamp)),
  },
  { title: 'IpamForecast', ...strict },
)

export const AskedTrends = Type.Object({
  group_by: Type.Optional(
    Type.String({
      enum: ['day', 'week', 'month'],
      description: 'day unless said; weeks begin on Monday.',
    }),
  ),
  start_date: Type.Optional(momentText),
  end_date: Type.Optional(momentText),
  resource_type: Type.Optional(
    Type.String({
      enum: ['country', 'region', 'host'],
      description:
        'region: regions; host: hosts; country: both, where they are of a country. Without it both, wherever they are.',
    }),
  ),
  country_code: Type.Optional(countryNamed),
})

const counts = { allocations: Type.Integer(), releases: Type.Integer(), net_growth: Type.Integer() }

export const Trends = Type.Object(
  {
    time_series: Type.Array(
      Type.Object(
        { timestamp: Type.String(timestamp), ...counts },
        { title: 'IpamTrend', ...strict },
      ),
      {
        description:
          'One for each day, week or month, by its first day; what lies outside the period is not counted.',
      },
    ),
    summary: Type.Object(
      {
        total_allocations: Type.Integer(),
        total_releases: Type.Integer(),
        net_growth: Type.Integer(),
        average_daily_rate: Type.Number({
          description: 'Allocations a day, first and last day included.',
        }),
        period_start: Type.String(timestamp),
        period_end: Type.String(timestamp),
      },
      { title: 'IpamTrendSummary', ...strict },
    ),
  },
  { title: 'IpamTrends', ...strict },
)
