// Pages as documents 000 and 001 have them: numbered from 1, with all six figures everywhere (CONTRACT.md C-14).
import { Type } from '@sinclair/typebox'
import type { Window } from '../../../store/index.js'
import { strict } from '../../schema-parts.js'
import { SAYS } from '../../validation.js'

const PAGE_SIZE_DEFAULT = 50
const PAGE_SIZE_MAX = 100
/** So that no position in a list loses a digit. */
const PAGE_MAX = Math.floor(Number.MAX_SAFE_INTEGER / PAGE_SIZE_MAX)

export const pageQuery = {
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: PAGE_MAX, description: '1 unless said.' }),
  ),
  page_size: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: PAGE_SIZE_MAX,
      [SAYS]: `it must be between 1 and ${PAGE_SIZE_MAX}`,
      description: `Rows of a page; ${PAGE_SIZE_DEFAULT} unless said.`,
    }),
  ),
}

export type PageAsked = { readonly page?: number; readonly page_size?: number }

export function windowOf({ page = 1, page_size: size = PAGE_SIZE_DEFAULT }: PageAsked): Window {
  return { skip: (page - 1) * size, limit: size }
}

export const Pagination = Type.Object(
  {
    page: Type.Integer(),
    page_size: Type.Integer(),
    total_count: Type.Integer(),
    total_pages: Type.Integer(),
    has_next: Type.Boolean(),
    has_prev: Type.Boolean(),
  },
  { title: 'IpamPagination', ...strict },
)

export function paginationOf(asked: PageAsked, total: number) {
  const { page = 1, page_size: size = PAGE_SIZE_DEFAULT } = asked
  const pages = Math.ceil(total / size)
  return {
    page,
    page_size: size,
    total_count: total,
    total_pages: pages,
    has_next: page < pages,
    has_prev: page > 1,
  }
}
