// The OpenAPI document as one HTML page, without a script: for reading, searching and printing.
import { escaped } from '../html.js'
import type { Json, OpenApiDocument, OpenApiOperation, OpenApiParameter } from './openapi.js'

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #222 }
code, pre { font: 14px/1.5 ui-monospace, monospace }
pre { background: #f4f4f4; padding: .75rem; overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd }
section { margin: 2rem 0; border-top: 2px solid #eee }
.method { color: #fff; background: #246; border-radius: .25rem; padding: .1rem .5rem; margin-right: .5rem }
nav li { margin: .1rem 0 }
`

export function referencePage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))]
  const groups = tags.map(tag => ({
    tag,
    note: document.tags.find(({ name }) => name === tag)?.description,
    operations: operations.filter(({ operation }) => operation.tags.includes(tag)),
  }))
  const title = `${document.info.title} ${document.info.version}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(String(document.info.description))}</p>
<p>Machine-readable: <a href="/openapi.json">openapi.json</a>. To try it out: <a href="/docs">docs</a>.</p>
<nav>${groups.map(({ tag, operations: own }) => `<h3>${escaped(tag)}</h3><ul>${own.map(contentsLine).join('')}</ul>`).join('')}</nav>
${groups.map(({ tag, note, operations: own }) => `<h2>${escaped(tag)}</h2>${note === undefined ? '' : `<pre>${escaped(note)}</pre>`}${own.map(operationSection).join('')}`).join('\n')}
<h2>Schemas</h2>
${Object.entries(document.components.schemas).map(schemaSection).join('\n')}
</body>
</html>
`
}

type Located = {
  readonly path: string
  readonly method: string
  readonly operation: OpenApiOperation
}

function contentsLine({ path, method, operation }: Located): string {
  return `<li><a href="#${operation.operationId}"><code>${method.toUpperCase()} ${escaped(path)}</code></a> ${escaped(operation.summary)}</li>`
}

function operationSection({ path, method, operation }: Located): string {
  const body = operation.requestBody?.content['application/json']?.schema as Json | undefined
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const content = Object.entries(response.content ?? {})
    const shapes = content.map(([type, { schema }]) => `${type}: ${shape(schema as Json)}`)
    return `<tr><td>${status}</td><td>${escaped(response.description)}</td><td>${shapes.join('<br>')}</td></tr>`
  })
  return `<section id="${operation.operationId}">
<h3><code><span class="method">${method.toUpperCase()}</span>${escaped(path)}</code></h3>
<p>${escaped(operation.summary)}.${operation.description === undefined ? '' : ` ${escaped(operation.description)}`}</p>
${operation.parameters.length === 0 ? '' : `<table>${operation.parameters.map(parameterRow).join('')}</table>`}
${body === undefined ? '' : `<p>Body: ${shape(body)}</p>`}
<table><tr><th>Status</th><th>Meaning</th><th>Body</th></tr>${responses.join('')}</table>
</section>`
}

function parameterRow(parameter: OpenApiParameter): string {
  const description = parameter.description ?? parameter.schema.description ?? ''
  return `<tr><td><code>${escaped(parameter.name)}</code></td><td>${parameter.in}</td><td>${shape(parameter.schema)}</td><td>${escaped(String(description))}</td></tr>`
}

function schemaSection([name, schema]: [string, Json]): string {
  const required = (schema.required as string[] | undefined) ?? []
  const rows = Object.entries((schema.properties as { [name: string]: Json }) ?? {}).map(
    ([field, property]) =>
      `<tr><td><code>${escaped(field)}</code></td><td>${required.includes(field) ? 'required' : ''}</td><td>${shape(property)}</td><td>${escaped(String(property.description ?? ''))}</td></tr>`,
  )
  return `<section id="schema-${name}"><h3>${escaped(name)}</h3>
<p>${escaped(String(schema.description ?? ''))}</p>
<table>${rows.join('')}</table></section>`
}

/** A schema in a few words, as HTML. */
function shape(schema: Json): string {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return `<a href="#schema-${name}">${escaped(name)}</a>`
  }
  if (Array.isArray(schema.anyOf)) return (schema.anyOf as Json[]).map(shape).join(' or ')
  if (schema.type === 'array') return `array of ${shape((schema.items as Json) ?? {})}`
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : String(schema.type ?? 'any')
  const limits = ['minimum', 'exclusiveMinimum', 'maximum', 'minLength', 'maxLength', 'maxItems']
    .filter(key => schema[key] !== undefined)
    .map(key => `${key} ${schema[key]}`)
  const values = Array.isArray(schema.enum) ? [schema.enum.join(' | ')] : []
  return escaped([type, ...limits, ...values].join(', '))
}
