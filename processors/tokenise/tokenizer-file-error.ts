import type { z } from 'zod'

/**
 * A `tokenizer.json` that cannot be used. `problems` names every place and why; only keys and kinds of the file, never
 * text of a document.
 */
export class TokenizerFileError extends Error {
  readonly code: 'tokenizer-unreadable' | 'tokenizer-unsupported' | 'tokenizer-changed'
  readonly problems: readonly string[]

  constructor(code: TokenizerFileError['code'], problems: readonly string[]) {
    super(`${code}: ${problems.join('; ')}`)
    this.name = 'TokenizerFileError'
    this.code = code
    this.problems = problems
  }
}

/** One line a problem, with the place in the file and, where it is short, what stands there. */
export function problemsOf(error: z.ZodError, json: unknown, under = ''): string[] {
  return error.issues.map((issue) => {
    const path = [under, ...issue.path].filter((key) => key !== '').join('.') || 'file'
    return `${path}: ${issue.message}${shown(valueAt(json, issue.path))}`
  })
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    json,
  )
}

const LONGEST_SHOWN = 200

function shown(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return ''
  return ` (it is ${JSON.stringify(value).slice(0, LONGEST_SHOWN)})`
}
