// Pages as document 004 has them: numbered from 1, with how many rows and pages there are.
import { Type } from '@sinclair/typebox'
import { strict } from '../../schema-parts.js'

const SIZE_DEFAULT = 50
const SIZE_MAX = 1000
/** So that no position in a list loses a digit. */
const PAGE_MAX = Math.floor(Number.MAX_SAFE_INTEGER / SIZE_MAX)

export const numberedPage = {
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: PAGE_MAX, description: '1 unless said.' }),
  ),
  size: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: SIZE_MAX,
      description: `Rows of a page; ${SIZE_DEFAULT} unless said.`,
    }),
  ),
}

export type PageAsked = { readonly page?: number; readonly size?: number }
/** Rows to leave out, and rows to show. */
export type Window = { readonly skip: number; readonly limit: number }

export function windowOf({ page = 1, size = SIZE_DEFAULT }: PageAsked): Window {
  return { skip: (page - 1) * size, limit: size }
}

/** What a page has beside its rows. */
export const pageFields = {
  pagination: Type.Object(
    {
      page: Type.Integer(),
      size: Type.Integer(),
      total: Type.Integer(),
      pages: Type.Integer(),
    },
    { title: 'Pagination', ...strict },
  ),
  total_is_minimum: Type.Optional(
    Type.Boolean({
      description: 'There may be more rows than `total`: they were not all counted.',
    }),
  ),
}

/** @param total bigint where there may be more than 2^53 rows */
export function paginationOf(asked: PageAsked, total: number | bigint, totalIsExact = true) {
  const { page = 1, size = SIZE_DEFAULT } = asked
  const pages = (BigInt(total) + BigInt(size) - 1n) / BigInt(size)
  return {
    pagination: { page, size, total, pages },
    ...(totalIsExact ? {} : { total_is_minimum: true }),
  }
}
