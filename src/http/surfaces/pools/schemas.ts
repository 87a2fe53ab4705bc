// What document 003's pools of both kinds answer alike.
import { type TSchema, Type } from '@sinclair/typebox'
import { errorFields, strict } from '../../schema-parts.js'

export const ErrorBody = Type.Object(
  {
    detail: Type.String({ description: 'A sentence for people.' }),
    ...errorFields,
    existing_id: Type.Optional(Type.Integer({ description: 'The pool that is there already.' })),
  },
  { title: 'PoolsError', additionalProperties: true },
)

export const Released = Type.Object(
  { message: Type.String({ examples: ["Block '10.100.0.0/30' released successfully"] }) },
  { title: 'Released', ...strict },
)

export const allocationsOf = <Item extends TSchema>(item: Item, title: string) =>
  Type.Object(
    {
      pool_name: Type.String(),
      total_allocations: Type.Integer({ description: 'In all, also where a page is shown.' }),
      allocations: Type.Array(item),
    },
    { title, ...strict },
  )
