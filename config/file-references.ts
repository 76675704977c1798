import type { ReadText, ReferenceProblem } from './references.ts'

/** Options that name a PEM file, by section. Tokens are left out: whoever keeps them fresh may not have begun. */
const PEM_FILES: Readonly<Record<string, readonly string[]>> = {
  kafka: ['caFile', 'certFile', 'keyFile'],
  registry: ['caFile'],
  s3: ['caFile'],
  qdrant: ['caFile'],
  redis: ['caFile'],
  triton: ['caFile', 'certFile', 'keyFile'],
  llm: ['caFile'],
}

/** Certificates and keys that cannot be read. `values` as they were given, right or not. */
export const fileProblems = (
  values: Readonly<Record<string, unknown>>,
  readText: ReadText,
): readonly ReferenceProblem[] =>
  Object.entries(PEM_FILES).flatMap(([section, names]) =>
    names.flatMap((name) => {
      const file = (values[section] as Readonly<Record<string, unknown>> | undefined)?.[name]
      return typeof file === 'string' ? fileProblem([section, name], file, readText) : []
    }),
  )

const fileProblem = (
  path: readonly string[],
  file: string,
  readText: ReadText,
): readonly ReferenceProblem[] => {
  try {
    readText(file)
    return []
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return [{ path, message: `${file} cannot be read (${code})` }]
  }
}
