/** Errors by which no connection came about: nothing reached the server. */
const UNREACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Why there was no answer: nobody was reached, nobody to be trusted was, or the connection broke. */
export interface ConnectionProblem {
  readonly kind: 'unreached' | 'untrusted' | 'broken'
  /** As the system or TLS calls it. */
  readonly code: string
}

/** Tells them apart by the code of the error. */
export const connectionProblemOf = (error: unknown): ConnectionProblem => {
  const code = codeOf(error)
  if (UNREACHED.has(code)) return { kind: 'unreached', code }
  if (/CERT|SSL|TLS|SIGNATURE|ISSUER|ALTNAME/.test(code)) return { kind: 'untrusted', code }
  return { kind: 'broken', code }
}

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown'
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
