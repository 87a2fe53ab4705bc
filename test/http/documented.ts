// Holds every answer of the test server against the OpenAPI document that the same server gives.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { OpenApiDocument, OpenApiOperation } from '../../src/http/operations/openapi.js'

export class Documented {
  static readonly #known = new Map<string, Documented>()

  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction>()

  /** Servers of one process give the same document. */
  static by(text: string): Documented {
    const documented =
      Documented.#known.get(text) ?? new Documented(JSON.parse(text) as OpenApiDocument)
    Documented.#known.set(text, documented)
    return documented
  }

  private constructor(readonly document: OpenApiDocument) {
    // Whether its schemas are schemas is another test's subject.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
    this.#ajv.addSchema({ ...document, $id: 'api' })
  }

  operation(method: string, path: string): { operation: OpenApiOperation; pointer: string } | null {
    for (const [pattern, operations] of Object.entries(this.document.paths)) {
      const source = pattern.replace(/\{\w+\}/g, '[^/]+')
      const operation = operations[method.toLowerCase()]
      if (operation !== undefined && new RegExp(`^${source}$`).test(path.split('?', 1)[0] ?? ''))
        return { operation, pointer: `/paths/${escapePointer(pattern)}/${method.toLowerCase()}` }
    }
    return null
  }

  /** @returns what is wrong with the answer, or null. Paths that are not documented are not judged. */
  objection(method: string, path: string, status: number, type: string | null, body: string) {
    const found = this.operation(method, path)
    if (found === null) return null
    const response = found.operation.responses[status]
    if (response === undefined) return `${method} ${path}: status ${status} is not documented`
    const types = Object.keys(response.content ?? {})
    const [first] = types
    if (first === undefined) return body === '' ? null : `${status} should have no body`
    const essence = type?.split(';', 1)[0] ?? ''
    if (first !== 'application/octet-stream' && !types.includes(essence))
      return `${method} ${path}: ${status} should be ${types.join(' or ')}, not ${type}`
    if (essence !== 'application/json' || found.operation.operationId === 'openApi') return null
    const pointer = `${found.pointer}/responses/${status}/content/application~1json/schema`
    const validate = this.#validator(pointer)
    if (validate(JSON.parse(body))) return null
    return `${method} ${path}: ${status} is not as documented: ${this.#ajv.errorsText(validate.errors)}: ${body.slice(0, 300)}`
  }

  #validator(pointer: string): ValidateFunction {
    const known = this.#validators.get(pointer)
    if (known !== undefined) return known
    const made = this.#ajv.compile({ $ref: `api#${encodeURI(pointer)}` })
    this.#validators.set(pointer, made)
    return made
  }
}

function escapePointer(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1')
}
