import type { z } from 'zod'

/**
 * A `tokenizer.json` that cannot be used. `problems` names every place and why: the file, its keys and kinds, of what is no
 * JSON a few characters around the place.
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

/** Runs `read`; what it finds wrong names the file. Without one, it is the vocabulary of the package. */
export function namingFile<T>(file: string | undefined, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TokenizerFileError) || file === undefined) throw error
    const named = error.problems.map((problem) => `${file}: ${problem}`)
    throw new TokenizerFileError(error.code, named)
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
