import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { ReadText, ReferenceProblem } from './references.ts'

type PemKind = 'certificate' | 'key'

/** Options that name a PEM file, by section. Tokens are left out: whoever keeps them fresh may not have begun. */
const PEM_FILES: Readonly<Record<string, Readonly<Record<string, PemKind>>>> = {
  kafka: { caFile: 'certificate', certFile: 'certificate', keyFile: 'key' },
  registry: { caFile: 'certificate' },
  s3: { caFile: 'certificate' },
  qdrant: { caFile: 'certificate' },
  redis: { caFile: 'certificate' },
  triton: { caFile: 'certificate', certFile: 'certificate', keyFile: 'key' },
  llm: { caFile: 'certificate' },
}

/** Certificates and keys that cannot be read, or are none. `values` as they were given, right or not. */
export const fileProblems = (
  values: Readonly<Record<string, unknown>>,
  readText: ReadText,
): readonly ReferenceProblem[] =>
  Object.entries(PEM_FILES).flatMap(([section, names]) =>
    Object.entries(names).flatMap(([name, kind]) => {
      const file = (values[section] as Readonly<Record<string, unknown>> | undefined)?.[name]
      if (typeof file !== 'string') return []
      const message = fileProblem(kind, file, readText)
      return message === undefined ? [] : [{ path: [section, name], message }]
    }),
  )

const fileProblem = (kind: PemKind, file: string, readText: ReadText): string | undefined => {
  try {
    return pemProblem(kind, file, readText(file))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return `${file} cannot be read (${code})`
  }
}

/** Of a file with several certificates the first is looked at. Nothing of the content is repeated. */
const pemProblem = (kind: PemKind, file: string, text: string): string | undefined => {
  if (/ENCRYPTED/.test(text))
    return `${file} has a passphrase, which cannot be given here; name a key without one`
  try {
    if (kind === 'certificate') void new X509Certificate(text)
    else createPrivateKey(text)
    return undefined
  } catch {
    return `${file} holds no ${kind} in PEM`
  }
}
